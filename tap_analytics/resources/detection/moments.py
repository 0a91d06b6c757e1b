"""Moments with which changes are asked for: later than some rows, and written in the ways that APIs accept."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

from tap_analytics.instants import Bound, in_utc, parse, write
from tap_analytics.records.paths import field_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Where among the sorted values of a page the moment is taken: most rows are older, and some are newer.
PLACE = 0.6

_DAY = "%Y-%m-%d"


class Moment(NamedTuple):
    """An instant or a number, the text that a request carries for it, and the layout that this text is in."""

    place: Bound
    text: str
    layout: str | None = None


def is_from(place: Any, moment: Moment) -> bool:  # noqa: ANN401 - what is read of a record may be anything
    """Return whether the value of a record is not before a moment."""
    bound: Any = moment.place
    return isinstance(place, type(bound)) and bool(place >= bound)


def moments(rows: Sequence[Mapping[str, Any]], cursor: str) -> list[Moment]:
    """Return a moment within the values of a field, in each way to write it; none if all values are equal.

    The way in which the API itself writes it comes first.
    """
    found = {place: value for row in rows if (place := parse(value := field_of(row, cursor))) is not None}
    kinds = {type(place) for place in found}
    if len(found) < 2 or len(kinds) > 1:  # noqa: PLR2004 - one to be asked for, and an older one
        return []
    places: list[Any] = sorted(found)
    place = places[max(1, int(PLACE * len(places)))] if len(places) > 2 else places[1]  # noqa: PLR2004 - likewise
    written = [Moment(place, in_utc(str(found[place])))]
    if isinstance(place, datetime):
        written += [Moment(place.replace(microsecond=0), write(place, unit), unit) for unit in ("epoch", "epoch_ms")]
        day = datetime.combine(place.astimezone(UTC).date(), time(), UTC)
        if day > places[0]:
            written.append(Moment(day, write(day, _DAY), _DAY))
    return written
