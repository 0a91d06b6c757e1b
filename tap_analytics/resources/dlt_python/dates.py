"""Dates and times that stand in the code: `datetime(2024, 1, 1).isoformat()` is the same text in each run."""

from __future__ import annotations

import calendar
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python.values import Arguments, Imported, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tap_analytics.resources.dlt_python.scope import Scope

_LENGTHS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_MONTHS = {"mo": 1, "y": 12}
_PARTS = frozenset({"year", "month", "day", "hour", "minute", "second", "microsecond"})


def later(moment: date, spans: Iterable[tuple[int, str]]) -> date | None:
    """Return a date or time so much later; None where there is none."""
    with suppress(OverflowError, ValueError):
        for count, unit in spans:
            if unit in _LENGTHS:
                moment += timedelta(**{_LENGTHS[unit]: count})
            else:
                years, month = divmod(moment.month - 1 + count * _MONTHS[unit], 12)
                year = moment.year + years
                last = calendar.monthrange(year, month + 1)[1]
                moment = moment.replace(year=year, month=month + 1, day=min(moment.day, last))
        return moment
    return None


def attribute(moment: date, name: str) -> Any:  # noqa: ANN401 - a number, or None
    """Return what an attribute of a date or time is; None of any other than its parts and seconds."""
    if name in _PARTS:
        return getattr(moment, name, None)
    return int(moment.timestamp()) if name == "int_timestamp" and isinstance(moment, datetime) else None


def outcome(moment: date, name: str, arguments: Arguments) -> Any:  # noqa: ANN401 - text, a number or a date
    """Return what a method of a date or time returns."""
    method = _METHODS.get(name)
    given = [_zone(each) for each in arguments.positional]
    named = {key: _zone(each) for key, each in arguments.named.items()}
    if method is not None and not any(isinstance(each, Unknown | Imported) for each in (*given, *named.values())):
        with suppress(AttributeError, OverflowError, TypeError, ValueError):
            return method(moment, *given, **named)
    return Unknown(arguments.line, f"calls `{name}`, which only running it tells")


def _zone(value: Any) -> Any:  # noqa: ANN401 - any value
    """Return UTC where it is meant, and any other value as it is."""
    is_utc = isinstance(value, Imported) and value.path in {"datetime.timezone.utc", "datetime.UTC", "pendulum.UTC"}
    return UTC if is_utc or value == "UTC" else value


def _maker(make: Callable[..., Any], *, is_in_utc: bool = False) -> Callable[[Arguments, Scope], Any]:
    def call(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401, ARG001 - a date, or why there is none
        given = [_zone(each) for each in arguments.positional]
        named = {"tzinfo" if key == "tz" else key: _zone(each) for key, each in arguments.named.items()}
        with suppress(OverflowError, TypeError, ValueError):
            made = make(*given, **named)
            return made.replace(tzinfo=UTC) if is_in_utc and made.tzinfo is None else made
        return Unknown(arguments.line, "is a date or time that only running the code tells")

    return call


def _mover(sign: int) -> Callable[..., Any]:
    units = {f"{word}": unit for unit, word in (*_LENGTHS.items(), ("mo", "months"), ("y", "years"))}

    def move(moment: date, **counts: int) -> date | None:
        return later(moment, [(sign * count, units[word]) for word, count in counts.items() if word in units])

    return move


def _start(moment: date, unit: str) -> date:
    if not isinstance(moment, datetime):
        raise TypeError
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}.get(unit) or _fail()


def _fail() -> date:
    raise ValueError


_METHODS: Mapping[str, Callable[..., Any]] = {
    "add": _mover(1),
    "astimezone": datetime.astimezone,
    "date": datetime.date,
    "in_timezone": datetime.astimezone,
    "isoformat": lambda moment, *given, **named: moment.isoformat(*given, **named),
    "replace": lambda moment, **parts: moment.replace(**parts),
    "start_of": _start,
    "strftime": lambda moment, layout: moment.strftime(layout),
    "subtract": _mover(-1),
    "timestamp": lambda moment: moment.timestamp() if moment.tzinfo else moment.replace(tzinfo=UTC).timestamp(),
    "to_date_string": lambda moment: moment.strftime("%Y-%m-%d"),
    "to_datetime_string": lambda moment: moment.strftime("%Y-%m-%d %H:%M:%S"),
    "to_iso8601_string": lambda moment: moment.isoformat().replace("+00:00", "Z"),
    "weekday": date.weekday,
}
_PENDULUM = {
    "date": _maker(date),
    "datetime": _maker(datetime, is_in_utc=True),
    "parse": _maker(datetime.fromisoformat, is_in_utc=True),
}
CALLS: Mapping[str, Callable[[Arguments, Scope], Any]] = {
    "datetime.date": _maker(date),
    "datetime.date.fromisoformat": _maker(date.fromisoformat),
    "datetime.datetime": _maker(datetime),
    "datetime.datetime.fromisoformat": _maker(datetime.fromisoformat),
    "datetime.datetime.strptime": _maker(datetime.strptime),
    **{
        f"{module}.{name}": call
        for module in ("pendulum", "dlt.common.pendulum", "dlt.common.pendulum.pendulum")
        for name, call in _PENDULUM.items()
    },
}
