"""Reads texts that say which part of a list a response has: `Page 1 of 8`, `Showing 1 to 20 of 137 entries`."""

from __future__ import annotations

import re

from tap_analytics.patterns import pattern

# A longer text says something else, too.
_LONGEST = 100

_NUMBER = r"([0-9]{1,3}(?:[,.' \u00a0\u202f\u2019][0-9]{3}){1,4}|[0-9]{1,9})"
_OF = r"\s*(?:/|\bof\b|\bout of\b)\s*"
_TO = r"\s*(?:-|\u2013|\bto\b|\bthrough\b)\s*"
_RANGE = pattern(rf"(?:[a-z]+:?\s+){{0,3}}{_NUMBER}{_TO}{_NUMBER}\s*\b(?:out )?of\s+{_NUMBER}(?:\W.*)?", re.IGNORECASE)
_PAGE = pattern(rf"(?:[a-z]+\s+)?pages?:?\s*#?{_NUMBER}{_OF}{_NUMBER}(?:\s+pages)?\.?", re.IGNORECASE)
_PAGES = pattern(rf"{_NUMBER}{_OF}{_NUMBER}\s+pages?\.?", re.IGNORECASE)
_PART = pattern(rf"{_NUMBER}{_OF}{_NUMBER}")
# Words of names under which two numbers are a date, or count something else than pages.
_OTHERS = pattern(
    r"budget|creat|credit|date|expir|format|generat|limit|load|locale|quota|rate|ratio|size|time|usage|version|view"
)
_MORE = pattern(
    r"(?!.*\b(?:no|not|none|nothing|without|about|details?|docs|documentation|help|https?|info|information|see)\b)"
    r".*\bmore\b.*",
    re.IGNORECASE,
)


def rows_in(text: object) -> int | None:
    """Return the number of all rows in a text that says which of them a response has; None for any other value."""
    found = _RANGE.fullmatch(text.strip()) if isinstance(text, str) and len(text) <= _LONGEST else None
    first, last, rows = map(_number, found.groups()) if found else (0, 0, 0)
    return rows if first <= last <= rows and rows else None


def speaks_of_pages(name: str) -> bool:
    """Return whether a text under this name may say which page a response is, and not when it was made, or a quota."""
    return "pag" in name.lower() and not _OTHERS.search(name.lower())


def pages_in(text: object, *, is_of_page: bool) -> int | None:
    """Return the number of all pages in a text that says which of them a response is; None for any other value.

    Args:
        text: The text.
        is_of_page: Whether its field is that of a page, so that it need not say so.
    """
    ways = (_PAGE, _PAGES, _PART) if is_of_page else (_PAGE, _PAGES)
    part = _part(text, *ways)
    return part[1] if part and part[0] <= part[1] else None


def rows_of_part(text: object) -> int | None:
    """Return the number of all rows in a text such as `20 of 137`; None for any other value."""
    part = _part(text, _PART)
    return part[1] if part and part[0] <= part[1] else None


def tells_of_rows(text: object, size: int) -> bool:
    """Return whether a text such as `20 of 137` may count rows, on a page of so many: it has come to a multiple."""
    part = _part(text, _PART)
    return part is not None and (part[0] == part[1] or (size > 1 and part[0] % size == 0))


def says_more(text: object) -> bool:
    """Return whether the text of a flag says that there is more: `1 of 72`, `more results`."""
    part = _part(text, _PART, _PAGE, _PAGES)
    return part[0] < part[1] if part else isinstance(text, str) and bool(_MORE.fullmatch(text[:_LONGEST]))


def _part(text: object, *ways: re.Pattern[str]) -> tuple[int, int] | None:
    """Return the two numbers of a text that is written in one of these ways."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    found = next((found for way in ways if (found := way.fullmatch(text.strip()))), None)
    return (_number(found[1]), _number(found[2])) if found else None


def _number(text: str) -> int:
    return int("".join(filter(str.isdecimal, text)))
