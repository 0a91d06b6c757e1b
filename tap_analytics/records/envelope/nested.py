"""Records that stand within the objects of a list: each gets declared fields of the objects around it."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.json_types import WORDS, kind_of
from tap_analytics.pagination.page import NO_SIGNS
from tap_analytics.patterns import pattern
from tap_analytics.records.failures.beside import is_entity
from tap_analytics.records.failures.failures import failure_in
from tap_analytics.records.paths import MISSING, at_names, matches, names_in, value_at
from tap_analytics.records.signs.sign_names import ENDS, FLAGS, GROUPS, NEXT
from tap_analytics.records.signs.signs import signs_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tap_analytics.records.envelope.columns import Columns
    from tap_analytics.records.failures.failures import Failure

Record = dict[str, Any]
# Fields of a record, each with the path of its value.
Fields = tuple[tuple[str, str], ...]

# Brackets that select all or some elements of a list; the texts in a filter may have brackets too.
_ELEMENTS = pattern(r"""\[(?:\*|\?(?:[^'"\[\]]|'[^']*'|"[^"]*"|\[[^\[\]]*\])*)\]""")

# The field of a record that is a plain value, as in dlt.
VALUE = "value"
# What stands in an object with records, if it says that there are more.
_OF_PAGES = FLAGS.keys() | ENDS.keys() | NEXT.keys() | GROUPS.keys()
_PLAIN = {str, int, float, Decimal, bool}


class NestedRecords(msgspec.Struct, frozen=True):
    """The way from an object of a list to the records within it.

    The list is read page by page, and its pages count these objects; each of them may have any number of records.

    `levels` are JSONPaths, from the object to those within it and so on; the first begins with a list of the object
    alone. `fields` has for each level the fields that records get from its objects. `own` are fields that records get
    from within themselves. `columns` names the cells of records that are lists, by names that are declared or stand in
    the object around them. `takes_values` says that a plain value is a record with the field `value`.
    """

    levels: tuple[str, ...]
    fields: tuple[Fields, ...]
    own: Fields = ()
    columns: Columns | None = None
    takes_values: bool = False

    def of(self, outer: Record) -> list[Record]:
        """Return the records within an object.

        Raises:
            FatalAPIError: Something else stands there, or a record already has a field that it should get.
        """
        return list(self._within([outer], 0, {}))

    def carrying(self, names: Iterable[str]) -> NestedRecords:
        """Return the same way, on which records get these fields of their object too."""
        first, *others = self.fields or ((),)
        carried = (*first, *((name, name) for name in names))
        return replace(self, fields=(carried, *others)) if self.fields else self

    def lack(self, outer: Sequence[Record]) -> bool:
        """Return whether all of these objects lack the field of their records; null counts as a field."""
        around = self._around(outer)
        return bool(around) and not any(matches(each, self.levels[-1]) for each in around)

    def failure(self, outer: Sequence[Record]) -> Failure | None:
        """Return what an object says that has an error in the place of its records; None where none does."""
        lacking = (each for each in self._around(outer) if _may_lack(each) and not self._has_records(each))
        return next((found for each in lacking if (found := failure_in(each))), None)

    def cut(self, outer: Sequence[Record]) -> str:
        """Return where an object says that it has more records than it gives; empty where none does."""
        around: list[Any] = [list(outer)]
        for level, inner in pairwise(self.levels):
            around = [each for place in around for each in matches(place, level)]
            names = names_in(_ELEMENTS.sub("", inner))
            found = (_cut_at(each, names) for each in around if names)
            if sign := next(filter(None, found), ""):
                return sign
        return ""

    def _around(self, outer: Sequence[Record]) -> list[Any]:
        """Return the objects right around the records; none where the objects of the list are the records."""
        around: list[Any] = [list(outer)]
        for level in self.levels[:-1]:
            around = [each for place in around for each in matches(place, level)]
        return around if len(self.levels) > 1 else []

    def _has_records(self, around: Record) -> bool:
        return any(found is not None for found in matches(around, self.levels[-1]))

    @property
    def place(self) -> str:
        """The place of the records in an object, as a selector."""
        return self.levels[-1].removeprefix("$").removeprefix(".")

    def _within(self, place: object, level: int, outer: Mapping[str, Any]) -> Iterator[Record]:
        found = matches(place, self.levels[level])
        if level + 1 < len(self.levels):
            for each in found:
                yield from self._within(each, level + 1, {**outer, **_values(each, self.fields[level])})
            return
        for each in found:
            records = each if isinstance(each, list) else [] if each is None else [each]
            records = as_records(records) if self.takes_values else records
            for record in self.columns.records(place, records) if self.columns else records:
                yield with_fields(record, {**outer, **_values(record, self.own)} if self.own else outer)


class Nesting(msgspec.Struct, frozen=True):
    """A selector and fields from outside the records, as a list, the records in its objects, and the values beside it.

    `selector` leads to the list that pages count. `nested` is None if its objects are the records. `beside` are the
    fields that each record gets from the body around the list, `own` those that an object of the list gets from within
    itself. `unplaced` are the paths of fields that do not stand in an object around the records.
    """

    selector: str
    nested: NestedRecords | None = None
    beside: Fields = ()
    own: Fields = ()
    unplaced: tuple[str, ...] = ()

    def with_columns(self, columns: Columns) -> Nesting | None:
        """Return the same with names for the cells of nested records; None if the names stand nowhere around them."""
        around = self.nested and _bare(self.selector).removesuffix("$") + "".join(
            level.removeprefix("$") for level in self.nested.levels[:-1]
        )
        if self.nested is None or len(self.nested.levels) == 1 or not around:
            return None
        groups = [
            group if group.names else replace(group, path=_bare(group.path)[len(around) :].removeprefix("."))
            for group in columns.groups
            if group.names or _is_under(_bare(group.path), around)
        ]
        named = replace(self.nested, columns=replace(columns, groups=tuple(groups)))
        return replace(self, nested=named) if len(groups) == len(columns.groups) else None

    @classmethod
    def of(cls, selector: str, outer: Mapping[str, str]) -> Nesting:
        """Return what a selector means, with the fields that records get, by their names, each with its path."""
        # Brackets at the end of the selector select the objects of the list.
        body = _bare(selector).removesuffix("[*]")
        ends = [match.span() for match in _ELEMENTS.finditer(body)]
        paths = {name: _bare(path) for name, path in outer.items()}
        beside = tuple((name, path) for name, path in paths.items() if not _ELEMENTS.search(path))
        own = tuple(_own(paths, body))
        if not ends:
            unplaced = tuple(outer[name] for name in paths if name not in dict((*beside, *own)))
            return cls(selector=selector, beside=beside, own=own, unplaced=unplaced)
        starts = [ends[0][0], *(end for _, end in ends)]
        stops = [*(end for _, end in ends), len(body)]
        levels = tuple("$" + body[start:stop] for start, stop in zip(starts, stops, strict=True) if start < stop)
        around = [body[:end] for _, end in ends][: len(levels) - 1]
        fields = [
            tuple((name, path[len(each) :].removeprefix(".")) for name, path in paths.items() if _is_under(path, each))
            for each in around
        ]
        placed = {name for level in (*fields, own) for name, _ in level} | dict(beside).keys()
        if fields:
            # The fields from beside the list are in its objects already.
            fields[0] += tuple((name, name) for name, _ in beside)
        return cls(
            selector=body[: ends[0][0]] or "$",
            nested=NestedRecords(levels, tuple(fields), own),
            beside=beside,
            unplaced=tuple(outer[name] for name in paths if name not in placed),
        )


def nesting(selector: str, outer: Mapping[str, str], columns: Columns | None, *others: object) -> Nesting:
    """Return what a selector means where records are made of `columns`, or of one of the `others`, if they are set."""
    usual = Nesting.of(selector, outer)
    made = usual.with_columns(columns) if columns else None
    if made is None and (columns or any(others)):
        return Nesting(selector=selector, beside=tuple(outer.items()))
    return made or usual


def as_records(values: list[Any]) -> list[Any]:
    """Return plain values as records with the field `value`, and anything else as it is."""
    is_plain = bool(values) and set(map(type, values)) <= _PLAIN
    return [{VALUE: each} for each in values] if is_plain else values


def with_fields(record: object, fields: Mapping[str, Any]) -> Record:
    """Return a record with fields from around it.

    Raises:
        FatalAPIError: The record is no object, or has another value in one of these fields.
    """
    if not isinstance(record, dict):
        message = f"the response has {WORDS[kind_of(record)]} where a record is due; check `data_selector`"
        raise FatalAPIError(message)
    for name, value in fields.items():
        if name in record and record[name] != value:
            message = f"a record has a field `{name}` of its own; choose another name for it in `outer_fields`"
            raise FatalAPIError(message)
    return {**record, **fields}


def with_beside(records: Sequence[Record], document: object, beside: Fields, own: Fields = ()) -> list[Record]:
    """Return records with fields of the document around them, and of their own objects; one without a value is null."""
    fields = _values(document, beside)
    return [with_fields(record, {**fields, **_values(record, own)} if own else fields) for record in records]


def _values(place: object, fields: Fields) -> Record:
    found = ((name, value_at(place, path)) for name, path in fields)
    return {name: None if value is MISSING else value for name, value in found}


def _bare(path: str) -> str:
    """Return a path without a `$` at its beginning, which only means something before two dots."""
    return path if path.startswith("$..") else path.removeprefix("$").removeprefix(".")


def _cut_at(each: object, names: tuple[str, ...]) -> str:
    """Return what says that an object has more records than stand at its path; it says that beside them."""
    way, link = names[:-1], f"{names[-1]}@odata.nextLink"
    holder = at_names(each, way)
    if not isinstance(holder, dict):
        return ""
    signs = NO_SIGNS if not way or _OF_PAGES.isdisjoint(holder) else signs_in(holder)
    sign = link if holder.get(link) else signs.more or signs.next
    return sign and ".".join((*way, sign))


def _may_lack(each: object) -> bool:
    """Return whether it may say why it has no records: an entity says nothing but what it is itself."""
    return isinstance(each, dict) and not is_entity(each)


def _own(paths: Mapping[str, str], body: str) -> Iterator[tuple[str, str]]:
    """Give the fields whose paths begin with the records themselves, each with its path in a record."""
    for name, path in paths.items():
        rest = path.removeprefix(f"{body}[*]")
        # A key with other signs in it stands in brackets and quotes.
        if rest != path and rest.startswith((".", "['", '["')) and not _ELEMENTS.search(rest):
            yield name, rest.removeprefix(".")


def _is_under(path: str, around: str) -> bool:
    """Return whether a path begins at these objects, without a list in between."""
    return path.startswith(around) and not _ELEMENTS.search(path, len(around))
