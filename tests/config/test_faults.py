from __future__ import annotations

import math
from typing import Any

import pytest

from tap_analytics.config.faults import (
    TEXT,
    Wording,
    expectation,
    faults_in,
    in_backticks,
    object_of,
    refusal,
    suggestion,
    without_nulls,
)

SCHEMA = object_of(
    name=TEXT,
    size={"type": "integer", "minimum": 1},
    ratio={"type": "number"},
    order={"enum": ["asc", "desc"]},
    since={"type": ["string", "null"], "format": "date-time"},
    tags={"type": "array", "items": {"type": ["string", "number"]}},
    secrets={"type": "object", "additionalProperties": {"type": "string"}, "writeOnly": True},
    either={"anyOf": [{"const": "none"}, {"type": "object", "properties": {"depth": {"type": "integer"}}}]},
    code=refusal("no code runs here"),
)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (5, "`here` must be an object"),
        ({"name": ""}, "`here.name` must be text that is not empty"),
        ({"size": 0}, "`here.size` must be a whole number of 1 or more"),
        ({"size": "s3cret"}, "`here.size` must be a whole number of 1 or more"),
        ({"ratio": math.nan}, "`here.ratio` must be a number"),
        ({"ratio": math.inf}, "`here.ratio` must be a number"),
        ({"ratio": True}, "`here.ratio` must be a number"),
        ({"order": "up"}, "`here.order` must be one of `asc`, `desc`"),
        ({"order": "dsc"}, "`here.order` must be one of `asc`, `desc`; did you mean `desc`?"),
        ({"since": "s3cret"}, "`here.since` must be a date such as `2024-01-31` or `2024-01-31T12:00:00Z`"),
        ({"since": 5}, "`here.since` must be a date such as `2024-01-31` or `2024-01-31T12:00:00Z`"),
        ({"tags": ["a", 1, {}]}, "`here.tags[2]` must be text or a number"),
        ({"secrets": {"s3cret": 5}}, "`here.secrets` must be an object whose values are text"),
        ({"secrets": ["s3cret"]}, "`here.secrets` must be an object whose values are text"),
        ({"either": {"depth": "deep"}}, "`here.either.depth` must be a whole number"),
        ({"code": "s3cret"}, "`here.code` is not supported: no code runs here"),
        (
            {"siz": 5},
            (
                "`here.siz` is not known; did you mean `size`? The keys are `either`, `name`, `order`, `ratio`, "
                "`secrets`, `since`, `size`, `tags`"
            ),
        ),
    ],
    ids=repr,
)
def test_a_fault_names_the_place_and_what_fits_there_and_no_value(given: object, fault: str) -> None:
    assert faults_in(given, SCHEMA, "here") == [fault]


def test_every_fault_is_told_and_each_once() -> None:
    given = {"size": -0.5, "order": 5, "since": "2024-01-31"}
    assert faults_in(given, SCHEMA | {"required": ["name"]}, "here") == [
        "`here.size` must be a whole number of 1 or more",
        "`here.order` must be one of `asc`, `desc`",
        "`here.name` is missing",
    ]


def test_what_fits_has_no_fault() -> None:
    given = {"name": "a", "size": 1, "ratio": 10**400, "since": None, "tags": [], "secrets": {}, "either": "none"}
    assert faults_in(given, SCHEMA, "here") == []


def test_the_words_of_a_fault_are_those_that_are_handed_in() -> None:
    wording = Wording(types={"object": "a JSON object"}, has_suggestions=False)
    assert faults_in(5, SCHEMA, "here", wording) == ["`here` must be a JSON object"]
    assert faults_in({"order": "dsc"}, SCHEMA, "here", wording) == ["`here.order` must be one of `asc`, `desc`"]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"title": "a name", "type": "string"}, "a name"),
        ({"enum": ["max"]}, "`max`"),
        ({"type": ["integer", "null"], "minimum": 1, "maximum": 9}, "a whole number from 1 to 9"),
        ({"type": "number", "exclusiveMinimum": 0}, "a number greater than 0"),
        ({"type": "array"}, "a list"),
        ({"anyOf": []}, "as `tap-analytics --about` describes it"),
    ],
    ids=repr,
)
def test_what_a_schema_accepts_is_told_in_words(schema: dict[str, Any], words: str) -> None:
    assert expectation(schema) == words


def test_the_nearest_word_is_suggested_where_one_is_near() -> None:
    assert suggestion("contact", ["deals", "contacts"]) == "; did you mean `contacts`?"
    assert suggestion("zzz", ["deals", "contacts"]) == ""


def test_null_is_unset_and_false_is_not() -> None:
    assert without_nulls({"a": None, "b": False, "c": ""}) == {"b": False, "c": ""}


def test_words_stand_in_backticks() -> None:
    assert in_backticks(["a", 5]) == "`a`, `5`"
