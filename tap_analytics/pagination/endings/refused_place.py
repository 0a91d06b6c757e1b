"""A page that the API refuses: whether its list may end there, or whether the API limits how far it can be read."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from tap_analytics.pagination.page import Page

_MAY_END = "if the list ends there, declare `empty_when` with words of the answer as its `message`; "

_SEPARATORS = str.maketrans("", "", ",.")

# Words of an API that gives only a part of a list; an API whose list has no such page says other words.
_LIMIT = pattern(
    r"\b(?:first|maximum|max|limit(?:ed|s)?|window|depth|exceed(?:s|ed)?|narrow|refine|at most|up to|more than"
    r"|too (?:deep|far|large|many|high|big)|not (?:allowed|permitted|supported))\b",
    re.IGNORECASE,
)
# Words of an API that gives so many rows of any list.
_LIMIT_OF = pattern(
    r"\b(?:first|(?:up to|at most|maximum of|limited to)(?= [0-9,.]+ [a-z])"
    r"|(?:return|access|retrieve|fetch|read|show)\w* more than) ([0-9][0-9,.]*)\b(?! pages?\b)",
    re.IGNORECASE,
)
# Words of an API that has nothing at the place that is asked for.
_END = pattern(
    r"\bout[ -]of[ -](?:range|bounds)\b|\b(?:beyond|past|after) (?:the )?(?:end|last|total|number)\b"
    r"|\bno (?:such|more|further) (?:pages?|rows?|results?|records?|items?|data|entries)\b"
    r"|\b(?:page|offset|skip|start)\b[^.;]{0,40}\b(?:does not exist|doesn't exist|not found|(?:is|are) empty)\b"
    r"|\binvalid page\b|\bpage\b[^.;]{0,20}\bis (?:invalid|not valid)\b"
    r"|\bend of (?:the )?(?:data|list|records|results)\b",
    re.IGNORECASE,
)


def needs_count(page: Page, *, is_full: bool) -> bool:
    """Return whether a failure in the place of a page is an end only where a count says so.

    A 400 says that something is wrong with the request, whatever it may be. Behind a page that is not full, its words
    may say that nothing is there. A 304 says nothing of the list.

    Args:
        page: The page.
        is_full: Whether the page before is full.
    """
    is_vague = page.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_MODIFIED)
    return is_vague and (is_full or not _END.search(said_of(page)))


def unless_declared(page: Page) -> str:
    """Return the message for a failure in the place of a page; it may be an end that can be declared."""
    return f"{_MAY_END if page.status == HTTPStatus.BAD_REQUEST else ''}{page.missing}"


def tells_of_limit(page: Page) -> bool:
    """Return whether a failure in place of a page may mean that the API limits how far a list can be read.

    A 422 refuses the request itself; any other status may say so in words.
    """
    return page.status == HTTPStatus.UNPROCESSABLE_ENTITY or bool(_LIMIT.search(said_of(page)))


def names_limit(page: Page, rows: int) -> bool:
    """Return whether a failure in place of a page says that the API gives just as many rows of a list as came."""
    return any(each.translate(_SEPARATORS) == str(rows) for each in _LIMIT_OF.findall(said_of(page)))


def said_of(page: Page) -> str:
    """Return what the API says of a failure in the place of a page."""
    return page.missing.partition("The API says: ")[2]
