"""Translates an API's own names for totals, flags and links to the usual ones: `nbHits` is a number of rows."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from tap_analytics.records.failures.wording import plain
from tap_analytics.records.signs.sign_names import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROWS = r"(?:rows?|records?|items?|results?|elements?|entry|entries|objects?|hits?|match(?:es)?|documents?|docs?)"
_WHOLE = r"(?:total|full|overall|grand|all|nb|numberof|num(?:of)?|noof|found|match(?:ing|ed)|filtered)"
_COUNT = r"(?:count|cnt|number|size)"
_SUM = rf"(?:{_ROWS}|{_COUNT}|found|filtered|matched|available)"
_FILLING = r"(?:of|in|by|the|list|set|collection|query|search|response)"
_IS = r"(?:is|has|are|got|arethere|there(?:is|are))"
_MORE = r"(?:more|next|additional|further|following)"
_EXIST = rf"(?:pages?|{_ROWS}|data|sets?|batch|chunk|available|exists?|left|remaining|to(?:load|fetch|read|come))"
_END = (
    r"(?:last|final|end(?:ed)?|done|finish(?:ed)?|completed?|exhausted"
    rf"|all(?:{_ROWS}|data)?(?:loaded|returned|read|fetched))"
)
_OF_END = rf"(?:page|of|the|list|data|{_ROWS}|stream|file|batch|chunk|reached)"
_WAS = r"(?:is|are|was|were|(?:has|have)been)"
_LIMIT = rf"(?:max(?:imum)?{_ROWS}|(?:max(?:imum)?)?{_ROWS}limit)"
_CUT = (
    rf"{_WAS}?(?:the|{_ROWS}|data|dataset|response|output|list|set)*{_WAS}?(?:truncated|capped|cutoff)"
    rf"|{_LIMIT}{_WAS}?(?:reached|exceeded|hit)|exceeded(?:transfer|{_ROWS})limit|{_WAS}?toomany{_ROWS}"
)

# The usual name for each kind of name; the first that fits counts. The name of a total says that it counts all rows;
# otherwise it may count those of the page.
_MEANINGS = (
    ("total_pages", rf"(?:total|nb|num|numberof|last)pages?(?:{_COUNT}|total|num|no)?|pages?(?:count|total)"),
    # A `number` alone is the number of the page.
    ("total_count", rf"(?!number\Z)(?=.*{_WHOLE})(?=.*{_SUM})(?:{_WHOLE}|{_SUM}|{_FILLING})+"),
    ("count", rf"(?:{_FILLING}|{_ROWS})*{_ROWS}(?:count|cnt)|(?:count|cnt)of{_ROWS}"),
    ("remaining", rf"remaining(?:{_ROWS}|{_COUNT})*|{_ROWS}(?:remaining|left)"),
    ("has_more", rf"{_IS}(?:any)?{_MORE}{_EXIST}*|{_IS}(?:remaining|left){_EXIST}*|(?!next){_MORE}{_EXIST}+"),
    ("has_more", rf"next{_EXIST}*(?:exists?|available)|(?:can)?(?:load|fetch)more"),
    ("done", rf"(?:is|at|on|has)?(?:the)?{_END}{_OF_END}*|no{_MORE}{_EXIST}*|reached(?:the)?(?:end|last){_OF_END}*"),
    ("truncated", _CUT),
    (
        "timed_out",
        rf"(?:is|has|was)?(?:timedout|(?:incomplete|partial)results?|terminatedearly)|results?{_WAS}?(?:incomplete|partial)",
    ),
)
# The length of names that are translated: at least this, and at most that.
_SHORTEST = 3
_LONGEST = 40


# Names under which records of any kind stand.
_OF_ANY = {"data", "items", "results", "records", "rows", "list", "values", "value", "entries", "content", "result"}


def noun_of(names: Sequence[str], resource: str) -> str:
    """Return what an API calls the rows of a list: their name, and that of the list if it is vague.

    Args:
        names: The names that lead to the rows, from the outside in.
        resource: What the list is called.
    """
    under = names[-1] if names else ""
    return f"{under} {resource}".strip() if not under or under in _OF_ANY else under


@lru_cache(maxsize=4096)
def usual_name(name: str, rows: str = "") -> str:
    """Return the usual name for a field that says something about its list; empty for any other field.

    Args:
        name: The name of the field.
        rows: The API's word for the rows of the list, such as `contacts`; between several words there are spaces.
    """
    if name in NAMES:
        return name
    if ":" in name:
        return usual_name(name.rpartition(":")[2], rows)  # `hydra:totalItems`
    if len(name) > _LONGEST or name in rows.split():  # the field with the rows is not their number
        return ""
    bare = _bare(name)
    for noun in filter(lambda each: len(each) >= _SHORTEST, map(_bare, rows.split())):
        bare = bare.replace(noun, "rows").replace(noun.removesuffix("s"), "row")
    return next((usual for usual, pattern in _meanings() if pattern.fullmatch(bare)), "")


@cache
def _meanings() -> Sequence[tuple[str, re.Pattern[str]]]:
    """Return usual names with the patterns of names that mean the same; compiled when they are first needed."""
    return [(usual, re.compile(pattern)) for usual, pattern in _MEANINGS]


def _bare(name: str) -> str:
    return "".join(character for character in plain(name) if character.isalnum())
