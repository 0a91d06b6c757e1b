"""What a body says of its list beside the records: totals, flags and links, under declared paths and usual names."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tap_analytics.pagination.page import Signs
from tap_analytics.records.paths import MISSING, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Names under which many APIs count the rows of a list, say that there is more, or name the next page.
COUNTS = (
    *("total", "total_count", "totalCount", "total_items", "totalItems", "total_records", "totalRecords"),
    *("total_results", "totalResults", "totalElements", "totalSize", "@odata.count", "count"),
)
PAGES = ("total_pages", "totalPages", "page_count", "pageCount")
FLAGS = ("has_more", "hasMore", "more", "more_records", "moreRecords", "has_next", "hasNext", "hasNextPage")
NEXT = (
    *("next", "next_url", "nextUrl", "next_link", "nextLink", "@odata.nextLink", "next_page_url", "nextRecordsUrl"),
    *("next_cursor", "nextCursor", "next_page_token", "nextPageToken", "next_token", "nextToken"),
)
# Objects that hold such names, in the body or beside the records.
GROUPS = (
    *("meta", "_meta", "metadata", "pagination", "paging", "page", "page_info", "pageInfo", "info"),
    *("links", "_links", "response_metadata", "cursors"),
)

# The names, each with its place: where a body has several, those that come first say more.
NAMES = {name: place for place, name in enumerate((*COUNTS, *PAGES, *FLAGS, *NEXT, *GROUPS))}


def signs_in(*holders: Mapping[str, Any]) -> Signs:
    """Return what the objects around the records say under usual names, those that hold other objects included."""
    found = [
        (prefix + name, name, holder[name])
        for prefix, holder in _groups(holders)
        for name in sorted(holder.keys() & NAMES.keys(), key=NAMES.__getitem__)
    ]
    counts = {path: count for path, name, value in found if name in COUNTS and (count := _count(value)) is not None}
    pages = (count for _, name, value in found if name in PAGES and (count := _count(value)) is not None)
    more = (path for path, name, value in found if name in FLAGS and value is True)
    following = (path for path, name, value in found if name in NEXT and _leads_on(value))
    return Signs(counts, next(pages, None), next(more, ""), next(following, "")) if found else _NONE


def _groups(holders: tuple[Mapping[str, Any], ...]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for holder in holders:
        yield "", holder
        for name in GROUPS:
            group = holder.get(name)
            if isinstance(group, dict):
                yield f"{name}.", group
                for inner in GROUPS:
                    if isinstance(within := group.get(inner), dict):
                        yield f"{name}.{inner}.", within


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _leads_on(value: object) -> bool:
    """Return whether a value looks like a cursor or a link; a number may be one that was asked for."""
    if isinstance(value, dict):
        value = value.get("href") or value.get("url")
    return isinstance(value, str) and bool(value.strip())


def flag_of(value: object) -> bool | None:
    """Return what a flag says: whether there is more; None where it says nothing."""
    if value is MISSING or value is None or value in ("", [], {}):
        return None
    return not (value in (False, 0) or str(value).strip().lower() in {"false", "no", "0"})


def flag_at(document: object, more: str, last: str) -> bool | None:
    """Return whether a body says that there is more: at the path of a flag, or at that of one that means the end."""
    says = flag_of(value_at(document, more)) if more else None
    ends = flag_of(value_at(document, last)) if last else None
    return says if ends is None else not ends


def whole_number(value: object) -> int | None:
    """Return the count that a value is, as a number or as text; None where it is none."""
    if isinstance(value, str | Decimal):
        value = int(Decimal(value)) if re.fullmatch(r"[0-9]{1,18}(\.0*)?", str(value)) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


_NONE = Signs()
