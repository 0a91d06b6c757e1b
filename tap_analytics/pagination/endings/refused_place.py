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
    r"|too (?:deep|far|large|many|high|big)|not (?:allowed|permitted|supported)|can only"
    r"|can(?: ?not|'t) (?:access|exceed|fetch|page|paginate|read|retrieve|return))\b",
    re.IGNORECASE,
)
# Words of an API that gives so many rows of any list.
_LIMIT_OF = pattern(
    r"\b(?:first|(?:up to|at most|maximum of|limited to)(?= [0-9,.]+ [a-z])"
    r"|(?:return|access|retrieve|fetch|read|show)\w* more than) ([0-9][0-9,.]*)\b(?! pages?\b)",
    re.IGNORECASE,
)
# Words of an API whose list ends before the place that is asked for.
_ROWS = r"(?:pages?|rows?|results?|records?|items?|entries|hits|data)"
_OF_ALL = (
    rf"(?:number of |count of |size of |length of )?(?:available |existing )?(?:{_ROWS}|count|number|size|length|end)"
)
_BEHIND = pattern(
    rf"\b(?:exceed(?:s|ed|ing)?|(?:larger|greater|higher|bigger) than|beyond|past|after|outside(?: of)?)"
    rf" (?:the )?(?:[0-9][0-9,.]* {_ROWS} of the list|(?:total|last|final|actual) ?(?:{_OF_ALL})?|end"
    rf"|(?:number|count) of (?:available )?{_ROWS}"
    r"|result ?set)\b"
    rf"|\bno (?:such|more|further) {_ROWS}\b|\bno (?:such|more|further) entries\b"
    rf"|\bcontains no {_ROWS}\b|\bno {_ROWS} (?:on|for|at) (?:this|that|the requested) (?:page|offset)\b"
    rf"|\bthere (?:is|are) (?:only [0-9,.]+ {_ROWS}\b(?! (?:per|a|each|allowed))|no (?:page|offset) [0-9]+)"
    r"|\b(?:page|offset|skip|start)\b[^.;]{0,40}\b(?:does not exist|doesn't exist|not found|(?:is|are) empty)\b"
    r"|\bend of (?:the )?(?:data|list|records|results)\b|\blast page (?:is|was) [0-9]+"
    r"|\bexpected :?page in [0-9]+\.\.[0-9]+",
    re.IGNORECASE,
)
# Words of a limit that may be said of the end of a list too.
_OF_END = pattern(r"\b(?:at most|exceed(?:s|ed)?|limit|too (?:far|high|large|big))\b", re.IGNORECASE)
# Words of an API that has nothing there, be it for want of rows or for a limit.
_NOTHING = pattern(
    r"\bout[ -]of[ -](?:range|bounds)\b|\brange not satisfiable\b|\b(?:nothing|no [a-z]+) (?:was |were )?found\b"
    r"|\binvalid page\b|\bpage\b[^.;]{0,20}\b(?:is (?:invalid|not valid)|not available)",
    re.IGNORECASE,
)


def needs_count(page: Page, *, is_full: bool) -> bool:
    """Return whether a failure in the place of a page is an end only where a count says so.

    A 400 says that something is wrong with the request, whatever it may be. Its words may say that the list ends before
    that; behind a page that is not full, that nothing is there. A 304 says nothing of the list.

    Args:
        page: The page.
        is_full: Whether the page before is full.
    """
    said = said_of(page)
    is_vague = page.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_MODIFIED)
    return is_vague and not _BEHIND.search(said) and (is_full or not _NOTHING.search(said))


def unless_declared(page: Page) -> str:
    """Return the message for a failure in the place of a page; it may be an end that can be declared."""
    return f"{_MAY_END if page.status == HTTPStatus.BAD_REQUEST else ''}{page.missing}"


def tells_of_limit(page: Page) -> bool:
    """Return whether a failure in place of a page may mean that the API limits how far a list can be read.

    A 422 refuses the request itself, unless its words say that nothing is there; any status may tell of a limit in
    words.
    """
    said = said_of(page)
    rest = _BEHIND.sub(" ", said)
    rest = rest if rest == said else _OF_END.sub(" ", rest)
    is_unsaid = page.status == HTTPStatus.UNPROCESSABLE_ENTITY and rest == said and not _NOTHING.search(said)
    return is_unsaid or bool(_LIMIT.search(rest))


def names_limit(page: Page, rows: int) -> bool:
    """Return whether a failure in place of a page says that the API gives just as many rows of a list as came."""
    return any(each.translate(_SEPARATORS) == str(rows) for each in _LIMIT_OF.findall(said_of(page)))


def said_of(page: Page) -> str:
    """Return what the API says of a failure in the place of a page."""
    return page.missing.partition("The API says: ")[2]
