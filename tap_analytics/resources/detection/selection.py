"""Where a body has its records, found by what is in it: a list of objects under a usual name, or the only one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.paths import has_field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Objects within objects that are looked into.
DEPTH = 4

# Fields beside a list of an unusual name that do not make the body one record.
MOST_STRANGERS = 2

BODY = "$"

# Names of lists of records, as `plain` writes them; the first ones say so beyond doubt.
_CERTAIN = {"data", "results", "records", "rows", "value"}
_USUAL = _CERTAIN | {
    *("result", "items", "item", "values", "entries", "objects", "hits", "list", "elements", "collection"),
    *("content", "docs", "documents", "resources", "features", "nodes", "edges", "members", "entities", "resultset"),
    *("hydramember", "dataset", "datasets", "payload", "response"),
}

# Lists that stand beside the records.
BESIDE_LISTS = {
    *("errors", "error", "usererrors", "warnings", "messages", "notices", "links", "link", "included", "includes"),
    "facets",
    *("aggregations", "columns", "headers", "filters", "sort", "sorts", "curies", "breadcrumbs", "suggestions"),
}

# Names of what stands beside the records, or around them, and is none.
_BESIDE = BESIDE_LISTS | {
    *("meta", "metadata", "pagination", "paging", "pageinfo", "pager", "page", "pages", "pagesize", "perpage", "limit"),
    *("offset", "skip", "start", "from", "to", "size", "count", "total", "totalcount", "totalitems", "totalrecords"),
    *("totalresults", "totalelements", "totalpages", "totalsize", "pagecount", "numfound", "currentpage", "lastpage"),
    *("recordstotal", "recordsfiltered", "odatacount", "odatacontext", "odatanextlink", "found", "took", "startat"),
    *("hasmore", "hasnext", "hasnextpage", "haspreviouspage", "more", "islast", "last", "first", "next", "previous"),
    *("prev", "cursor", "cursors", "nextcursor", "prevcursor", "previouscursor", "nexttoken", "nextpage", "nextlink"),
    *("nexturl", "nextpageurl", "nextpagetoken", "nextrecordsurl", "previouspage", "prevpage", "self", "numberofpages"),
    *("status", "statuscode", "statustext", "success", "ok", "code", "message", "detail", "details", "errorcode"),
    *("errordescription", "errormessage", "requestid", "traceid", "timestamp", "time", "duration", "elapsed"),
    *("version", "apiversion", "extensions", "object", "kind", "etag", "copyright", "license", "documentationurl"),
    *("jsonrpc", "type", "title"),
    *("done", "maxresults", "startindex", "itemsperpage", "numberofelements", "empty", "pageable", "responsemetadata"),
}
# Fields that identify a record, where no key is declared.
KEYS = ("id", "_id", "uuid", "key", "guid")
_UNSAYABLE = re.compile(r"[\[\]()?*'\"]")

Path = tuple[str, ...]


def plain(name: str) -> str:
    """Return a name without what differs from API to API: case, and the signs between its words."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


class _Found(msgspec.Struct, frozen=True):
    """Something in a body that may be the records: its path, and what is there."""

    path: Path
    value: Any

    @property
    def selector(self) -> str:
        return ".".join(self.path) or BODY

    @property
    def holds_records(self) -> bool:
        return isinstance(self.value, list) and bool(self.value) and all(isinstance(row, dict) for row in self.value)


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Looks for the records of a resource in the bodies of its responses.

    Args:
        names: What the resource is called: its own name, the last part of its path.
        around: The other parts of its path.
        keys: The fields that identify a record, where they are declared.
        is_of_one: Whether the path names one entity, by a value at its end.
        fallback: The selector to return if a body has no records; the reader then says why there are none.
    """

    names: Sequence[str]
    around: Sequence[str] = ()
    keys: Sequence[str] = ()
    is_of_one: bool = False
    fallback: str = "data"

    def find(self, document: object) -> str:
        """Return the selector of the records in a body; that of an object where it is one record.

        Raises:
            FatalAPIError: Several parts of the body may be the records.
        """
        if not isinstance(document, dict):
            return BODY
        if "jsonrpc" in document:
            document = {name: value for name, value in document.items() if name != "id"}  # that of the request
        lists = lists_in(document)
        held = [each for each in lists if each.holds_records]
        # At `/messages/sent`, or with a total, the records are `messages`, and no notes, unless there are others.
        full = [each for each in held if self._may_be_records(each)]
        full = full or [each for each in held if self._is_around(each) or _is_counted(document, each)]
        empty = [each for each in lists if not each.holds_records and self._is_named(each)]
        sure = [each for each in empty if not each.value and self._is_sure(each)]
        is_aside = bool(sure) and not self._is_record(document) and self._is_aside(full, sure)
        if found := "" if is_aside else self._list(document, full):
            return found
        # Lists that would be the records if they had any: so they are where the same API has none.
        is_one = self.is_of_one or self._objects(document) > 1
        alike = [] if is_one else [each for each in empty if not each.value and self._is_enveloped(each)]
        if (
            (empty and all(map(self._is_beside, document.items())))
            or ((sure or alike) and not self._is_record(document))
            or (sure and self._is_id_alone(document))
        ):
            return _shallowest(sure or alike or empty)[0].selector
        return self._object(document, [each for each in lists if not each.value])

    def is_called(self, selector: str) -> bool:
        """Return whether what a selector leads to has the name of the resource."""
        return _stem(selector.rpartition(".")[2]) in {_stem(name) for name in self.names}

    def _list(self, document: dict[str, Any], full: Sequence[_Found]) -> str:
        """Return the selector of the list that has the records; nothing where the body is one record."""
        if not full or (self.is_of_one and any(self._strangers(document, each) for each in full)):
            return ""
        best = self._best(full)
        if len(best) > 1:
            raise FatalAPIError(_ambiguous([each.selector for each in best], document))
        if self.keys and self._is_record(document) and not self._has_keys(best[0]):
            return ""  # the body has the key, and is the record that the list belongs to
        *_, holder = _around(document, best[0].path)
        if holder is not document and self._is_record(holder) and not self._is_sure(best[0]):
            return ""  # it belongs to the one record that stands in an envelope
        if self._is_of_a_record(document, best[0]):
            raise FatalAPIError(_ambiguous([BODY, best[0].selector], document))
        return best[0].selector

    def _is_of_a_record(self, document: dict[str, Any], found: _Found) -> bool:
        """Return whether a list may as well be a field of the one record that the body is."""
        if self._is_sure(found):
            return False
        is_usual = plain(found.path[-1]) in _USUAL
        return any(map(self._is_record, _around(document, found.path))) or (
            not is_usual and len(self._strangers(document, found)) > MOST_STRANGERS
        )

    def _strangers(self, document: dict[str, Any], found: _Found) -> list[str]:
        """Return the fields beside a list, and beside what holds it, that are no usual ones around records."""
        levels = zip(_around(document, found.path), found.path, strict=True)
        return [
            name
            for level, inner in levels
            for name, value in level.items()
            if name != inner and not self._is_beside((name, value))
        ]

    def _best(self, full: Sequence[_Found]) -> Sequence[_Found]:
        """Return the lists that may be the records, as few as their names, keys and places leave."""
        tests = (self._is_own, lambda each: plain(each.path[-1]) in _USUAL, self._has_keys)
        for test in tests:
            if chosen := [each for each in full if test(each)]:
                chosen = _shallowest(chosen)
                if len(chosen) == 1:
                    return chosen
                full = chosen
        return full

    def _object(self, document: dict[str, Any], empty: Sequence[_Found]) -> str:
        """Return the selector of the one record that a body is, or holds under a usual name."""
        named = [
            each
            for each in (_Found((name,), value) for name, value in document.items())
            if self._is_named(each) and not isinstance(each.value, list)
        ]
        others = [(name, value) for name, value in document.items() if (name,) not in {each.path for each in named}]
        is_one = len(named) == 1 and (named[0].value is None or isinstance(named[0].value, dict))
        if is_one and all(map(self._is_beside, others)):
            held = [each for each in empty if each.path[:1] == named[0].path and len(each.path) > 1]
            is_held = len(held) == 1 and not self._strangers(document, held[0])
            return (held[0] if is_held else named[0]).selector
        own = [name for name, value in document.items() if not self._is_beside((name, value))]
        strangers = set(own) - {each.path[0] for each in empty}
        of_objects = len(strangers) == 1 == self._objects(document)
        if len(empty) == 1 and (not strangers or (of_objects and not self.is_of_one and len(empty[0].path) == 1)):
            return empty[0].selector
        # A text or a flag in the place of records is none; a number of errors is one of the figures in a report.
        failed = any(isinstance(each.value, str | bool) and self._is_sure(each) for each in named) or any(
            document.get(name) and type(document[name]) is not int for name in ("error", "errors")
        )
        return self.fallback if (failed and not self._is_record(document)) or not own else BODY

    def _objects(self, document: dict[str, Any]) -> int:
        """Return how many objects of a body are none that usually stand around records, or beside them."""
        return sum(isinstance(each[1], dict) and not self._is_beside(each) for each in document.items())

    def _is_id_alone(self, document: dict[str, Any]) -> bool:
        """Return whether a body has nothing of a record but an id that no declaration asks for."""
        own = {name for name, value in document.items() if not self._is_beside((name, value))}
        return not self.keys and not self.is_of_one and own <= set(KEYS)

    def _is_record(self, document: dict[str, Any]) -> bool:
        """Return whether an object has what identifies a record."""
        if self.keys:
            return all(has_field(document, key) for key in self.keys)
        return any(isinstance(document.get(key), str | int) for key in KEYS)

    def _is_aside(self, full: Sequence[_Found], sure: Sequence[_Found]) -> bool:
        """Return whether lists only stand beside an empty one that is the records by its name."""
        depth = len(_shallowest(sure)[0].path)
        return not any(self._is_named(each) or len(each.path) < depth for each in full)

    def _is_enveloped(self, found: _Found) -> bool:
        """Return whether a list stands in the body itself, or in nothing but what usually stands around records."""
        return all(plain(name) in _USUAL for name in found.path[:-1])

    def _has_keys(self, found: _Found) -> bool:
        return bool(self.keys) and all(has_field(found.value[0], key) for key in self.keys)

    def _is_own(self, found: _Found) -> bool:
        return self.is_called(found.path[-1])

    def _is_sure(self, found: _Found) -> bool:
        return self._is_own(found) or plain(found.path[-1]) in _CERTAIN

    def _is_named(self, found: _Found) -> bool:
        return self._is_own(found) or plain(found.path[-1]) in _USUAL

    def _may_be_records(self, found: _Found) -> bool:
        return self._is_own(found) or plain(found.path[-1]) not in BESIDE_LISTS

    def _is_around(self, found: _Found) -> bool:
        return _stem(found.path[-1]) in map(_stem, self.around)

    def _is_beside(self, item: tuple[str, Any]) -> bool:
        """Return whether a field of the body stands beside the records, or holds them."""
        name, value = item
        if plain(name) in _BESIDE or value in (None, "", [], {}):
            return True
        return self._is_named(_Found((name,), value)) and isinstance(value, list | dict)


def lists_in(document: dict[str, Any]) -> list[_Found]:
    """Return the lists in a body, the outer before the inner; not those within lists."""
    return [each for each in _within(document) if isinstance(each.value, list)]


def _within(document: dict[str, Any]) -> Iterator[_Found]:
    """Yield what is in a body, the outer before the inner; not what is in its lists."""
    level = [_Found((), document)]
    for _ in range(DEPTH):
        inner = [
            _Found((*each.path, name), value)
            for each in level
            for name, value in each.value.items()
            if not _UNSAYABLE.search(name)
        ]
        yield from inner
        level = [each for each in inner if isinstance(each.value, dict)]


def _is_counted(document: dict[str, Any], found: _Found) -> bool:
    """Return whether a total stands in the body that says at least as many rows as a list has."""
    totals = (value for name, value in document.items() if plain(name).startswith("total"))
    return any(type(value) is int and value >= len(found.value) for value in totals)


def _shallowest(found: Sequence[_Found]) -> list[_Found]:
    depth = min(len(each.path) for each in found)
    return [each for each in found if len(each.path) == depth]


def _around(document: dict[str, Any], path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects that hold what is at a path, from the body itself inwards."""
    for name in path:
        yield document
        document = document[name]


def _stem(name: str) -> str:
    return plain(name).removesuffix("s")


def _ambiguous(selectors: Sequence[str], document: dict[str, Any]) -> str:
    named = ", ".join(f"`{each}`" for each in selectors)
    fields = ", ".join(f"`{name}`" for name in list(document)[:20])
    return f"the records may be {named} (the response has {fields}); set `data_selector` to the one that they are"
