"""Finds in the first response of a list how the list may go on, as paginators that are still to be proved."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.linked.header_cursor import HeaderCursorPaginator
from tap_analytics.pagination.linked.header_link import HeaderLinkPaginator
from tap_analytics.pagination.linked.json_link import JsonLinkPaginator
from tap_analytics.pagination.linked.link_header import header_link
from tap_analytics.pagination.numbered.numbered import PageNumberPaginator
from tap_analytics.pagination.offset.offset import OffsetPaginator
from tap_analytics.pagination.page import NextLink, PageNumber, Span
from tap_analytics.records.paths import at_names, names_in
from tap_analytics.records.signs.own_names import usual_name
from tap_analytics.records.signs.signs import whole_number
from tap_analytics.resources.detection import paging_words as words
from tap_analytics.resources.detection.selection import DEPTH, plain
from tap_analytics.resources.detection.way import Way

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# The path of a total that the first response does not have; counts under other usual names are read too.
TOTAL = "total"
_LINK = re.compile(r"https?://|/|\?|[^\s?]*\?\S+=")

Path = tuple[str, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The first response of a list, and the parameters of its request.

    Args:
        document: The body.
        headers: The headers, by names in any case.
        selector: The path of the records in the body.
        rows: The records.
        params: The parameters of the request.
        noun: What the API calls the records.
    """

    document: object
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    selector: str
    rows: Sequence[Mapping[str, Any]]
    params: Mapping[str, Any] = msgspec.field(default_factory=dict)
    noun: str = ""

    @cached_property
    def leaves(self) -> Mapping[Path, Any]:
        """The values of the body beside the records, by their paths."""
        return dict(_leaves(self.document, (), _prefix(self.selector)))

    @property
    def is_more(self) -> bool | None:
        """Whether the response says that there is more; None if it says nothing."""
        if self._by_counts:
            return True
        return next((said for said in (self._by_flags, self._by_links, self._by_counts) if said is not None), None)

    @property
    def is_flagged(self) -> bool:
        """Whether a page looks full, and only a flag or a null says that there is no more."""
        is_counted = any(words.is_total(path) and whole_number(value) == len(self.rows) for path, value in self._said)
        return self.is_full and self._by_counts is None and not is_counted

    @property
    def signs(self) -> Sequence[str]:
        """The places at which the response says that there is more."""
        said = [
            path for path, value in self._said if words.flag(self._usual(path), value) or self._counts_more(path, value)
        ]
        said += [path for path, value in self.leaves.items() if _leads_on(path, value)]
        return [".".join(path) for path in said]

    @cached_property
    def size(self) -> tuple[str, int] | None:
        """The parameter that asks for a number of rows, and that number; None without one."""
        sizes = ((name, whole_number(value)) for name, value in self.params.items() if name in words.SIZES)
        return next(((name, size) for name, size in sizes if size), None)

    @property
    def is_full(self) -> bool:
        """Whether the page has as many rows as were asked for, or a usual number of rows for a full page."""
        asked = self.size[1] if self.size else None
        count = len(self.rows)
        is_round = count >= words.LEAST_USUAL and count % words.USUAL_STEP == 0
        return bool(count) and (is_round or count in words.USUAL_SIZES or count == asked)

    @property
    def ways(self) -> Iterator[Way]:
        """The ways to the next page that the response names, the surest first."""
        if link := header_link(self.headers.get("Link", ""), "next"):
            yield Way(paginator=HeaderLinkPaginator(), token=NextLink(link))
        for path, value in self.leaves.items():
            if words.is_next_link(path) and _is_link(value):
                yield Way(paginator=JsonLinkPaginator(next_url_path=".".join(path)), token=NextLink(value))
        for header, cursor in words.cursor_headers(self.headers):
            for name in words.cursor_params((re.sub("^[Xx][-_]", "", header),)):
                paginator = HeaderCursorPaginator(cursor_key=header, cursor_param=name.replace("-", "_").lower())
                yield Way(paginator=paginator, token=NextLink(cursor))
        for place, target in self._listed_links:
            yield Way(paginator=JsonLinkPaginator(next_url_path=place), token=NextLink(target))
        for path, value in self.leaves.items():
            is_link = words.is_next_link(path) and _is_link(value)
            if (words.is_cursor(path) or _is_opaque(path, value)) and _is_cursor(value) and not is_link:
                yield from self._cursors(path, value)
        yield from self._numbers()
        yield from self._offsets()
        if self.is_more:
            yield from self.guesses
            yield from (self.by_number(name) for name in words.PAGE_PARAMS)
            yield from (self.by_offset(name) for name in words.START_PARAMS)

    @property
    def guesses(self) -> Iterator[Way]:
        """The two ways that need no sign in the response, by offset and by page number; the better one first."""
        name = self.size[0] if self.size else ""
        ways = [self.by_offset(words.START_OF.get(name, "offset")), self.by_number(words.PAGE_OF.get(name, "page"))]
        yield from ways[:: -1 if name in words.PAGE_OF else 1]

    @property
    def _said(self) -> Iterator[tuple[Path, Any]]:
        """The values of the body and of the headers, by their paths."""
        yield from self.leaves.items()
        yield from (((name,), _truth(value)) for name, value in self.headers.items())
        if total := words.total_of_range(self.headers):
            yield ("total",), total

    @property
    def _by_flags(self) -> bool | None:
        flags = [flag for path, value in self._said if (flag := words.flag(self._usual(path), value)) is not None]
        return any(flags) if flags else None

    @property
    def _by_links(self) -> bool | None:
        if header_link(self.headers.get("Link", ""), "next") or any(self._listed_links):
            return True
        if any(words.cursor_headers(self.headers)):
            return True
        if any(_leads_on(path, value) for path, value in self.leaves.items()):
            return True
        is_last = any(words.is_next_link(path) or words.is_cursor(path, surely=True) for path in self.leaves)
        return False if is_last else None

    @property
    def _by_counts(self) -> bool | None:
        if any(self._counts_more(path, value) for path, value in self._said):
            return True
        if any(words.is_page_count(path) and whole_number(value) == 1 for path, value in self._said):
            return False
        # A full page with a total of as many rows may be one whose total counts the page.
        told = any(words.is_total(path, surely=True) and whole_number(value) is not None for path, value in self._said)
        return False if told and not self.is_full else None

    def _counts_more(self, path: Path, value: object) -> bool:
        count, path = whole_number(value), self._usual(path)
        if count is None or not _is_near(path, self.selector):
            return False
        if words.is_page_count(path):
            return count > 1 and words.is_page_count(path, surely=count == len(self.rows))
        return (
            words.is_total(path)
            and count > len(self.rows)
            and (bool(self.rows) or not words.is_size(path[-1], at_names(self.document, path[:-1])))
        )

    def _usual(self, path: Path) -> Path:
        """Return a path with its last name replaced by the usual name for that value."""
        noun = self.noun or (_prefix(self.selector) or ("",))[-1]
        return (*path[:-1], usual_name(path[-1], noun) or path[-1])

    @property
    def _listed_links(self) -> Iterator[tuple[str, str]]:
        """Yield the path of each link in a list of links, by its relation, and its target."""
        way = _prefix(self.selector) or ()
        for depth, name in product(range(len(way)), ("links", "link")):
            links = at_names(self.document, (*way[:depth], name))
            for link, relation in product(links if isinstance(links, list) else (), ("rel", "relation")):
                if isinstance(link, dict) and link.get(relation) == "next":
                    place = ".".join((*way[:depth], f"{name}[?(@.{relation}=='next')]"))
                    yield from (
                        (f"{place}.{each}", link[each]) for each in ("href", "url") if isinstance(link.get(each), str)
                    )

    def _cursors(self, path: Path, value: object) -> Iterator[Way]:
        flags = (each for each, said in self.leaves.items() if words.flag(each, said) is not None)
        more = next((".".join(each) for each in flags if words.flag(each, value=True)), None)
        for name in words.cursor_params(path):
            paginator = CursorPaginator(cursor_path=".".join(path), cursor_param=name, has_more_path=more)
            yield Way(paginator=paginator, token=NextLink(str(value)))

    def _numbers(self) -> Iterator[Way]:
        asked = [name for name in self.params if words.is_page_param(name)]
        for path, value in self.leaves.items():
            if (number := whole_number(value)) is not None and words.is_page(path):
                for name in dict.fromkeys((*asked, *words.page_params(path))):
                    yield self.by_number(name, base=number)
        pages = next((value for name, value in self.headers.items() if words.is_next_page(name)), "")
        if (number := whole_number(pages)) is not None:
            yield self.by_number("page", base=number - 1)
        for name in asked:
            if (number := whole_number(self.params[name])) is not None:
                yield self.by_number(name, base=number)

    def by_number(self, name: str, *, base: int | None = None) -> Way:
        """Return the way by a page number of this name; `base` is the number of the first page, if known."""
        counts = ((path, whole_number(value)) for path, value in self.leaves.items())
        pages = next((path for path, count in counts if count and words.is_last_page(path, count, len(self.rows))), ())
        paginator = PageNumberPaginator(
            base_page=1 if base is None else base, page_param=name, total_path=".".join(pages) or TOTAL
        )
        unknown = PageNumber(1) if base is None else None
        return Way(paginator=paginator, token=PageNumber((1 if base is None else base) + 1), base=unknown)

    def _offsets(self) -> Iterator[Way]:
        for path, value in self.leaves.items():
            if (first := whole_number(value)) in {0, 1} and words.is_offset(path):
                yield self.by_offset(path[-1], first=first or 0, near=path[:-1])

    def by_offset(self, name: str, *, first: int = 0, near: Path = (), size: str = "") -> Way:
        """Return the way by an offset of this name.

        Args:
            name: The parameter.
            first: The offset of the first row.
            near: The path at which the API states the offset.
            size: The parameter that says how many rows a page has; as the response says it, if it is empty.
        """
        limits = [path[-1] for path in self.leaves if path[:-1] == near and words.is_limit(path)] if near else []
        limits = limits or [path[-1] for path in self.leaves if len(path) == 1 and words.is_limit(path)]
        usual = words.size_params(name)[0]
        param, limit = self.size or (size or (limits[0] if limits else usual), len(self.rows))
        # A count of the rows of this page is no total where another page follows.
        counts = {path: whole_number(value) or 0 for path, value in self.leaves.items() if words.is_total(path)}
        total = next((".".join(path) for path, count in counts.items() if count > len(self.rows)), TOTAL)
        paginator = OffsetPaginator(limit=limit, offset=first, offset_param=name, limit_param=param, total_path=total)
        return Way(paginator=paginator, token=Span(len(self.rows), limit))


def _leaves(document: object, path: Path, without: Path | None) -> Iterator[tuple[Path, Any]]:
    if without is None or path == without:
        return
    if isinstance(document, dict):
        if len(path) <= DEPTH:
            for name, value in document.items():
                yield from _leaves(value, (*path, name), without)
    elif path and not isinstance(document, list):
        yield path, document


def _is_near(path: Path, selector: str) -> bool:
    """Return whether a value is about the list: it stands around the records, or in a group such as `meta`."""
    around = set(_prefix(selector) or ())
    return all(name in around or plain(name) in words.GROUPS for name in path[:-1])


def _prefix(selector: str) -> Path | None:
    """Return the path below which all records lie; None if that is the body itself."""
    names = names_in(selector)
    if names is None:
        names = names_in(re.split(r"\.?[\[(?*@'\"]|\.\.", selector, maxsplit=1)[0].removesuffix("."))
    return names or None


def _leads_on(path: Path, value: object) -> bool:
    """Return whether the value at a path leads to a next page."""
    return _is_opaque(path, value) or ((words.is_next_link(path) or words.is_cursor(path)) and _is_cursor(value))


def _is_opaque(path: Path, value: object) -> bool:
    """Return whether a value under `offset` is not a number, so that it must be a cursor."""
    return path[-1].lower() == "offset" and isinstance(value, str) and bool(value.strip()) and not value.isdecimal()


def _is_link(value: object) -> bool:
    return isinstance(value, str) and bool(_LINK.match(value))


def _is_cursor(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and value > 0


def _truth(text: str) -> object:
    return {"true": True, "false": False}.get(text.strip().lower(), text)
