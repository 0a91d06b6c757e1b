"""Recognizes by its words an answer that refuses the credentials: a wrong key, a token that has expired."""

from __future__ import annotations

import re

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.patterns import pattern

# How many characters are looked at: such a text says it at its beginning.
_LONGEST = 4_000

# Codes such as `invalidApiKey` and `TOKEN_EXPIRED` count as text: they are split into words.
_BORDERS = pattern(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z]+")
# A token alone may be that of a page, or a word of a query that cannot be read.
_KEYS = (
    r"(?:api ?keys?|access keys?|app(?:lication)? keys?|(?:access|api|app|auth\w*|bearer|id|o ?auth|refresh|security"
    r"|session|user|personal) ?tokens?|client (?:id|secret)s?|credentials?|passwords?|session(?: ids?)?|signature"
    r"|user ?names?)"
)
_WRONG = r"(?:bad|expired|illegal|incorrect|invalid|missing|no such|revoked|unknown|unrecognized|wrong)"
_IS_WRONG = (
    r"(?:(?:are |has been |has |have |is |was )?(?:expired|incorrect|invalid|missing|revoked|wrong)"
    r"|(?:are |is )?not (?:correct|found|recognized|valid)|does not exist|expires)"
)
_REFUSED = (
    rf"\b{_WRONG} (?:or (?:\w+ ){{1,3}})?(?:(?:o ?auth|the|your) )?{_KEYS}\b|\b{_KEYS} (?:\w+ ){{0,2}}?{_IS_WRONG}\b"
    r"|\btoken (?:has |is )?(?:expired|revoked)|\bexpired token"
    r"|\bauth(?:entication|orization)? (?:error|failed|failure|required|unsuccessful)|\bfailed to authenticate"
    r"|\binvalid auth\b|\binvalid token ?$"
    r"|\bnot (?:authenticated|logged in|signed in)\b|\bunauthenticated\b|\bo ?auth exception\b|\baccess denied\b"
    r"|\b(?:log ?in|sign ?in) required|\bplease (?:log|sign) in\b"
)
# The token of a page, of a list or of a filter is none that signs in.
_OTHER_TOKENS = r"\b(?:continuation|cursor|next|page|pagination|paging|resume|scroll|sync) ?token\b[\w ]*"


# The title of a page for browsers that wants somebody to sign in, and the end of the path of such a page.
_PAGE = pattern(
    r"\b(?:log|sign)[ -]?(?:in|on)\b|\bsession (?:expired|timed? ?out)|anmeld|connexion|iniciar sesi|\baccedi\b",
    re.IGNORECASE,
)
_PATH = pattern(r"(?:^|/)(?:[\w-]*[-_])?(?:log[-_]?[io]n|sign[-_]?[io]n|sso)(?:\.\w+)?/?$", re.IGNORECASE)


class RefusedError(FatalAPIError):
    """A success by its status whose body refuses the credentials."""


def says_refused(text: str) -> bool:
    """Return whether a text says that the credentials are wrong, or no longer valid."""
    words = re.sub(_OTHER_TOKENS, " ", _BORDERS.sub(" ", text[:_LONGEST]).lower())
    return re.search(_REFUSED, words) is not None


def is_sign_in(title: str) -> bool:
    """Return whether the title of a page for browsers says that somebody has to sign in."""
    return _PAGE.search(title[:_LONGEST]) is not None


def leads_to_sign_in(location: str) -> bool:
    """Return whether a redirect leads to a page where somebody has to sign in."""
    return _PATH.search(re.split(r"[?#;]", location)[0]) is not None
