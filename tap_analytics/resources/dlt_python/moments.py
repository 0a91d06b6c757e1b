"""Moments that Python counts from the present: `date.today() - timedelta(days=7)` is `${today-7d}` of the tap."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python import dates
from tap_analytics.resources.dlt_python.values import Arguments, PresentText, Text, Unknown, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_analytics.resources.dlt_python.scope import Scope

_DAY = "%Y-%m-%d"
_UNITS = {
    "seconds": "s",
    "minutes": "m",
    "hours": "h",
    "days": "d",
    "weeks": "w",
    "months": "mo",
    "years": "y",
}
_TIMES = ("hour", "minute", "second", "microsecond")
# The parts of a layout of pendulum: literal ones in brackets, and tokens.
_PARTS = re.compile(r"(\[[^\]]*\])|(YYYY|MM|DD|HH|mm|ss|[^\[])")
_TOKENS = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "HH": "%H", "mm": "%M", "ss": "%S", "Z": "+00:00"}
_UNSAID = "YMDQdEwWhHmsSzxXAaLo%"
_OF_DAYS = frozenset({"d", "w", "mo", "y"})


@dataclass(frozen=True, slots=True)
class Span:
    """A distance in time: counts with their units."""

    parts: tuple[tuple[int, str], ...]

    def __neg__(self) -> Span:
        return Span(tuple((-count, unit) for count, unit in self.parts))


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment at a distance from the present, or from its midnight."""

    base: str
    is_date: bool = False
    is_aware: bool = False
    spans: tuple[tuple[int, str], ...] = ()

    def later_by(self, span: Span) -> Moment:
        """Return the moment that is so much later."""
        return replace(self, spans=(*self.spans, *span.parts))

    @property
    def midnight(self) -> Moment | None:
        """The midnight before; None where a distance in hours would have to be cut."""
        return replace(self, base="today") if all(unit in _OF_DAYS for _, unit in self.spans) else None

    def text(self, layout: str) -> Any:  # noqa: ANN401 - text of a configuration
        """Return the moment in a layout."""
        shifts = "".join(f"{count:+d}{unit}" for count, unit in self.spans if count)
        return text_of([PresentText(f"{self.base}{shifts}", layout)])

    @property
    def usual(self) -> Any:  # noqa: ANN401 - likewise
        """The moment as Python prints it."""
        return self.text(_DAY if self.is_date else f"%Y-%m-%d %H:%M:%S.%f{'+00:00' * self.is_aware}")

    @property
    def iso(self) -> Any:  # noqa: ANN401 - likewise
        """The moment in ISO 8601."""
        return self.text(_DAY if self.is_date else f"%Y-%m-%dT%H:%M:%S.%f{'+00:00' * self.is_aware}")


def combination(operation: ast.operator, left: object, right: object) -> Any:  # noqa: ANN401 - a moment, or None
    """Return what an operator makes of a moment and a distance, or of seconds since 1970; None of anything else."""
    match operation, left, right:
        case ast.Add() | ast.Sub(), date(), Span():
            return dates.later(left, (right if isinstance(operation, ast.Add) else -right).parts)
        case ast.Add(), Moment(), Span():
            return left.later_by(right)
        case ast.Sub(), Moment(), Span():
            return left.later_by(-right)
        case ast.Mult(), Text(parts=(PresentText(moment=str(moment), layout="epoch"),)), 1000:
            return Text((PresentText(moment, "epoch_ms"),))
        case ast.Add() | ast.Sub(), Text(parts=(PresentText(moment=str(moment), layout="epoch"),)), int(seconds):
            moved = seconds if isinstance(operation, ast.Add) else -seconds
            return Text((PresentText(f"{moment}{moved:+d}s", "epoch"),))
    return None


def text_of_moment(value: object) -> Any:  # noqa: ANN401 - any value
    """Return a moment as the text that Python prints of it, and any other value as it is."""
    if isinstance(value, date):
        return str(value)
    return value.usual if isinstance(value, Moment) else value


def in_layout(moment: Moment | date, layout: object) -> Any:  # noqa: ANN401 - text
    """Return a moment in the layout of an f-string; None where that is none."""
    if isinstance(moment, date):
        return moment.strftime(layout) if isinstance(layout, str) and layout else None
    return moment.text(layout) if isinstance(layout, str) and layout and not set("{}") & set(layout) else None


def outcome(owner: Moment | date, name: str, arguments: Arguments) -> Any:  # noqa: ANN401 - a moment, or its text
    """Return what a method of a moment returns."""
    if isinstance(owner, date):
        return dates.outcome(owner, name, arguments)
    made = _METHODS[name](owner, arguments) if name in _METHODS else None
    return Unknown(arguments.line, f"calls `{name}`, which only running it tells") if made is None else made


def attribute(owner: Moment | date, name: str) -> Any:  # noqa: ANN401 - text, a number, or None
    """Return what an attribute of a moment is; None of any other than that of its seconds."""
    if isinstance(owner, date):
        return dates.attribute(owner, name)
    return owner.text("epoch") if name in {"int_timestamp", "float_timestamp"} else None


def _in_words(owner: Moment, arguments: Arguments) -> Any:  # noqa: ANN401 - text
    """Return a moment in a layout of pendulum; None where a part of it is not known."""
    layout = arguments.first("fmt")
    parts = _PARTS.findall(layout) if isinstance(layout, str) else []
    words = [literal[1:-1] or _TOKENS.get(sign, sign) for literal, sign in parts]
    return owner.text("".join(words)) if words and not any(word in _UNSAID for word in words if word) else None


def _mover(*, is_later: bool) -> Callable[[Moment, Arguments], Moment | None]:
    def move(owner: Moment, arguments: Arguments) -> Moment | None:
        span = _span(Arguments([], arguments.named, arguments.line))
        return owner.later_by(span if is_later else -span) if isinstance(span, Span) else None

    return move


def _span(arguments: Arguments) -> Span | Unknown:
    """Return the distance that these counts by their units are."""
    counts = arguments.by_name(["days", "seconds"])
    unknown = next((each for each in counts.values() if isinstance(each, Unknown)), None)
    if unknown:
        return unknown
    if not all(name in _UNITS and isinstance(count, int) for name, count in counts.items()):
        return Unknown(arguments.line, "is a distance in time that only running the code tells")
    return Span(tuple((count, _UNITS[name]) for name, count in counts.items()))


def _with_parts(owner: Moment, arguments: Arguments) -> Moment | None:
    """Return a moment with other parts: its midnight, or with a zone."""
    given = arguments.by_name([])
    is_aware = owner.is_aware or given.pop("tzinfo", None) is not None
    if not given:
        return replace(owner, is_aware=is_aware)
    is_midnight = set(given) <= set(_TIMES) and "hour" in given and not any(given.values())
    midnight = owner.midnight if is_midnight else None
    return replace(midnight, is_aware=is_aware) if midnight else None


def _day(owner: Moment, arguments: Arguments) -> Moment | None:  # noqa: ARG001
    return replace(owner, is_date=True)


def _start_of(owner: Moment, arguments: Arguments) -> Moment | None:
    return owner.midnight if arguments.first("unit") == "day" else None


def _iso(owner: Moment, arguments: Arguments) -> Any:  # noqa: ANN401 - text
    precision = arguments.named.get("timespec")
    if precision in {None, "microseconds", "auto"}:
        return owner.iso
    return owner.text(f"%Y-%m-%dT%H:%M:%S{'+00:00' * owner.is_aware}") if precision == "seconds" else None


_METHODS: Mapping[str, Callable[[Moment, Arguments], Any]] = {
    "add": _mover(is_later=True),
    "astimezone": lambda owner, _: replace(owner, is_aware=True),
    "date": _day,
    "format": _in_words,
    "in_timezone": lambda owner, _: owner,
    "isoformat": _iso,
    "replace": _with_parts,
    "start_of": _start_of,
    "strftime": lambda owner, given: in_layout(owner, given.first("format")),
    "subtract": _mover(is_later=False),
    "timestamp": lambda owner, _: owner.text("epoch"),
    "to_date_string": lambda owner, _: owner.text(_DAY),
    "to_datetime_string": lambda owner, _: owner.text("%Y-%m-%d %H:%M:%S"),
    "to_iso8601_string": lambda owner, _: owner.text("%Y-%m-%dT%H:%M:%S.%fZ"),
}


def _present(base: str, **words: Any) -> Callable[[Arguments, Scope], Any]:  # noqa: ANN401 - words of a moment
    def call(arguments: Arguments, scope: Scope) -> Moment:  # noqa: ARG001
        is_aware = words.get("is_aware", bool(arguments.positional or arguments.named))
        return Moment(base, **{**words, "is_aware": is_aware})

    return call


def _distance(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401, ARG001
    return _span(arguments)


_DATETIME = {
    "now": _present("now"),
    "today": _present("now"),
    "utcnow": _present("now", is_aware=False),
}
_PENDULUM = {
    "now": _present("now", is_aware=True),
    "today": _present("today", is_aware=True),
    "tomorrow": _present("today", is_aware=True, spans=((1, "d"),)),
    "yesterday": _present("today", is_aware=True, spans=((-1, "d"),)),
    "duration": _distance,
}
CALLS: Mapping[str, Callable[[Arguments, Scope], Any]] = {
    **{f"datetime.datetime.{name}": call for name, call in _DATETIME.items()},
    **{f"pendulum.{name}": call for name, call in _PENDULUM.items()},
    **{f"dlt.common.pendulum.pendulum.{name}": call for name, call in _PENDULUM.items()},
    **{f"dlt.common.pendulum.{name}": call for name, call in _PENDULUM.items()},
    "datetime.date.today": _present("today", is_date=True, is_aware=False),
    "datetime.timedelta": _distance,
    "dateutil.relativedelta.relativedelta": _distance,
    **dates.CALLS,
    "time.time": lambda _arguments, _scope: Moment("now").text("epoch"),
    "dlt.common.pendulum.timedelta": _distance,
}
