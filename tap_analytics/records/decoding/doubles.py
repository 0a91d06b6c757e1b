"""Numbers for a target that stores doubles: a number that a double would round is refused."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain
from operator import methodcaller
from typing import TYPE_CHECKING, Any

from tap_analytics.json_types import Schema, items_of, kinds_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


# The keyword by which a schema of numbers says that they have to be doubles.
KEYWORD = "x-double"

# What a message calls such a number.
WORDS = "a number that a double holds to its last digit, as `numbers` is `double`"

# A double keeps all numbers with at most so many digits, whole numbers below this, and exponents above this.
_DIGITS, _WHOLE, _EXPONENT = 15, 2**53, -290
_ADJUSTED = methodcaller("adjusted")


def as_doubles(schema: Mapping[str, Any], *, is_deep: bool) -> dict[str, Any]:
    """Return the schema of an object whose numbers have to be doubles.

    Args:
        schema: The schema.
        is_deep: Whether numbers within objects have to be doubles too, since they become fields of their own.
    """
    return {
        **schema,
        "properties": {name: _mark(field, is_deep=is_deep) for name, field in schema["properties"].items()},
    }


def _mark(field: Schema, *, is_deep: bool) -> Schema:
    kinds = set(kinds_of(field))
    if "number" in kinds and kinds <= {"number", "integer", "null"}:
        return {**field, KEYWORD: True}
    if "array" in kinds and items_of(field):
        return {**field, "items": _mark(items_of(field), is_deep=is_deep)}
    return as_doubles(field, is_deep=True) if is_deep and "properties" in field else field


def has_to_be_double(schema: Schema) -> bool:
    """Return whether the numbers of a schema have to be doubles."""
    return bool(schema.get(KEYWORD))


def is_double(number: Decimal | float) -> bool:
    """Return whether a double holds a number to its last digit, as it is written."""
    try:
        return Decimal(repr(float(number))) == number
    except OverflowError:
        return False


def are_doubles(numbers: Iterable[Any]) -> bool:
    """Return whether a quick check shows that all of these numbers are doubles; False leaves it open."""
    exact = [number for number in numbers if type(number) is Decimal]
    whole = (number for number in numbers if type(number) is int)
    longest = max(map(len, map(str, exact)), default=0)
    smallest = min(map(_ADJUSTED, filter(None, exact)), default=0)
    largest = max(chain(map(abs, whole)), default=0)
    return longest <= _DIGITS and smallest > _EXPONENT and largest <= _WHOLE
