"""Numbers that have to be doubles: those that a double would round are found, in each place where a target rounds."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_analytics.records.decoding.doubles import are_doubles, as_doubles, is_double
from tests.records.reader import Reader

NUMBER = {"type": ["number", "null"]}
FIELDS: dict[str, Any] = {
    "id": {"type": ["integer"]},
    "price": NUMBER,
    "size": {"type": ["integer", "number", "null"]},
    "prices": {"type": ["array", "null"], "items": NUMBER},
    "whole": {"type": ["integer", "null"]},
    "text": {"type": ["string", "number", "null"]},
    "more": {"type": ["object", "null"], "properties": {"price": NUMBER}},
}
LONG = "0.12345678901234567891"


def reader(*, is_deep: bool = False) -> Reader:
    return Reader(as_doubles({"properties": FIELDS}, is_deep=is_deep)["properties"])


def body(field: str, value: str) -> str:
    return f'{{"data": [{{"id": 1}}, {{"id": 2, "{field}": {value}}}]}}'


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", LONG),
        ("price", f'"{LONG}"'),
        ("price", str(2**53 + 1)),
        ("size", str(2**53 + 1)),
        ("size", LONG),
        ("prices", f"[1, {LONG}]"),
        ("price", "1E-400"),
    ],
)
def test_a_number_that_a_double_would_round_is_refused(field: str, value: str) -> None:
    opened = reader()
    fault = opened.records.fault(opened.open(body(field, value)).rows)
    assert fault
    assert "not a number that a double holds to its last digit, as `numbers` is `double`" in str(fault[1])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", "0.1"),
        ("price", "0.30000000000000004"),
        ("price", "1E+25"),
        ("price", "9007199254740992"),
        ("prices", "[0.5, null, 12345678.9]"),
        ("whole", str(2**60 + 1)),
        ("text", LONG),
        ("more", f'{{"price": {LONG}}}'),
        ("price", "null"),
    ],
)
def test_what_a_double_holds_or_no_double_is_made_of_is_kept(field: str, value: str) -> None:
    opened = reader()
    [_, row] = opened.plain(opened.open(body(field, value)))
    expected = json.loads(value, parse_float=Decimal)
    assert row[field] == (str(expected) if field == "text" and isinstance(expected, str) else expected)


def test_numbers_within_objects_have_to_be_doubles_where_they_become_fields() -> None:
    opened = reader(is_deep=True)
    assert opened.records.fault(opened.open(body("more", f'{{"price": {LONG}}}')).rows)


def test_a_page_of_plain_numbers_is_read_quickly() -> None:
    assert reader().is_quick(body("price", "12345678.25"))


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False) | st.integers()))
def test_the_quick_look_finds_no_doubles_that_are_none(numbers: list[Decimal | int]) -> None:
    if are_doubles(numbers):
        assert all(map(is_double, numbers))
