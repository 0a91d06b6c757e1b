"""EmptyWhen: which responses are an empty page instead of a failure, by HTTP or by the declaration of the resource."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.http.status import Then, meaning_of
from tap_analytics.json_types import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

# The words of `data` in the declaration: what may stand in place of the records if there are none.
DATA = ("null", "missing", "empty")

# So many bytes of a failure are searched for the words that the declaration names.
_LONGEST = 65_536


class EmptyWhen(msgspec.Struct, frozen=True, kw_only=True):
    """Which responses are an empty page: by their status, by the value in place of the records, or by their text."""

    status: frozenset[int] = frozenset()
    data: frozenset[str] = frozenset()
    message: tuple[str, ...] = ()

    @classmethod
    def of(cls, words: Mapping[str, Any] | None) -> Self:
        """Return the rule of a declaration, which has been checked."""
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
        """Return whether a response with this status and body is an empty page."""
        if meaning_of(status).then is Then.EMPTY or status in self.status:
            return True
        is_refusal = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        return bool(is_refusal and self.message and self.covers_text(body[:_LONGEST].decode(errors="replace")))

    def covers_text(self, text: str) -> bool:
        """Return whether a text of the API has declared words for an empty page, in upper or lower case."""
        return any(each.casefold() in text.casefold() for each in self.message)

    def covers_data(self, value: object, *, is_missing: bool) -> bool:
        """Return whether the value in place of the records means that there are none."""
        kind = "missing" if is_missing else "empty" if value in ("", {}) else kind_of(value)
        return kind in self.data
