"""The options of `spark.read.format("tap_analytics")`: one table of them, and every fault in what is given."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.config.faults import suggestion
from tap_analytics.instants import parse
from tap_analytics.settings import SETTINGS
from tap_analytics.spark.given import SECRETS, document, holds_secrets
from tap_analytics.state.durations import Duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SPLITS = ("auto", "windows", "offsets", "parents", "none")
# The digits that a decimal number of Spark may have.
MOST_DIGITS = 38


@dataclass(frozen=True, kw_only=True)
class Options:
    """What is read, and how it is divided.

    `config` and `catalog` are documents as they are given. A partition has at most `rows` rows, and `readers` tasks
    read at once. The stream is read from `start` to `end`; `lag` says how late rows come, and `max_window` is the
    longest time of a window. `decimals` are precision and scale of numbers.
    """

    stream: str
    config: Mapping[str, Any] = field(repr=False)
    catalog: Mapping[str, Any] | None = field(default=None, repr=False)
    split: str = "auto"
    rows: int | None = None
    start: str | None = None
    end: str | None = None
    readers: int | None = None
    max_window: Duration | None = None
    lag: Duration | None = None
    decimals: tuple[int, int] | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Options:
        """Return the options in what Spark is given.

        Raises:
            ConfigValidationError: With every fault: an option is missing, not known or wrong, or a secret is one.
        """
        values, faults = {}, list(_unknown(given))
        for name, option in OPTIONS.items():
            if name not in given:
                faults += [f"the option `{name}` is missing"] if option.is_required else []
                continue
            try:
                values[name] = option.read(str(given[name]))
            except ValueError as error:
                faults.append(f"the option `{name}` {error}")
        faults += _secrets_in(given, values)
        faults += _contradictions(values)
        if faults:
            message = f"the options are not valid: {'; '.join(faults)}"
            raise ConfigValidationError(message, errors=faults)
        return cls(**values)

    @property
    def reader_settings(self) -> dict[str, Any]:
        """The settings for each of several readers at once: they share the allowed requests per second."""
        limit = self.config.get("requests_per_second")
        return {} if limit is None or self.readers is None else {"requests_per_second": float(limit) / self.readers}


class Option(NamedTuple):
    """An option: its description, and the function that reads its text, or raises ValueError with what fits."""

    says: str
    read: Callable[[str], Any]
    is_required: bool = False


def _split(text: str) -> str:
    if text not in SPLITS:
        message = f"must be one of {', '.join(f'`{each}`' for each in SPLITS)}"
        raise ValueError(message)
    return text


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        message = "must be a whole number of 1 or more"
        raise ValueError(message)
    return int(text)


def _bound(text: str) -> str:
    if parse(text) is None:
        message = "must be a date-time, such as `2024-01-01T00:00:00Z`, or a number where the replication key counts"
        raise ValueError(message)
    return text


def _duration(text: str) -> Duration:
    if (length := Duration.of(text)) is None:
        message = "must be a duration, such as `P1D` or `PT15M`, or a number of seconds"
        raise ValueError(message)
    return length


def _digits(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*([0-9]+)\s*,\s*([0-9]+)\s*", text)
    digits = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 0 < digits[0] <= MOST_DIGITS or digits[1] > digits[0]:
        message = f"must be two numbers, such as `38,9`: at most {MOST_DIGITS} digits, and those behind the point"
        raise ValueError(message)
    return digits


OPTIONS: Mapping[str, Option] = {
    "stream": Option("The stream to read.", str, is_required=True),
    "config": Option("The configuration: a path on the driver, or JSON without secrets.", document, is_required=True),
    "catalog": Option("What `--discover` prints: a path on the driver, or JSON.", document),
    "split": Option("What is read side by side: " + ", ".join(f"`{each}`" for each in SPLITS) + ".", _split),
    "rows": Option("How many rows a partition has at most, as far as they are counted.", _count),
    "start": Option("From where on the stream is read.", _bound),
    "end": Option("Up to where it is read; what is there is left to a later read.", _bound),
    "readers": Option("How many tasks read at once; `requests_per_second` is divided by it.", _count),
    "max_window": Option("The longest time that a window has, and a batch of a streaming query.", _duration),
    "lag": Option("How late rows come: the stream is read up to so long before the present.", _duration),
    "decimals": Option("The digits of numbers and how many are behind the point, such as `38,9`.", _digits),
}


def _unknown(given: Mapping[str, str]) -> Iterator[str]:
    for name in given:
        if name in OPTIONS:
            continue
        if name in SECRETS:
            yield (
                f"`{name}` is a secret, and options stand in plans and logs; set the variable "
                f"`TAP_ANALYTICS_{name.upper()}` where the driver is started"
            )
        elif name in SETTINGS["properties"]:
            yield f"`{name}` is a setting of the tap, not an option; put it into `config`"
        else:
            known = ", ".join(f"`{each}`" for each in OPTIONS)
            yield f"`{name}` is not an option{suggestion(name, OPTIONS) or f'; there are {known}'}"


def _secrets_in(given: Mapping[str, str], values: Mapping[str, Any]) -> Iterator[str]:
    if str(given.get("config", "")).lstrip().startswith("{") and holds_secrets(values.get("config", {})):
        yield (
            "the option `config` holds a secret, and options stand in plans and logs; name a file, or leave it out "
            "there and set the variable `TAP_ANALYTICS_` with the name of the setting where the driver is started"
        )


def _contradictions(values: Mapping[str, Any]) -> Iterator[str]:
    start, end = parse(values.get("start")), parse(values.get("end"))
    if start is not None and end is not None and not (type(start) is type(end) and start < end):  # type: ignore[operator]
        yield "the option `start` must be before `end`"
    if "requests_per_second" in values.get("config", {}) and "readers" not in values and values.get("split") != "none":
        yield (
            "the option `readers` is missing: say how many tasks read at once, since `requests_per_second` is for all "
            "of them together"
        )
