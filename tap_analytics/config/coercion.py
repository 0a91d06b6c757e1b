"""Turns text into numbers, truth values, lists and objects: in the environment every setting is text."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tap_analytics.config.nesting import nesting_fault
from tap_analytics.json_types import kinds_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off")


def coerce(given: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values, in which text becomes a number, a truth value, a list or an object where the schema wants one.

    A value that does not fit its schema stays as it is, for `faults_in` to name.
    """
    properties = schema["properties"]
    return {name: _coerce(value, properties.get(name, {})) for name, value in given.items()}


def _coerce(value: Any, schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a setting may be anything
    if value is None or value == "":
        return value
    kinds = kinds_of(schema)
    is_text = isinstance(value, str)
    stays_text = is_text and "string" in kinds
    if "integer" in kinds and not stays_text:
        return _integer(value)
    if "number" in kinds and not stays_text:
        return _number(value)
    if is_text:
        return _from_text(value, kinds)
    # YAML reads `off` as false.
    return "off" if value is False and "off" in schema.get("enum", ()) else value


def _from_text(text: str, kinds: list[str]) -> Any:  # noqa: ANN401
    if "boolean" in kinds and text.lower() in (*_TRUE, *_FALSE):
        return text.lower() in _TRUE
    return _parse(text) if "object" in kinds or "array" in kinds else text


def _integer(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,18}\s*", value):
        return int(value)
    number = _number(value)
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _number(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    except OverflowError:
        return math.inf
    # As a float, an exact NaN is refused like any other NaN.
    return value if isinstance(value, str) and not math.isfinite(number) else number


def _parse(text: str) -> Any:  # noqa: ANN401
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text if nesting_fault(value) else value
