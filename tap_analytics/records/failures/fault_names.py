"""Judges fields under names of an API's own that have a word for a failure: `searchErrors`, `license_status`."""

from __future__ import annotations

from tap_analytics.patterns import pattern
from tap_analytics.records.failures.wording import Verdict, is_nothing, of_status, plain, words_in

# Words for an error or a status, and those of names that mean no error.
_ERROR_LIKE = pattern(
    r"^err(?!and|at)|error|erro$|erreur|fehler|ошибка|错误|エラー|오류|traceback|stacktrace|^exc|exception|exhausted"
    r"|exceeded|fault(?!s?$)|failure|failed|violation|^exit(?:code|status)$"
    r"|^(?:bad|invalid|missing|wrong)(?:arg|filter|input|param)"
)
_STATUS_LIKE = pattern(r"(?:status|state|outcome)$")
_HARMLESS = pattern(
    r"^(?:include|exclude|show|only|ignore)|^(?:is)?exhausted$|default|url|uri|link|href|doc|help|page|rate|margin|polic"
    r"|format|mode|level|schema|version"
)
# What grants access, and the words for one that does so no more.
_GRANTS = r"(?:account|contract|key|licen[cs]e|membership|payment|plan|session|subscription|token|trial)"
_OF_GRANT = pattern(rf"(?:api|user)?{_GRANTS}(?:status|state)?")
_OVER_FLAG = pattern(
    rf"{_GRANTS}(?:is|has)?(?:blocked|closed|deactivated|disabled|ended|expired|frozen|inactive|lapsed|locked|overdue"
    r"|over|revoked|suspended)"
)
_OVER = frozenset(
    (
        *("blocked", "canceled", "cancelled", "closed", "deactivated", "disabled", "ended", "expired", "frozen"),
        *("inactive", "invalid", "lapsed", "locked", "over", "overdue", "past due", "paused", "revoked", "suspended"),
        *("terminated", "unpaid"),
    )
)
# Fields that show that an object is an entity, which says of itself what it likes.
_OF_ENTITY = frozenset(("id", "uuid", "guid", "key", "name"))


def of_own_name(name: str, value: object) -> Verdict:
    """Return what a field says whose name is not a usual one.

    Args:
        name: Its name, as `plain` writes it.
        value: Its value.
    """
    if _HARMLESS.search(name):
        return Verdict.NONE
    if _ERROR_LIKE.search(name) and not is_nothing(value):
        return Verdict.ODD
    is_failed = isinstance(value, str) and _STATUS_LIKE.search(name) and of_status(value) is Verdict.FAILURE
    return Verdict.ODD if is_failed or _is_over(name, value) else Verdict.NONE


def _is_over(name: str, value: object) -> bool:
    """Return whether what grants access does so no more: `license: expired`, `trial_ended: true`."""
    if isinstance(value, dict) and _OF_GRANT.fullmatch(name) and _OF_ENTITY.isdisjoint(map(plain, value)):
        return any(plain(each) in {"status", "state"} and _says_over(said) for each, said in value.items())
    return bool((_OF_GRANT.fullmatch(name) and _says_over(value)) or (value is True and _OVER_FLAG.fullmatch(name)))


def _says_over(value: object) -> bool:
    return isinstance(value, str) and words_in(value) in _OVER
