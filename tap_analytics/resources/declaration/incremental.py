"""Reads the `incremental` of a resource, in dlt's words: its cursor and its bounds."""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

from tap_analytics.config.faults import faults_in, suggestion
from tap_analytics.instants import UNITS, in_layout, is_layout, parse, parse_date
from tap_analytics.resources.code import Loader
from tap_analytics.resources.declaration.vocabulary import INCREMENTAL
from tap_analytics.state.durations import Duration
from tap_analytics.state.replication import NOW, Incremental

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ENDS = ("initial_value", "end_value")


def read(words: Mapping[str, Any], place: str) -> tuple[Incremental | None, list[str]]:
    """Return the declaration, with comparable bounds, or None; and a sentence for each fault."""
    faults = faults_in(words, INCREMENTAL, place) or [f"`{place}.{fault}" for fault in _faults(words)]
    if faults:
        return None, faults
    loader, given = Loader(), {name: words[name] for name in Incremental.__struct_fields__ if name in words}
    for name in ("transform", "convert"):
        if name in words:
            given["convert"] = loader.function(words[name], f"{place}.{name}")
    if loader.faults:
        return None, loader.faults
    # A path of dlt may begin at the root of a record.
    given["cursor_path"] = given["cursor_path"].removeprefix("$.")
    layout, zone = words.get("datetime_format"), _zone(words) or UTC
    ends = {name: _end(words[name], layout, zone) for name in _ENDS if name in words}
    return Incremental(**given | ends | {"lag": _lag(words.get("lag", 0)) or 0}), []


def _lag(given: str | float) -> Duration | float | None:
    """Return a number, or a duration; None for any other text."""
    if not isinstance(given, str):
        return given
    return float(given) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", given) else Duration.of(given)


def _end(given: str | float, layout: str | None, zone: tzinfo) -> str | float | None:
    """Return a bound as a comparable value; the word `now` stays as it is."""
    return given if given == NOW else in_layout(given, layout, zone)


def _zone(words: Mapping[str, Any]) -> tzinfo | None:
    """Return the zone that the declaration names; None if it names none, or an unknown one."""
    if "timezone" not in words:
        return None
    # Most syncs need no zone.
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    try:
        return ZoneInfo(words["timezone"])
    except (KeyError, ValueError, OSError):
        return None


def _faults(words: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each contradiction, without the place that it begins with."""
    layout = words.get("datetime_format")
    if layout is not None and layout not in UNITS and not is_layout(layout):
        near, units = suggestion(layout, UNITS), "`, `".join(UNITS)
        yield f"datetime_format` must be `{units}` or a format such as `%Y-%m-%d`{near}"
        return
    zone = _zone(words)
    if "timezone" in words and zone is None:
        yield "timezone` names no zone that is known here; write it like `Europe/Berlin`"
        return
    if zone and layout in UNITS:
        yield f"timezone` says nothing to `{layout}`, which counts from 1970 in every zone; remove one of them"
    bounds = {name: _end(words[name], layout, zone or UTC) for name in _ENDS if name in words}
    for name, value in bounds.items():
        if value is None:
            yield f"{name}` must be a date such as `2024-01-31`, or written as `datetime_format` says"
        elif value != NOW and parse(value, layout, zone or UTC) is None:
            yield f"{name}` is neither a date nor a number; correct it, or say how it is written: `datetime_format`"
    start, end = (parse_date(each) if isinstance(each, str) else each for each in map(bounds.get, _ENDS))
    if start is not None and type(start) is type(end) and start >= end:  # type: ignore[operator] # both are of one type
        yield "initial_value` must be before `end_value`"
    if words.get("initial_value") == NOW:
        yield "initial_value` must be a date; `now` is for `end_value`"
    yield from _window_faults(words)
    if words.get("start_param") and words.get("start_param") == words.get("end_param"):
        yield "end_param` names the parameter of `start_param`; give each its own"


def _window_faults(words: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the words about windows, without a look at the rest of the resource."""
    for name in ("step", "granularity"):
        if name in words and Duration.of(words[name]) is None:
            yield f"{name}` must be a duration longer than nothing, such as `P1D`, `P1M`, `PT1H`, or seconds"
    if _lag(words.get("lag", 0)) is None:
        yield "lag` must be a number of 0 or more, or a duration such as `P3D` or `PT6H`"
    stamps = list(words.get("include_window", {}).values())
    if len(set(stamps)) < len(stamps):
        yield "include_window` names one field twice; give `start` and `end` each its own"
    yield from (
        f"include_window` names `{stamp}`, a field within an object; name a field of the record itself"
        for stamp in stamps
        if "." in stamp
    )
