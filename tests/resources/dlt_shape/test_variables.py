"""Variables of the environment stand in any text of a configuration of dlt's shape."""

from __future__ import annotations

import pytest

from tap_analytics.http.request.placeholders import fill
from tap_analytics.resources.dlt_shape.variables import Variables, pieces

ENVIRONMENT = {"KEY": "s3cret", "EMPTY": "", "BRACES": "a{b}"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("$KEY", "s3cret"),
        ("${KEY}", "s3cret"),
        ("Bearer $KEY", "Bearer s3cret"),
        ("${KEY}KEY", "s3cretKEY"),
        ("$$KEY", "$KEY"),
        ("$$$KEY", "$s3cret"),
        ("$5 and $key and $KEYs", "$5 and $key and $KEYs"),
        ("no variable", "no variable"),
        ("${ABSENT:-me}", "me"),
        ("${EMPTY:-a b}", "a b"),
        ("${KEY:-me}", "s3cret"),
        ("[${ABSENT:-}]", "[]"),
    ],
)
def test_a_text_is_filled(text: str, filled: str) -> None:
    assert Variables(ENVIRONMENT).fill(text, "x") == filled


def test_texts_at_any_depth_are_filled_and_other_values_stay() -> None:
    filled = Variables(ENVIRONMENT).fill({"a": ["$KEY", {"b": "$KEY"}], "n": 5, "t": True, "none": None}, "x")
    assert filled == {"a": ["s3cret", {"b": "s3cret"}], "n": 5, "t": True, "none": None}


def test_braces_in_a_value_stay_as_they_are_within_json_too() -> None:
    variables = Variables({"PASSWORD": "a{{b}"})
    filled = variables.fill(
        '{"user": "me", "password": "${PASSWORD}", "since": "{incremental.start_value}"}', "x", is_template=True
    )
    assert fill(filled, {"incremental.start_value": "1"}) == '{"user": "me", "password": "a{{b}", "since": "1"}'


def test_braces_in_a_value_are_no_placeholder() -> None:
    assert Variables(ENVIRONMENT).fill("{id}$BRACES", "x", is_template=True) == "{id}a{{b}}"
    assert Variables(ENVIRONMENT).fill("$BRACES", "x") == "a{b}"


@pytest.mark.parametrize("name", ["ABSENT", "EMPTY"])
def test_what_is_not_set_is_a_fault_told_once_for_its_place(name: str) -> None:
    variables = Variables(ENVIRONMENT)
    variables.fill([f"${name}", f"${name}"], "client.headers")
    assert variables.faults == [
        f"`client.headers` needs the environment variable `{name}`, which is not set (`$$` is a plain dollar)"
    ]


def test_values_that_were_used_are_secrets() -> None:
    variables = Variables(ENVIRONMENT)
    variables.fill({"a": "$KEY", "b": "$$BRACES"}, "x")
    assert variables.secrets == ["s3cret"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a $KEY b", [("a ", None), ("$KEY", "KEY"), (" b", None)]),
        ("${KEY}", [("", None), ("${KEY}", "KEY"), ("", None)]),
        ("5$$ $key", [("5$", None), (" $key", None)]),
    ],
)
def test_a_text_is_parted_at_its_variables(text: str, found: list[tuple[str, str | None]]) -> None:
    assert list(pieces(text)) == found
