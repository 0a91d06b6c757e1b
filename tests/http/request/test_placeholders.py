from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_analytics.http.request.placeholders import as_template, bind, escape, fill, fill_value, names_in, placeholders


def test_a_template_is_filled() -> None:
    text = "{{a}}/{resources.b.c}/{d}"
    assert placeholders(text) == ("resources.b.c", "d")
    assert fill(text, {"resources.b.c": "1", "d": "{2}"}) == "{a}/1/{2}"
    assert fill(text, {"d": "2"}) is None
    assert bind(text, {"d": "{e}"}) == "{{a}}/{resources.b.c}/{e}"


def test_what_python_would_format_is_a_name_here() -> None:
    assert placeholders("{a!r}{b:>5}{c.d[0]}{}") == ("a!r", "b:>5", "c.d[0]", "")


@settings(deadline=None)
@given(st.text())
def test_text_that_is_escaped_is_filled_as_it_was(text: str) -> None:
    assert fill(escape(text), {}) == text


@pytest.mark.parametrize("text", ["{", "}", "a}b", "{a"])
def test_a_brace_without_its_partner_is_no_template(text: str) -> None:
    with pytest.raises(ValueError, match=r"brace|'}'|'\{'|expected"):
        placeholders(text)


@pytest.mark.parametrize(
    "text",
    [
        "query { orders(first: 100) { nodes { id }}}",
        "query{orders{id}}",
        "{ orders { id } }",
        "{orders{id}}",
        "{orders(first:5){id}}",
        "{all:orders{id}}",
        "query($n:Int){orders(first:$n){id,lines{sku}}}",
        '{"field": "changed", "values": [{"a": 1}, {}]}',
        '{"a":{"b":{"c":1}}}',
        "query($after: String) {\n  orders(after: $after) {\n    id\n  }\n}",
    ],
)
def test_the_braces_of_a_query_or_of_json_are_its_own(text: str) -> None:
    assert placeholders(text) == ()
    assert fill(text, {}) == text
    assert fill(bind(text, {}), {}) == text
    assert as_template(escape(text)) == escape(text)


def test_a_placeholder_within_a_query_is_one() -> None:
    compact = '{orders(team:"{resources.teams.id}"){id}}'
    assert fill(compact, {"resources.teams.id": "7"}) == '{orders(team:"7"){id}}'
    text = '{"since": "{incremental.start_value:%Y-%m-%d %H:%M}", "of": {"id": {resources.teams.id}, "{": "}"}}'
    assert placeholders(text) == ("incremental.start_value:%Y-%m-%d %H:%M", "resources.teams.id")
    values = {"incremental.start_value:%Y-%m-%d %H:%M": "2025", "resources.teams.id": "7"}
    assert fill(text, values) == '{"since": "2025", "of": {"id": 7, "{": "}"}}'


@pytest.mark.parametrize("text", ["{ incremental.start_value }", "{a} { resources.teams.id}", "{incremental.x y}"])
def test_a_placeholder_that_is_written_badly_is_no_brace_of_a_query(text: str) -> None:
    assert any("." in name for name in placeholders(text))


def test_names_are_found_at_any_depth() -> None:
    assert names_in({"a": [{"b": 1}, 5], "c": {"d": {}}}) == ["a", "b", "c", "d"]
    assert names_in("text") == []


def test_a_text_that_is_one_placeholder_becomes_the_value_with_its_type() -> None:
    template = {"ids": ["{id}", "no-{id}"], "from": "{since}", "deep": {"limit": 5, "none": None}}
    assert fill_value(template, {"id": 7, "since": "2024"}) == {
        "ids": [7, "no-7"],
        "from": "2024",
        "deep": {"limit": 5, "none": None},
    }


def test_a_placeholder_with_a_conversion_to_text_becomes_text_under_any_name() -> None:
    template = {"from": "{since!s}", "at": "x{since!s}", "none": "{gone!s}"}
    assert fill_value(template, {"since": 1704067200000}) == {"from": "1704067200000", "at": "x1704067200000"}
    assert placeholders("{since!s}") == ("since",)
    assert bind("{since!s}/{id!s}/{id}", {"since": "{start}", "id": "7"}) == "{start!s}/7/7"
    assert bind("{since!s}", {}) == "{since!s}"
    assert fill(bind("{id!s}", {"id": escape("{7}")}), {}) == "{7}"


def test_one_part_of_a_date_is_a_number_in_a_body() -> None:
    values = {"at:%Y": "2024", "at:%m": "05", "at:%Y%m": "202405"}
    template = {"year": "{at:%Y}", "month": "{at:%m}", "text": "{at!s:%m}", "whole": "{at:%Y%m}", "none": "{at:%d}"}
    assert fill_value(template, values) == {"year": 2024, "month": 5, "text": "05", "whole": "202405"}
    assert bind("{at!s:%H:%M}", {}) == "{at!s:%H:%M}"


def test_a_date_with_its_time_is_a_text_though_its_last_part_is_one() -> None:
    assert fill_value({"a": "{at:%Y-%m-%d %H:%M:%S}"}, {"at:%Y-%m-%d %H:%M:%S": "2024-05-01 00:00:07"}) == {
        "a": "2024-05-01 00:00:07"
    }
    assert fill_value("{at:%H:%M}", {"at:%H:%M": "00:07"}) == "00:07"


def test_a_text_whose_placeholder_has_no_value_is_left_out_and_what_is_null_stays() -> None:
    assert fill_value({"a": "{id}", "b": ["{id}", "x{id}", None, 1], "c": None}, {}) == {"b": [None, 1], "c": None}
