"""The words in which APIs speak of pages: in the body of a response, in its headers, and as parameters of a request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tap_analytics.resources.detection.selection import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

Path = tuple[str, ...]

# How many rows pages often have without being asked: these numbers, and multiples of five from ten on.
USUAL_SIZES = {12, 16, 18, 24, 32, 36, 48, 64, 96, 99, 128, 256, 512, 1024, 2048, 4096}
LEAST_USUAL, USUAL_STEP = 10, 5

# Parameters that ask for a number of rows, with the one that says from which row on, or which page.
START_OF: Mapping[str, str] = {
    "limit": "offset",
    "_limit": "_start",
    "$top": "$skip",
    "top": "skip",
    "$limit": "$offset",
    "take": "skip",
    "first": "skip",
    "maxResults": "startAt",
    "max_results": "start",
    "rows": "start",
    "num": "start",
    "count": "offset",
    "results": "offset",
    "sysparm_limit": "sysparm_offset",
    "page[limit]": "page[offset]",
    "max": "offset",
    "Limit": "Offset",
    "Take": "Skip",
    "Top": "Skip",
    "LIMIT": "OFFSET",
    "rowLimit": "startRow",
}
PAGE_OF: Mapping[str, str] = {
    "per_page": "page",
    "perPage": "page",
    "perpage": "page",
    "per-page": "page",
    "page_size": "page",
    "pageSize": "page",
    "pagesize": "page",
    "page-size": "page",
    "PageSize": "Page",
    "pagelen": "page",
    "size": "page",
    "page[size]": "page[number]",
    "hitsPerPage": "page",
    "itemsPerPage": "page",
    "items_per_page": "page",
    "searchCriteria[pageSize]": "searchCriteria[currentPage]",
    "antal": "sida",
    "PAGESIZE": "PAGE",
}
SIZES = START_OF.keys() | PAGE_OF.keys()

# Parameters that may go with one for the first row, the likeliest first, where that is no partner of one above.
SIZE_OF: Mapping[str, tuple[str, ...]] = {
    "offset": ("limit", "count", "max"),
    "skip": ("take", "limit", "top", "first"),
    "start": ("limit", "count", "rows", "max_results", "num"),
    "startIndex": ("count", "itemsPerPage", "limit"),
    "start_index": ("count", "limit"),
    "from": ("size", "limit"),
    "first": ("count", "max", "limit"),
    "startRow": ("rows", "limit"),
    "startPosition": ("maxResults", "limit"),
    "pageOffset": ("pageSize", "limit"),
    "Start": ("Limit", "Count", "Rows"),
    "StartIndex": ("Count", "PageSize", "Limit"),
    "StartRow": ("Rows", "Limit"),
    "SKIP": ("TAKE", "LIMIT", "TOP"),
}

# Parameters that say how many rows a page has, where a number, a cursor or a link asks for the page. Those that may say
# how many rows there are at all (`top`, `first`) are none.
PAGE_SIZES = (
    *("per_page", "page_size", "pageSize", "limit", "perPage", "size", "page[size]", "per-page", "count"),
    *("maxResults", "max_results", "pagelen", "page[limit]", "itemsPerPage", "hitsPerPage", "page-size"),
)


def partners(page: str) -> tuple[str, ...]:
    """Return the parameters that say how many rows a page has, where this one has its number."""
    return tuple(size for size, partner in PAGE_OF.items() if partner == page)


def size_params(start: str) -> tuple[str, ...]:
    """Return the parameters that may say how many rows a page has, where one says from which row on."""
    partners = (size for size, partner in START_OF.items() if partner == start)
    return tuple(dict.fromkeys((*SIZE_OF.get(start, ()), *partners, "limit")))


# Tried where a response says that there is more, and not how to ask for it.
PAGE_PARAMS = ("page", "page_number", "pageNumber")
START_PARAMS = ("offset", "skip", "start")
_PLACES = frozenset(("offset", "page", "skip", "start", "startindex"))

# All that is tried at once where no response says how to ask for more: parameters for rows, then for pages, and
# for the key of the last row.
STARTS = (
    *("offset", "skip", "start", "startAt", "$skip", "$offset", "page[offset]", "_start", "startIndex", "start_index"),
    *("from", "first", "position", "startRow", "start_row", "startPosition", "sysparm_offset", "pageOffset", "begin"),
    *("Offset", "Skip", "Start", "StartIndex", "StartRow", "OFFSET", "SKIP"),
)
KEYS_BEFORE = (
    *("starting_after", "since_id", "after_id", "last_id", "startingAfter", "sinceId", "afterId", "lastId", "id_after"),
    *("min_id", "cursor_id", "id_gt", "id[gt]", "filter[id][gt]", "gt_id", "idAfter", "after"),
    # Where the newest row comes first.
    *("before", "before_id", "max_id", "until_id", "ending_before", "beforeId", "maxId", "endingBefore"),
    *("id_lt", "id[lt]", "lt_id"),
)
ALL_PARAMS = (
    *STARTS,
    *("page", "page[number]", "p", "pageNumber", "page_number", "pageNo", "page_no", "pageNum", "page_num", "_page"),
    *("currentPage", "current_page", "pageIndex", "page_index", "Page", "PageNumber", "pg", "paged", "pagenr"),
    *("PageNo", "PageNum", "PageIndex", "CurrentPage", "PAGE"),
    *KEYS_BEFORE,
)

_LINKS = {"next", "nextlink", "nexturl", "nexturi", "nexthref", "nextpage", "nextpageurl", "nextpagelink"}
_LINKS |= {"odatanextlink", "nextrecordsurl", "nextpageuri", "nextresultsurl", "nextresults", "forward", "atomnext"}
_TARGETS = {"href", "link", "url", "uri"}
_CURSORS = {"nextcursor", "cursornext", "nexttoken", "nextpagetoken", "continuationtoken", "continuation", "endcursor"}
_CURSORS |= {"nextcursormark", "nextmarker", "nextkey", "nextpagecursor", "nextid", "nextpageid", "scrollid", "next"}
_CURSORS |= {"nextbookmark", "nextoffset", "nextstart", "nextskip", "nextpage", "nextpagenumber", "pagingtoken"}
_CURSORS |= {"nextstartingafter", "startingafter", "after", "nextafter", "paginationtoken", "nextpaginationtoken"}
_MAYBE_CURSORS = {"cursor", "bookmark", "marker", "pagetoken"}
_HOLDERS = {"cursors", "cursor", "pagination", "paging", "page", "pageinfo", "meta", "metadata", "responsemetadata"}
_HOLDERS |= {"next", "pager", "links", "data", "result", "response"}

# Objects that are about the list, and hold its counts.
GROUPS = _HOLDERS | {"pages", "pageable", "pageinformation", "info", "additionaldata", "listinfo", "hits", "total"}
GROUPS |= {"results", "list", "extra", "headers", "collection", "paginationinfo", "resultinfo"}

_TOTALS = {"total", "totalcount", "counttotal", "totalitems", "totalrecords", "totalrecordcount", "totalhits"}
_TOTALS |= {"totalresults"}
_TOTALS |= {"totalelements", "totalsize", "totalrows", "numfound", "recordstotal", "odatacount", "found", "count"}
_TOTALS |= {"resultcount", "recordcount", "totalentries", "itemcount", "totalnumber", "totalnum", "xtotal"}
_TOTALS |= {"xtotalcount", "xwptotal", "totalobjects", "nbhits", "itemstotal", "totalresultcount"}
# These count the rows of the page as often as those of the list.
_MAYBE_TOTALS = {"count", "found", "resultcount", "recordcount", "itemcount", "totalhits"}
_PAGE_COUNTS = {"totalpages", "pagecount", "lastpage", "totalpage", "numpages", "nbpages", "numberofpages", "pages"}
_PAGE_COUNTS |= {"pagestotal", "xtotalpages", "xwptotalpages", "totalpagecount", "pagetotal", "maxpage", "countpages"}
# These may be the rows of a page, or how many pages may be asked for.
_MAYBE_PAGE_COUNTS = {"pagecount", "pages", "maxpage"}
_MORE = {"hasmore", "hasnext", "hasnextpage", "hasmoreitems", "more", "moreitemsincollection", "morerecords", "ismore"}
_MORE |= {"hasmorepages", "hasmoreresults", "hasmorerecords", "morepages", "moreresults", "istruncated", "hasmoredata"}
_MORE |= {"xhasmore", "incomplete", "hasnextresults", "next", "nextpage"}
_LAST = {"islast", "islastpage", "last", "lastpage", "done", "isdone", "islastbatch", "complete", "finished"}
_PAGES = {"page", "pagenumber", "currentpage", "pageno", "pageindex", "pagenum", "pagecurrent", "thispage"}
_PAGES_WITHIN = _PAGES | {"number", "current"}
_PAGE_HOLDERS = {"page", "pages", "pageable", "pageinformation", "pageinfo", "pagination", "paging", "pager", "meta"}
_OFFSETS = {"offset", "skip", "start", "startat", "startindex", "startrow", "skipped", "firstresult", "from"}
_LIMITS = {"limit", "maxresults", "perpage", "pagesize", "itemsperpage", "take", "top", "size", "max", "rows"}


def _word(name: str) -> str:
    """Return a name without the signs between its words, and without what it is a name of: `hydra:next` is `next`."""
    return plain(name.rpartition(":")[2])


def is_next_link(path: Path) -> bool:
    """Return whether what is at a path is the link to the next page, if it is a link."""
    name = _word(path[-1])
    return name in _LINKS or (name in _TARGETS and len(path) > 1 and plain(path[-2]) in _LINKS)


def is_cursor(path: Path, *, surely: bool = False) -> bool:
    """Return whether what is at a path is the cursor of the next page, if it is no link; `surely`, not of this one."""
    name, holder = _word(path[-1]), plain(path[-2]) if len(path) > 1 else ""
    if name in {"after", "startingafter", "continuation"} and len(path) > 1:
        return holder in _HOLDERS
    return name in _CURSORS or (not surely and name in _MAYBE_CURSORS)


def is_total(path: Path, *, surely: bool = False) -> bool:
    """Return whether what is at a path counts the rows of the list; `surely`, not those of the page."""
    name = _word(path[-1])
    if name == "value" and len(path) > 1:  # a total may be an object with its value
        name = plain(path[-2])
    if name == "total" and len(path) > 1 and plain(path[-2]) == "pages":
        return False
    return name in (_TOTALS - _MAYBE_TOTALS if surely else _TOTALS)


def is_page_count(path: Path, *, surely: bool = False) -> bool:
    """Return whether what is at a path counts the pages of the list; `surely`, not the rows of one, nor a maximum."""
    name, holder = _word(path[-1]), plain(path[-2]) if len(path) > 1 else ""
    known = _PAGE_COUNTS - _MAYBE_PAGE_COUNTS if surely else _PAGE_COUNTS
    return name in known or (name == "total" and holder == "pages")


def is_last_page(path: Path, count: int, rows: int) -> bool:
    """Return whether a count at a path is that of pages: no maximum, and not the number of rows of this page."""
    return _word(path[-1]) != "maxpage" and is_page_count(path, surely=count == rows)


def is_page(path: Path) -> bool:
    """Return whether what is at a path is the number of this page."""
    name, holder = _word(path[-1]), plain(path[-2]) if len(path) > 1 else ""
    return name in _PAGES or (holder in _PAGE_HOLDERS and name in _PAGES_WITHIN)


def is_offset(path: Path) -> bool:
    """Return whether what is at a path says how many rows lie before this page."""
    return _word(path[-1]) in _OFFSETS


def is_limit(path: Path) -> bool:
    """Return whether what is at a path says how many rows a page has."""
    return _word(path[-1]) in _LIMITS


def flag(path: Path, value: object) -> bool | None:
    """Return whether a flag at a path says that there is more; None where there is no such flag."""
    if not isinstance(value, bool):
        return None
    name = _word(path[-1])
    if name in _MORE:
        return value
    return not value if name in _LAST else None


def is_next_page(header: str) -> bool:
    """Return whether a header has the number of the next page."""
    return plain(header) == "xnextpage"


def cursor_headers(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the headers that have the cursor of the next page, with their values."""
    named = ((name, value, plain(name).removeprefix("x")) for name, value in headers.items())
    return [(name, value) for name, value, bare in named if value.strip() and "next" in bare and _is_header(bare)]


def _is_header(name: str) -> bool:
    return name in _CURSORS and name not in {"next", "nextpage", "nextpagenumber", "nextstart"}


def total_of_range(headers: Mapping[str, str]) -> int | None:
    """Return how many rows the header `Content-Range` counts, as `items 0-19/230` does; None where it counts none."""
    match = re.fullmatch(r"\s*(?!bytes)\w+\s+\d+-\d+/(\d{1,18})\s*", headers.get("Content-Range", ""))
    return int(match[1]) if match else None


def is_page_param(name: str) -> bool:
    """Return whether a parameter asks for a page by its number."""
    last = re.split(r"[\[\].]", name.rstrip("]"))
    return plain(name) in _PAGES or (plain(last[-1]) in _PAGES_WITHIN and len(last) > 1)


def page_params(path: Path) -> tuple[str, ...]:
    """Return the parameters that may ask for a page, where the API has its number at a path."""
    name = path[-1]
    own = (name,) if plain(name) in {"page", "pagenumber", "pageno", "pageindex", "pagenum"} else ()
    within = ("page[number]",) if plain(name) in {"number", "currentpage"} else ()
    return tuple(dict.fromkeys((*own, "page", *within, name)))


def cursor_params(path: Path) -> tuple[str, ...]:
    """Return the parameters that may carry the cursor at a path, the likeliest first."""
    name, holder = path[-1], path[-2] if len(path) > 1 else ""
    if plain(name) == "next" and plain(holder) in {"cursor", "cursors"}:
        first = ["cursor"]
    elif plain(name) == "endcursor":
        first = ["after"]
    elif match := re.fullmatch(r"[Nn]ext[_-]?(?P<rest>.+)", name):
        rest = match["rest"]
        first = [rest[0].lower() + rest[1:], name] if name[0].islower() else [rest, name]
    elif plain(name) == "next":
        first = ["cursor", "next", "after", "token", "page_token", "page", "start", "offset"]
    else:
        first = [name]
    if plain(holder) in _HOLDERS and "[" not in first[0]:  # `pagination.next_cursor` may be `pagination[cursor]`
        first.insert(1, f"{holder}[{first[0]}]")
    return tuple(dict.fromkeys((*first, *_CURSOR_PARAMS, *_RARE_CURSOR_PARAMS)))[:MOST_PARAMS]


# Parameters that usually carry a cursor, and how many are tried for one.
_CURSOR_PARAMS = ("cursor", "after", "page_token", "pageToken", "token", "pagination_cursor", "page[cursor]")
_RARE_CURSOR_PARAMS = ("page[after]", "pagination_token", "start_cursor")
MOST_PARAMS = 14


def is_size(name: str, around: object) -> bool:
    """Return whether a number in an answer without rows is how many were asked for: it stands beside their start."""
    return name.lower() == "count" and isinstance(around, dict) and any(each.lower() in _PLACES for each in around)
