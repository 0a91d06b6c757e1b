"""Checks the text of the start in a request: an API that compares texts may miss rows by it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tap_analytics.instants import UNITS, parse, to_number
from tap_analytics.state.date_text import DateText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tap_analytics.state.bounds import Bounds

_DIGITS_OF_SECONDS = 10
_THOUSAND = 1000
# Cursors that stand for none.
_NO_PLACES = (None, Decimal(0), Decimal(-1))
# An empty list is asked for again from so much earlier: more than two notations of a date can differ.
_EARLIER = 2 * 24 * 3600


def better_bounds(bounds: Bounds, examples: Iterable[Any], *, has_end: bool = False) -> Bounds | None:
    """Return bounds in the notation of an API that writes its cursor like these examples.

    It is None if the text of the start is good: it is not later than the same instant in the API's notation, or the
    user declares the notation. If ends are sent too (`has_end`), it must not be earlier either.
    """
    start = bounds.start
    if not isinstance(start, datetime) or bounds.layout or bounds.convert or bounds.zone or bounds.is_by_day:
        return None
    asked = replace(bounds, is_start_left_out=False).as_param(start) or ""
    own = DateText.of(asked)
    if own is None or bounds.is_verbatim:
        return None
    forms = {form for example in examples if isinstance(example, str) and (form := DateText.of(example))}
    if bounds.is_date or (forms and all(form.between is None for form in forms)):
        return _by_day(bounds, asked)
    if not forms or own in forms or own in {form.readable() for form in forms}:
        return None
    first = min(forms, key=lambda form: form.write(start))
    is_good = not _is_later(asked, first.write(start)) and not (has_end and _clock(asked) != _clock(first.write(start)))
    return None if is_good else replace(bounds, text=first.readable(), bookmark=None)


def day_bounds(bounds: Bounds) -> Bounds | None:
    """Return bounds that begin with the day of their start, for an API that takes days only; None if they do already.

    It is None, too, if the user declares the notation.
    """
    start = bounds.start
    if not isinstance(start, datetime) or bounds.layout or bounds.convert or bounds.zone or bounds.is_verbatim:
        return None
    asked = replace(bounds, is_start_left_out=False).as_param(start) or ""
    found = _by_day(bounds, asked) if DateText.of(asked) else None
    return None if found is None else replace(found, known=None, is_by_day=True)


def _by_day(bounds: Bounds, asked: str) -> Bounds | None:
    """Return bounds that begin with the earliest day of their start in any zone; None if they do already."""
    day = parse(min(asked[:10], bounds.start.date().isoformat() if isinstance(bounds.start, datetime) else asked))
    if day == bounds.start and len(asked) == len("2024-01-31"):
        return None
    known = day if bounds.known is not None else None
    return replace(bounds, start=day, text=DateText(between=None), bookmark=None, known=known)


def _is_later(asked: str, own: str) -> bool:
    """Return whether a text is later than another one for an API that compares texts, or local times."""
    return asked > own or _clock(asked) > _clock(own)


def _clock(text: str) -> str:
    return text[:19].replace(" ", "T")


def other_starts(bounds: Bounds, *, is_typed: bool) -> Iterator[Bounds]:
    """Give other bounds with which an API gives rows if it has any from the start on, however it compares.

    `is_typed` says whether the cursor is known to be a date, or a number.
    """
    start = bounds.start
    if isinstance(start, datetime):
        yield bounds.earlier(seconds=_EARLIER)
        if not is_typed and bounds.layout is None:
            yield replace(bounds, start=to_number(start.replace(microsecond=0)), bookmark=None)
    elif isinstance(start, Decimal) and (thousands := _thousands(start)):
        yield bounds.earlier(lag=_EARLIER * _THOUSAND**thousands)
        yield replace(bounds, start=start / _THOUSAND**thousands, bookmark=None)
    elif start and not is_typed:
        yield replace(bounds, start=Decimal(), bookmark=None)
    elif start and bounds.is_resumed and bounds.excluded is None:
        # An API that begins behind the start has rows of the bookmark itself.
        yield replace(bounds, is_start_left_out=True)


def _thousands(number: Decimal) -> int:
    """Return how often to divide a number by a thousand until it has as few digits as seconds since 1970."""
    return max(0, number.adjusted() + 1 - _DIGITS_OF_SECONDS) // 3 if number > 0 else 0


def kind_fault(bounds: Bounds, examples: Sequence[Any], *, name: str) -> str:
    """Return why a bookmark cannot be a cursor of an API; empty if it can.

    Args:
        bounds: The bounds of the sync, from the bookmark on.
        examples: Cursors as the API writes them.
        name: The name of the cursor.
    """
    start = bounds.start
    if isinstance(start, Decimal) and _thousands(start / UNITS.get(bounds.layout or "", start)):
        return "the bookmark in the state is in another unit than `datetime_format` says"
    places: list[Any] = [place for each in examples if (place := parse(each)) not in _NO_PLACES]
    if bounds.layout is not None or start is None or not places:
        return ""
    if all(isinstance(place, Decimal) for place in places):
        if isinstance(start, datetime):
            return f"the bookmark in the state is a date, but `{name}` holds numbers"
        if _thousands(start) and 0 < max(places) < start / (_THOUSAND // 2):
            return f"the bookmark in the state is far ahead of all that `{name}` holds: it is in another unit"
    if isinstance(start, Decimal) and all(isinstance(place, datetime) for place in places):
        return f"the bookmark in the state is a number, but `{name}` holds dates"
    return ""
