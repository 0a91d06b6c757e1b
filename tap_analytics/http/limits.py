"""Recognizes by its words the body of a refusal that says that there were too many requests."""

from __future__ import annotations

import re

from tap_analytics.patterns import pattern

# How many characters are looked at: such a text says it at its beginning.
_LONGEST = 4_000

# Codes such as `rateLimitExceeded` and `REQUEST_LIMIT_EXCEEDED` count as text: they are split into words.
_BORDERS = pattern(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z]+")
_ASKED = r"(?:api|calls?|concurren\w+|daily|hourly|minute|quer(?:y|ies)|quota|rates?|requests?|throughput|usage)"
# `limit exceeds the maximum of 500` is said of the parameter for the rows of a page.
_NO_MAXIMUM = r"\b(?! (?:the |its )?(?:allowed|max\w*|permitted)\b)"
_LIMITED = (
    rf"^ ?limit reached\b|\b{_ASKED} (?:\w+ )?limits? (?:\w+ ){{0,5}}(?:exceed\w*|hit|reached){_NO_MAXIMUM}"
    rf"|\b(?:exceed\w*|hit|reached) (?:\w+ ){{0,5}}{_ASKED} (?:\w+ )?(?:limits?|quota)\b"
    r"|\bquota (?:\w+ ){0,3}(?:exceed\w*|exhaust\w*|reached)|\b(?:exceed\w*|exhaust\w*) (?:\w+ ){0,3}quota\b"
    r"|\btoo many (?:\w+ )?(?:api|calls|connections|queries|requests)\b"
    r"|\bover (?:qps|quota|rate|(?:query|request|usage) limit)\b"
    rf"|\blimits? (?:for|of|on) (?:\w+ )?{_ASKED} (?:\w+ ){{0,2}}(?:exceed\w*|hit|reached)"
    rf"|\b{_ASKED} (?:\w+ )?too (?:frequent\w*|often|fast)\b"
    r"|\brate ?limit(?:ed|ing)\b|\bratelimit (?:exceed\w*|hit|reached)|\bthrottl\w+|\bslow down\b"
    r"|\bbudget exhaust\w*|\brequests per (?:second|minute|hour|day)\b"
)

# Words for a failure that passes, and the statuses of HTTP that do, at the beginning of a text.
_PASSING = pattern(
    r"\A(?:408|425|429|502|503|504)\b|\btry (?:\w+ )?(?:again|later)\b|\btemporar(?:y|ily)\b", re.IGNORECASE
)


def says_passing(text: str) -> bool:
    """Return whether the words of an error in a success say that it is over in a moment."""
    return says_limit(text) or _PASSING.search(text[:_LONGEST]) is not None


def says_limit(text: str) -> bool:
    """Return whether a text says that there were too many requests."""
    words = _BORDERS.sub(" ", text[:_LONGEST]).lower()
    return re.search(_LIMITED, words) is not None
