"""Reads what the headers of a response say about its list, under usual names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.pagination.linked.link_header import header_link, names_link, names_next
from tap_analytics.records.signs.own_names import usual_name
from tap_analytics.records.signs.paging_texts import pages_in, rows_in, rows_of_part, speaks_of_pages
from tap_analytics.records.signs.sign_names import COUNTS, ENDS, FLAGS, PAGES, WEAK_COUNTS
from tap_analytics.records.signs.signs import RANGE, page_in, signs_in, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_analytics.pagination.page import Signs

# The names of headers are in lower case here, without `x-` and without hyphens.
_COUNTS = {
    *("total", "totalcount", "totalresults", "totalrecords", "totalitems", "wptotal", "listtotal", "totalrows"),
    *("paginationtotal", "paginationtotalcount", "totalelements", "resultcount", "recordcount"),
}
_PAGES = {"totalpages", "wptotalpages", "pagecount", "paginationtotalpages", "paginationpagecount", "lastpage"}
_ROWS = {"entries", "items", "records", "results", "rows"}
_RANGES = {
    "contentrange",
    "range",
    "pagerange",
    *(f"{rows}{s}range" for rows in ("item", "record", "result", "row") for s in ("", "s")),
}

# Headers that most responses have, and that say nothing about a list.
_OF_ANY = {
    *("date", "server", "connection", "keepalive", "contenttype", "contentlength", "contentencoding", "vary"),
    *("transferencoding", "cachecontrol", "etag", "expires", "setcookie", "stricttransportsecurity", "requestid"),
}


def with_headers(signs: Signs, headers: Mapping[str, str]) -> Signs:
    """Return what a response says about its list, in its body and in its headers."""
    said: dict[str, int] = {}
    pages, following, more = signs.pages, signs.next, signs.more
    for name, plain, value in _telling(headers):
        usual = usual_name(plain)
        count = _count_in(plain, usual, value)
        if count is not None:
            said[name] = count
        elif plain == "pagination":
            inner = signs_in(_object(value))
            said |= {f"{name}.{path}": count for path, count in inner.counts.items()}
            pages = pages or inner.pages or pages_in(value, is_of_page=True)
            following = following or (inner.next and name)
        elif usual in FLAGS or usual in ENDS:
            more = more or (name if signs_in({usual: value}).more else "")
        elif plain in _PAGES or usual in PAGES:
            pages = pages or whole_number(value.strip()) or pages_in(value, is_of_page=True)
        elif plain == "link":
            pages = pages or page_in(header_link(value, "last"))
            following = following or (name if names_link(value, "next") else "")
        elif names_next(name, value):
            following = following or name
        else:
            pages = pages or pages_in(value, is_of_page=speaks_of_pages(plain))
    if not said and (pages, following, more) == (signs.pages, signs.next, signs.more):
        return signs
    weak = {path: count for path, count in signs.counts.items() if usual_name(path.rpartition(".")[2]) in WEAK_COUNTS}
    strong = {path: count for path, count in signs.counts.items() if path not in weak}
    return signs._replace(counts={**strong, **said, **weak}, pages=pages, next=following, more=more)


def _count_in(plain: str, usual: str, value: str) -> int | None:
    """Return the number of all rows that a header says, as a number or in a text; None where it says none."""
    is_strong = plain in _COUNTS or (usual in COUNTS and usual not in WEAK_COUNTS)
    if is_strong and (count := whole_number(value.strip())) is not None:
        return count
    count = count_of_range(value) if plain in _RANGES else rows_in(value)
    return rows_of_part(value) if count is None and (is_strong or usual in WEAK_COUNTS or plain in _ROWS) else count


def count_of_range(value: str) -> int | None:
    """Return how many rows a `Content-Range` counts, as in `items 0-19/230` or `*/230`; None where it counts none."""
    found = RANGE.fullmatch(value.strip())
    return int(found[1]) if found else None


def _telling(headers: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Give the headers that may say something about a list: the name, the name in lower case, and the value."""
    for name, value in headers.items():
        plain = name.lower().removeprefix("x-").replace("-", "")
        if plain not in _OF_ANY:
            yield name, plain, value


def _object(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return {}
