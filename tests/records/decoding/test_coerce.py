from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tap_analytics.records.decoding.coerce import Coercer, CoercionError

FIELDS: dict[str, Any] = {
    "count": {"type": ["integer", "null"]},
    "score": {"type": "number"},
    "name": {"type": "string"},
    "active": {"type": "boolean"},
    "at": {"type": "string", "format": "date-time"},
    "day": {"type": ["string", "null"], "format": "date"},
    "tags": {"type": "array", "items": {"type": "string"}},
    "address": {"type": "object", "properties": {"number": {"type": "integer"}}},
    "mixed": {"type": ["string", "integer"]},
    "anything": {},
}
COERCER = Coercer.of({"properties": FIELDS})


@pytest.mark.parametrize(
    ("name", "value", "fitted"),
    [
        ("count", "12", 12),
        ("count", Decimal("12.0"), 12),
        ("count", None, None),
        ("score", "1.50", Decimal("1.50")),
        ("name", 12, "12"),
        ("name", True, "true"),
        ("active", "TRUE", True),
        ("active", 0, False),
        ("at", "2024-01-31T14:00:00+02:00", "2024-01-31T12:00:00Z"),
        ("at", "soon", "soon"),
        ("at", 1706702400, "2024-01-31T12:00:00Z"),
        ("at", 1706702400.25, "2024-01-31T12:00:00.250Z"),
        ("at", 1706702400123, "2024-01-31T12:00:00.123Z"),
        ("at", Decimal("1706702400123.456"), "2024-01-31T12:00:00.123456Z"),
        ("at", 1706702400123456, "2024-01-31T12:00:00.123456Z"),
        ("at", -1706702400, "1915-12-02T12:00:00Z"),
        ("day", 1706702400000, "2024-01-31"),
        ("day", 20240131, "20240131"),
        ("tags", ["a", 1], ["a", "1"]),
        ("address", {"number": "5", "more": 1}, {"number": 5, "more": 1}),
        ("mixed", 5, 5),
        ("anything", [{}], [{}]),
    ],
    ids=repr,
)
def test_a_value_is_as_declared_where_nothing_is_lost(name: str, value: object, fitted: object) -> None:
    assert COERCER.fit({name: value, "beyond": 1}) == {name: fitted}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("count", "s3cret", "`count` is a text that does not fit, not a whole number or null"),
        ("count", Decimal("1.5"), "`count` is a number, not a whole number or null"),
        ("score", None, "`score` is null, not a number"),
        ("score", Decimal("1e400"), "`score` is a number, not a number"),
        ("name", [], "`name` is a list, not text"),
        ("active", {}, "`active` is an object, not true or false"),
        ("tags", "a", "`tags` is a text that does not fit, not a list"),
        ("tags", ["a", None], "`tags[1]` is null, not text"),
        ("address", {"number": True}, "`address.number` is true or false, not a whole number"),
        ("mixed", None, "`mixed` is null, not text or a whole number"),
        ("at", 45322, "`at` is a number, not text"),
        ("at", 0, "`at` is a number, not text"),
        ("at", True, "`at` is true or false, not text"),
        ("at", Decimal("1706702400.123456789"), "`at` is a number, not text"),
        ("at", 10**19, "`at` is a number, not text"),
    ],
    ids=repr,
)
def test_a_value_that_does_not_fit_is_told_with_its_place_and_never_shown(
    name: str, value: object, sentence: str
) -> None:
    with pytest.raises(CoercionError) as caught:
        COERCER.fit({name: value})
    assert str(caught.value) == sentence
