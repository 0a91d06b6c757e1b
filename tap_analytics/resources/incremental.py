"""What is new in a resource, in dlt's words -> its cursor and bounds."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tap_analytics.config.faults import faults_in, suggestion
from tap_analytics.instants import parse_date, rfc3339
from tap_analytics.resources.vocabulary import INCREMENTAL
from tap_analytics.state.replication import Incremental

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Bound = str | float

_EPOCHS = ("epoch", "epoch_ms")
_ENDS = ("initial_value", "end_value")


def read(words: Mapping[str, Any], place: str) -> tuple[Incremental | None, list[str]]:
    """Return what is declared, with bounds that compare; or None, and a sentence for each thing that is wrong."""
    faults = faults_in(words, INCREMENTAL, place) or [f"`{place}.{fault}" for fault in _faults(words)]
    if faults:
        return None, faults
    given = {name: words[name] for name in Incremental.__slots__ if name in words}
    layout = words.get("datetime_format")
    return Incremental(**given | {name: bound(words[name], layout) for name in _ENDS if name in words}), []


def bound(value: Bound, layout: str | None) -> Bound | None:
    """Return a bound as it compares, None if it is not written as it must be.

    Without a format it stays as it is: it may be of any kind that the API's cursor is of. A number is one of seconds or
    milliseconds where the format says so.
    """
    if not isinstance(value, str):
        return value if math.isfinite(value) and (layout is None or layout in _EPOCHS) else None
    if layout is None:
        return value
    if layout in _EPOCHS and re.fullmatch(r"-?[0-9]{1,15}", value):
        return int(value)
    moment = _as_laid_out(value, layout) or parse_date(value)
    return rfc3339(moment) if moment else None


def _as_laid_out(text: str, layout: str) -> datetime | None:
    try:
        moment = datetime.strptime(text, layout)  # noqa: DTZ007 - what names no offset is UTC
    except (ValueError, re.error):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _faults(words: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong between the words, from the name of the place on."""
    layout = words.get("datetime_format")
    if layout is not None and layout not in _EPOCHS and not re.search(r"%[A-Za-z]", layout):
        near = suggestion(layout, [*_EPOCHS])
        yield f"datetime_format` must be `epoch`, `epoch_ms` or a format such as `%Y-%m-%d`{near}"
        return
    bounds = {name: bound(words[name], layout) for name in _ENDS if name in words}
    for name, value in bounds.items():
        if value is None:
            yield f"{name}` must be a date such as `2024-01-31`, or written as `datetime_format` says"
    start, end = (_comparable(bounds.get(name)) for name in _ENDS)
    if start is not None and end is not None and type(start) is type(end) and start >= end:
        yield "initial_value` must be before `end_value`"
    if not math.isfinite(words.get("lag", 0)):
        yield "lag` must be a number of 0 or more"
    if words.get("start_param") and words.get("start_param") == words.get("end_param"):
        yield "end_param` names the parameter of `start_param`; give each its own"


def _comparable(value: Bound | None) -> float | None:
    """Return a number for a bound that is a date or a number, None for any other text."""
    if isinstance(value, str):
        moment = parse_date(value)
        return moment.timestamp() if moment else None
    return value
