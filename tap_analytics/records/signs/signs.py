"""Reads what a body says about its list: totals, flags and links, at declared paths or under usual names."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tap_analytics.pagination.page import NO_PLACE, NO_SIGNS, Signs
from tap_analytics.patterns import pattern
from tap_analytics.records.paths import MISSING, value_at
from tap_analytics.records.signs.own_names import usual_name
from tap_analytics.records.signs.paging_texts import (
    pages_in,
    rows_in,
    rows_of_part,
    says_more,
    speaks_of_pages,
    tells_of_rows,
)
from tap_analytics.records.signs.sign_names import (
    COUNTS,
    CURSORS,
    ENDS,
    FIRSTS,
    FLAGS,
    GROUPS,
    LASTS,
    LEFT,
    NAMES,
    NEXT,
    NEXT_NUMBERS,
    PAGES,
    PAGES_LEFT,
    PREVIOUS,
    SUMS,
    WEAK_PAGES,
    WITHHELD,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The name that stands for a text of any other name within an object about the list.
_TEXT = "info"

# The largest numbers of a type, which some APIs give for a count that they do not know.
_UNKNOWN = frozenset((2**31 - 1, 2**32 - 1, 2**53 - 1, 2**63 - 1, 2**64 - 1))

# Words for true and false.
_YES = frozenset({"true", "t", "yes", "y", "on"})
_NO = frozenset({"false", "f", "no", "n", "off"})

# A range of rows, followed by the number of all rows.
RANGE = pattern(r"(?!bytes)\w*[\s=]*(?:[0-9]+\s*-\s*[0-9]+|\*)\s*(?:/|of)\s*([0-9]+)")

# A number with separated thousands, and a number with a word for what it counts.
_GROUPED = pattern(r"[0-9]{1,3}(?:([,.' \u00a0\u202f\u2019])[0-9]{3})(?:\1[0-9]{3}){0,4}")
_NAMED = pattern(r"([0-9]+)\s*\+?\s*(?:rows|records|items|results|entries|hits|matches|total)?")
_PAGE = pattern(r"[?&](?:page|p|page_?number|page\[number\])=([0-9]{1,9})(?![0-9])", re.IGNORECASE)


def signs_in(*holders: Mapping[str, Any], rows: str = "", size: int = -1) -> Signs:
    """Return what the objects around the records, and objects within them, say about the list.

    Args:
        holders: The objects around the records.
        rows: The API's word for the rows of the list.
        size: The number of records; under a weak name, a number of pages that equals it is theirs.
    """
    found = [
        (prefix + name, usual, value)
        for prefix, holder in _groups(holders)
        for name, value in holder.items()
        if (usual := usual_name(name, rows) or (_TEXT if prefix and isinstance(value, str) else ""))
    ]
    found.sort(key=lambda each: NAMES[each[1]])
    counts = {path: count for path, name, value in found if (count := _rows_in(name, value)) is not None}
    pages = (count for path, name, value in found if (count := _pages_in(name, value, path, size)) is not None)
    more = (path for path, name, value in found if _says_more(name, value))
    # Some APIs always name a next page, and say in a flag that there is none.
    is_last = any(name in FLAGS and value is False for _, name, value in found)
    following = (path for path, name, value in ([] if is_last else found) if _names_next(name, value))
    cursors = (path for path, name, value in found if name in CURSORS and _leads_on(value))
    withheld = (path for path, name, value in found if name in WITHHELD and (_is_yes(value) or _has_failed(value)))
    left = {path: count for path, name, value in found if name in LEFT and (count := whole_number(value)) is not None}
    said = (next(more, ""), next(following, ""), next(cursors, ""), next(withheld, ""))
    ends = any(_leads_on(holder.get("before")) and _leads_on(holder.get("after")) for _, holder in _groups(holders))
    before = next((path for path, name, value in found if _says_before(name, value)), "")
    return Signs(counts, next(pages, None), *said, left, ends, before) if found else NO_SIGNS


def _rows_in(name: str, value: object) -> int | None:
    """Return the number of all rows that a field with a usual name says."""
    count = count_of(value) if name in COUNTS or (isinstance(value, str) and "range" in name) else None
    if count is None and isinstance(value, str):
        count = rows_in(value) or (rows_of_part(value) if name in COUNTS else None)
    return count


def _pages_in(name: str, value: object, path: str, size: int) -> int | None:
    """Return the number of all pages that a field with a usual name says."""
    count = count_of(value) if name in PAGES else None
    if count == size and name in WEAK_PAGES:
        return None
    if count is None and isinstance(value, str):
        is_of_page = speaks_of_pages(f"{path}.{name}") and ("pag" in name or not tells_of_rows(value, size))
        count = pages_in(value, is_of_page=is_of_page)
    return (page_in(value) or None) if count is None and name in LASTS else count


def _says_more(name: str, value: object) -> bool:
    """Return whether a field with a usual name says that there is more."""
    return (
        (name in FLAGS and (_is_yes(value) or says_more(value)))
        or (name in ENDS and _is_no(value))
        or ((name in NEXT or name in NEXT_NUMBERS) and value is True)
        or (name in LEFT and value is True)
        or (name in PAGES_LEFT and bool(whole_number(value)))
    )


def _says_before(name: str, value: object) -> bool:
    """Return whether a field with a usual name says that pages lie before this one."""
    return (name in FIRSTS and _is_no(value)) or (
        name in PREVIOUS and (value is True or whole_number(value) is not None or _leads_on(value))
    )


def _names_next(name: str, value: object) -> bool:
    """Return whether a field with a usual name leads to a next page."""
    return (name in NEXT and _leads_on(value)) or (name in NEXT_NUMBERS and _is_place(value)) or _has_next_link(value)


def _groups(holders: tuple[Mapping[str, Any], ...]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for holder in holders:
        yield "", holder
        for name, group in _objects(holder):
            yield f"{name}.", group
            for inner, within in _objects(group):
                yield f"{name}.{inner}.", within


def _objects(holder: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name in sorted(holder.keys() & GROUPS.keys(), key=NAMES.__getitem__):
        if isinstance(group := holder[name], dict):
            yield name, _of_rows(group) if name in SUMS else group


def _has_failed(value: object) -> bool:
    """Return whether a value says that parts of an index have failed."""
    return isinstance(value, dict) and bool(value.get("failed"))


def _of_rows(group: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object of sums without those that may count something else than rows."""
    return {name: value for name, value in group.items() if name.lower() not in {"total", "size"}}


def count_of(value: object) -> int | None:
    """Return a count that is a number, a text, the end of a range as in `0-99/437`, or a field of an object."""
    if isinstance(value, str) and (found := RANGE.fullmatch(value.strip())):
        value = found[1]
    if isinstance(value, dict):
        value = next((value[name] for name in ("value", "total", "count") if name in value), None)
    if isinstance(value, str) and (grouped := _GROUPED.fullmatch(value.strip())):
        value = grouped[0].replace(grouped[1], "")
    if isinstance(value, str) and (named := _NAMED.fullmatch(value.strip())):
        value = named[1]
    count = whole_number(value)
    return None if count in _UNKNOWN else count


def page_in(link: object) -> int | None:
    """Return the number of the page that a link asks for; None if it has none."""
    if isinstance(link, dict):
        link = link.get("href") or link.get("url")
    found = _PAGE.search(unquote(link)) if isinstance(link, str) else None
    return int(found[1]) if found else None


def _is_yes(value: object) -> bool:
    return value in (True, 1) or (isinstance(value, str) and value.strip().lower() in _YES)


def _is_no(value: object) -> bool:
    return value is False or (isinstance(value, str) and value.strip().lower() in _NO)


def _leads_on(value: object) -> bool:
    """Return whether a value looks like a cursor or a link; a number does not, since it may be the current page."""
    if isinstance(value, dict):
        return any(_is_place(each) for name, each in value.items() if name not in {"rel", "method", "title", "type"})
    return isinstance(value, str) and value.strip().lower() not in NO_PLACE


def _is_place(value: object) -> bool:
    return _leads_on(value) or bool(whole_number(value))


def _has_next_link(value: object) -> bool:
    """Return whether a value is a list of links, one of which leads to the next page."""
    links = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    return any("next" in (link.get("rel"), link.get("relation")) and _leads_on(link) for link in links)


def flag_of(value: object) -> bool | None:
    """Return whether a flag is true; None if it says nothing."""
    if value is MISSING or value is None or value in ("", [], {}):
        return None
    return not (value in (False, 0) or str(value).strip().lower() in _NO | {"0"})


def flag_at(document: object, more: str, last: str) -> bool | None:
    """Return whether a body says that there is more, by a flag at the path `more` or one for the end at `last`."""
    says = flag_of(value_at(document, more)) if more else None
    ends = flag_of(value_at(document, last)) if last else None
    return says if ends is None else not ends


def whole_number(value: object) -> int | None:
    """Return a count given as a number or as text; None for any other value."""
    if isinstance(value, str | Decimal):
        value = int(Decimal(value)) if re.fullmatch(r"[0-9]{1,18}(\.0*)?", str(value)) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
