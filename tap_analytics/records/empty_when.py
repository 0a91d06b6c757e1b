"""Responses that hold no record and are no failure: those of HTTP, and those that a resource declares."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.http.status import Then, meaning_of
from tap_analytics.json_types import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

# What may stand in the place of the records where there are none, as `data` of the declaration calls it.
DATA = ("null", "missing", "empty")

# A failure is not searched for what it says beyond this.
_LONGEST = 65_536


class EmptyWhen(msgspec.Struct, frozen=True, kw_only=True):
    """Which responses are an empty page: by their status, by what is in the place of the records, by what they say."""

    status: frozenset[int] = frozenset()
    data: frozenset[str] = frozenset()
    message: tuple[str, ...] = ()

    @classmethod
    def of(cls, words: Mapping[str, Any] | None) -> Self:
        """Return what a declaration says, which is known to be right."""
        given = words or {}
        return cls(
            status=frozenset(given.get("status", ())),
            data=frozenset(given.get("data", ())),
            message=tuple(given.get("message", ())),
        )

    def words(self) -> dict[str, list[Any]]:
        """Return it as it is declared."""
        given: dict[str, list[Any]] = {
            "status": sorted(self.status),
            "data": sorted(self.data),
            "message": list(self.message),
        }
        return {name: value for name, value in given.items() if value}

    def covers(self, status: int, body: bytes) -> bool:
        """Return whether a response with this status is an empty page, whatever else its body holds."""
        if meaning_of(status).then is Then.EMPTY or status in self.status:
            return True
        is_refusal = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        return bool(is_refusal and self.message and self.covers_text(body[:_LONGEST].decode(errors="replace")))

    def covers_text(self, text: str) -> bool:
        """Return whether what an API says means that there is nothing, in any case of letters."""
        return any(each.casefold() in text.casefold() for each in self.message)

    def covers_data(self, value: object, *, is_missing: bool) -> bool:
        """Return whether what stands in the place of the records means that there are none."""
        kind = "missing" if is_missing else "empty" if value in ("", {}) else kind_of(value)
        return kind in self.data
