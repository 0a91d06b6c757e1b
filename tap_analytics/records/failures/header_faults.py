"""Finds the failure that a header names beside an empty list: `X-Error: invalid key`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.patterns import pattern
from tap_analytics.records.failures import wording
from tap_analytics.records.failures.failures import Failure
from tap_analytics.records.failures.fault_names import of_own_name
from tap_analytics.records.failures.wording import Verdict, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

# Names that say nothing of how the request went: of caches and proxies, and of how failures are handled.
_HARMLESS = pattern(
    r"cache|cdn|context|cors|count|edge|expose|failover|handl|hits|id$|log|origin|proxy|report|retry|template|timing|trac"
    r"|upstream"
)
_CODES = frozenset(("apicode", "code", "resultcode", "responsecode", "returncode", "statuscode"))
_REMARKS = frozenset(("apimessage", "message", "msg", "resultmessage", "statusmessage", "statustext"))


def fault_in(headers: Mapping[str, str]) -> Failure | None:
    """Return the failure that a header names; None if none does."""
    for name, value in headers.items():
        known = plain(name.lower().removeprefix("x-"))
        if not _HARMLESS.search(known) and _is_fault(known, value):
            return Failure(name, value, is_doubtful=True)
    return None


def _is_fault(name: str, value: str) -> bool:
    if name in _CODES:
        return wording.of_code(value) is Verdict.FAILURE
    if name in _REMARKS:
        return wording.of_remark(value) is Verdict.ODD
    return of_own_name(name, value) is Verdict.ODD and not wording.is_harmless(value)
