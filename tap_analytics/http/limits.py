"""Recognizes by its words the body of a refusal that says that there were too many requests."""

from __future__ import annotations

import re

from tap_analytics.patterns import pattern

# How many characters are looked at: such a text says it at its beginning.
_LONGEST = 4_000

# Codes such as `rateLimitExceeded` and `REQUEST_LIMIT_EXCEEDED` count as text: they are split into words.
_BORDERS = pattern(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z]+")
_ASKED = r"(?:api|calls?|concurren\w+|daily|hourly|minute|quer(?:y|ies)|quota|rates?|requests?|throughput|usage)"
_LIMITED = (
    rf"^ ?limit reached\b|\b{_ASKED} (?:\w+ )?limits? (?:\w+ ){{0,5}}(?:exceed\w*|hit|reached)"
    rf"|\b(?:exceed\w*|hit|reached) (?:\w+ ){{0,5}}{_ASKED} (?:\w+ )?(?:limits?|quota)\b"
    r"|\bquota (?:\w+ ){0,3}(?:exceed\w*|exhaust\w*|reached)|\b(?:exceed\w*|exhaust\w*) (?:\w+ ){0,3}quota\b"
    r"|\btoo many (?:\w+ )?(?:api|calls|connections|queries|requests)\b|\bover (?:qps|quota|rate)\b"
    r"|\brate ?limit(?:ed|ing)\b|\bratelimit (?:exceed\w*|hit|reached)|\bthrottl\w+|\bslow down\b"
    r"|\bbudget exhaust\w*|\brequests per (?:second|minute|hour|day)\b"
)


def says_limit(text: str) -> bool:
    """Return whether a text says that there were too many requests."""
    words = _BORDERS.sub(" ", text[:_LONGEST]).lower()
    return re.search(_LIMITED, words) is not None
