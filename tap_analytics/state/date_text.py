"""DateText: how an API writes a date: separator, digits and offset, so that other dates are written alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from tap_analytics.instants import parse_date
from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from typing import Self

_TEXT = pattern(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:(?P<between>[Tt ])[0-9]{2}:[0-9]{2}(?P<seconds>:[0-9]{2}"
    r"(?:(?P<mark>[.,])(?P<fraction>[0-9]+))?)?(?P<gap> ?)(?P<offset>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)


class DateText(msgspec.Struct, frozen=True, kw_only=True):
    """How a date is written.

    `between` is the separator of date and time, and None for a date alone. `mark` separates the fraction of a second,
    which has so many `digits`. `offset` is empty if the text has none.
    """

    between: str | None = "T"
    has_seconds: bool = True
    mark: str = "."
    digits: int = 0
    offset: str = "Z"

    @classmethod
    def of(cls, text: str) -> Self | None:
        """Return how a date is written; None for a text that is not an ISO 8601 date."""
        match = _TEXT.fullmatch(text)
        if match is None:
            return None
        offset = match["offset"]
        return cls(
            between=match["between"],
            has_seconds=match["seconds"] is not None,
            mark=match["mark"] or ".",
            digits=len(match["fraction"] or ""),
            offset=f"{match['gap']}{offset}" if offset else "",
        )

    @property
    def is_utc(self) -> bool:
        """Whether the text names UTC."""
        return self.offset.strip().lower() == "z" or self._distance == timedelta()

    def readable(self) -> Self:
        """Return the notation with a colon in its offset, or `Z`, since few APIs that write `+0000` read it.

        Letters become capitals: in a comparison of texts a small letter would come after all dates of the API.
        """
        bare, between = self.offset.strip(), self.between and self.between.upper()
        if len(bare) != len("+0000"):
            return replace(self, between=between, offset=self.offset.upper())
        return replace(self, between=between, offset="Z" if self.is_utc else f"{bare[:3]}:{bare[3:]}")

    def with_offset(self, offset: str) -> DateText:
        """Return the same notation with another offset."""
        return replace(self, offset=offset)

    def write(self, moment: datetime, *, zone: tzinfo = UTC, is_exact: bool = False) -> str:
        """Return the text of an instant; digits for which the notation has no place are left out.

        Args:
            moment: The instant.
            zone: The zone of a text without an offset.
            is_exact: Whether more digits are written if they are needed.
        """
        distance = self._distance
        local = moment.astimezone(zone if distance is None else timezone(distance))
        if self.between is None:
            return local.date().isoformat()
        needed = len(f"{local.microsecond:06}".rstrip("0")) if is_exact else 0
        has_seconds = self.has_seconds or bool(is_exact and (local.second or needed))
        clock = local.strftime("%H:%M:%S" if has_seconds else "%H:%M")
        digits = max(self.digits, needed)
        fraction = f"{self.mark}{local.microsecond:06}".ljust(digits + 1, "0")[: digits + 1] if digits else ""
        return f"{local.date().isoformat()}{self.between}{clock}{fraction}{self.offset}"

    def restore(self, text: str) -> str:
        """Return a date-time that was converted to UTC with `Z` as the API wrote it."""
        moment = None if self.is_utc else parse_date(text)
        if moment is not None:
            return self.write(moment, is_exact=True)
        between = self.between or "T"
        return f"{text[:10]}{between}{text[11:-1].replace('.', self.mark)}{self.offset}"

    @property
    def _distance(self) -> timedelta | None:
        """The offset of the text from UTC; None if it has none."""
        offset = self.offset.strip()
        if not offset:
            return None
        if offset in "Zz":
            return timedelta()
        hours, minutes = int(offset[1:3]), int(offset[-2:]) if len(offset) > len("+00") else 0
        return (-1 if offset[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes)
