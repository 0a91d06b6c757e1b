"""The start of a list as it is asked for: whether an API that compares text finds by it all that it is to find."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tap_analytics.instants import parse
from tap_analytics.state.date_text import DateText

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tap_analytics.state.bounds import Bounds

# Digits of milliseconds since 1970, and what makes seconds of them.
_DIGITS_OF_MILLISECONDS = 13
_THOUSAND = 1000


def better_text(bounds: Bounds, examples: Iterable[Any]) -> DateText | None:
    """Return how bounds are to be written for an API that writes its cursor like these examples.

    It is None where the text of the start is good: it is not later than that of the same instant as the API writes it,
    or the user says how it is written.
    """
    start = bounds.start
    if not isinstance(start, datetime) or bounds.layout or bounds.convert or bounds.zone:
        return None
    asked = bounds.written(start) or ""
    own = DateText.of(asked)
    if own is None or any(each == start for each, _ in bounds.texts):
        return None
    forms = {form for example in examples if isinstance(example, str) and (form := DateText.of(example))}
    if not forms or own in forms or own in {form.readable() for form in forms}:
        return None
    first = min(forms, key=lambda form: form.write(start))
    return first.readable() if asked > first.write(start) else None


def is_in_milliseconds(bounds: Bounds) -> bool:
    """Return whether the start is a number of as many digits as milliseconds have, and nothing says what it is."""
    start = bounds.start
    return isinstance(start, Decimal) and bounds.layout is None and start.adjusted() + 1 >= _DIGITS_OF_MILLISECONDS


def in_seconds(bounds: Bounds) -> Decimal:
    """Return a start that is in milliseconds in seconds."""
    return Decimal(bounds.start) / _THOUSAND if isinstance(bounds.start, Decimal) else Decimal()


def kind_fault(bounds: Bounds, examples: Sequence[Any], *, name: str) -> str:
    """Return why a bookmark cannot be one of the cursors of an API; nothing at all where it can.

    Args:
        bounds: Those of the sync, from the bookmark on.
        examples: Cursors as the API writes them.
        name: The cursor.
    """
    start = bounds.start
    places: list[Any] = [place for each in examples if (place := parse(each)) is not None]
    if bounds.layout is not None or start is None or not places:
        return ""
    if all(isinstance(place, Decimal) for place in places):
        if isinstance(start, datetime):
            return f"the bookmark in the state is a date, but `{name}` holds numbers"
        if is_in_milliseconds(bounds) and 0 < max(places) < start / (_THOUSAND // 2):
            return f"the bookmark in the state is far ahead of all that `{name}` holds: it is in another unit"
    if isinstance(start, Decimal) and all(isinstance(place, datetime) for place in places):
        return f"the bookmark in the state is a number, but `{name}` holds dates"
    return ""
