"""An `incremental` in dlt's words is a cursor with its bounds, or a sentence for each fault."""

from __future__ import annotations

import math

import pytest

from tap_analytics.state.replication import Incremental
from tests.resources.words import at, declare, faults_of


def test_words_that_say_what_the_tap_does_anyway_are_taken() -> None:
    words = {"last_value_func": "max", "on_cursor_value_missing": "include", "range_start": "closed"}
    words |= {"range_end": "open", "primary_key": "id"}
    new = {"cursor_path": "t", "allow_external_schedulers": True} | words
    assert declare(at(incremental=new)).incremental == Incremental(cursor_path="t")


def test_a_cursor_may_be_a_path_from_the_root_of_a_record() -> None:
    assert declare(at(incremental={"cursor_path": "$.at.t"})).incremental == Incremental(cursor_path="at.t")


@pytest.mark.parametrize(
    ("value", "layout", "bound"),
    [
        ("2024-01-31", None, "2024-01-31"),
        (5, None, 5),
        ("31.01.2024", "%d.%m.%Y", "2024-01-31T00:00:00Z"),
        ("2024-01-31", "%d.%m.%Y", "2024-01-31T00:00:00Z"),
        ("2024-01-31 02:00 +0200", "%Y-%m-%d %H:%M %z", "2024-01-31T00:00:00Z"),
        ("2024-01-31", "epoch", "2024-01-31T00:00:00Z"),
        ("1706659200", "epoch", 1706659200),
        (1706659200000, "epoch_ms", 1706659200000),
    ],
)
def test_bounds_are_read_as_the_format_says(value: object, layout: str | None, bound: object) -> None:
    words = {"cursor_path": "t", "initial_value": value, "datetime_format": layout}
    incremental = declare(at(incremental=words)).incremental
    assert incremental is not None
    assert incremental.initial_value == bound


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({}, ".cursor_path` is missing"),
        ({"cursor_path": 5}, ".cursor_path` must be text that is not empty"),
        (
            {"cursor_pth": "t", "cursor_path": "t"},
            ".cursor_pth` is not known; did you mean `cursor_path`? The keys are",
        ),
        ({"cursor_path": "t", "row_order": "up"}, ".row_order` must be one of `asc`, `desc`"),
        ({"cursor_path": "t", "lag": -1}, ".lag` must be a number of 0 or more"),
        ({"cursor_path": "t", "lag": "long"}, ".lag` must be a number of 0 or more"),
        ({"cursor_path": "t", "lag": math.nan}, ".lag` must be a number of 0 or more"),
        ({"cursor_path": "t", "initial_value": ["s3cret"]}, ".initial_value` must be a date, text or a number"),
        ({"cursor_path": "t", "initial_value": "s3cret"}, ".initial_value` is neither a date nor a number; correct it"),
        ({"cursor_path": "t", "end_value": "s3cret"}, ".end_value` is neither a date nor a number; correct it"),
        ({"cursor_path": "t", "initial_value": True}, ".initial_value` must be a date, text or a number"),
        (
            {"cursor_path": "t", "initial_value": "s3cret", "datetime_format": "epoch"},
            ".initial_value` must be a date such as `2024-01-31`, or written as `datetime_format` says",
        ),
        (
            {"cursor_path": "t", "end_value": 5, "datetime_format": "%Y"},
            ".end_value` must be a date such as `2024-01-31`, or written as `datetime_format` says",
        ),
        (
            {"cursor_path": "t", "datetime_format": "epoc"},
            ".datetime_format` must be `epoch`, `epoch_ms`, `epoch_us`, `epoch_ns` or a for",
        ),
        (
            {"cursor_path": "t", "datetime_format": "%Y-%m-%dT%Q"},
            ".datetime_format` must be `epoch`, `epoch_ms`, `epoch_us`, `epoch_ns` or a",
        ),
        (
            {"cursor_path": "t", "initial_value": "2024-02-01", "end_value": "2024-01-01"},
            ".initial_value` must be before `end_value`",
        ),
        ({"cursor_path": "t", "initial_value": 5, "end_value": 5}, ".initial_value` must be before `end_value`"),
        (
            {"cursor_path": "t", "start_param": "x", "end_param": "x"},
            ".end_param` names the parameter of `start_param`; give each its own",
        ),
        (
            {"cursor_path": "t", "convert": "s3cret"},
            ".convert` must be code such as `steps.py:keep` or `package.module:name`",
        ),
        ({"cursor_path": "t", "transform": "s3cret"}, ".transform` must be code such as"),
        ({"cursor_path": "t", "last_value_func": "min"}, ".last_value_func` must be `max`"),
        ({"cursor_path": "t", "on_cursor_value_missing": "skip"}, ".on_cursor_value_missing` must be one of `include`"),
        ({"cursor_path": "t", "range_start": "half"}, ".range_start` must be one of `closed`, `open`"),
        ({"cursor_path": "t", "range_end": 5}, ".range_end` must be one of `closed`, `open`"),
        ({"cursor_path": "t", "allow_external_schedulers": "x"}, ".allow_external_schedulers` must be true or false"),
        (5, "` must be an object"),
    ],
)
def test_a_wrong_incremental_is_told(words: object, fault: str) -> None:
    (message,) = faults_of(at(incremental=words))
    assert message.startswith(f"`resources[0].endpoint.incremental{fault}")
    assert "s3cret" not in message
