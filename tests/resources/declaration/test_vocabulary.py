"""The words of dlt that the tap takes, and those that it refuses, each with its reason."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.config.faults import faults_in, in_backticks, object_of
from tap_analytics.pagination import paginators
from tap_analytics.resources.declaration.vocabulary import (
    DEFAULTS,
    ENDPOINT,
    INCREMENTAL,
    PAGINATORS,
    PARAMS,
    RESOURCE,
    paginator_faults,
)
from tests.resources.words import at, faults_of


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (
            "ofset",
            f".type` must be one of {in_backticks(it.type for it in paginators.PAGINATORS)}; did you mean `offset`?",
        ),
        ({"limit": 5}, ".type` is missing; it is one of `auto`, `cursor`"),
        ({"type": ["offset"]}, ".type` must be one of"),
        ({"type": "offset", "limit": 0}, ".limit` must be a whole number of 1 or more"),
        ({"type": "offset", "limit": "many"}, ".limit` must be a whole number of 1 or more"),
        ({"type": "offset", "offset": -1}, ".offset` must be a whole number of 0 or more"),
        (
            {"type": "offset", "limt": 5},
            ".limt` is not known; did you mean `limit`? The keys are `has_more_path`, `is_last",
        ),
        ({"type": "offset", "zzz": 5}, ".zzz` is not known; the keys are `has_more_path`, `is_last_path`"),
        (
            {"type": "cursor", "has_more_path": "meta.end_of_stream"},
            ".has_more_path` names `end_of_stream`, which says the opposite; use `is_last_path` for it",
        ),
        ({"type": "page_number", "is_last_path": "hasMore"}, ".is_last_path` names `hasMore`, which says the opposite"),
        ({"type": "offset", "limit_body_path": 5}, ".limit_body_path` must be text that is not empty"),
        ({"type": "header_cursor", "cursor_path": "x"}, ".cursor_path` is not known"),
        ({"type": "page_number", "limit": 5}, ".limit` is not known"),
        ({"type": "page_number", "maximum_page": "x"}, ".maximum_page` must be a whole number of 0 or more"),
        ({"type": "cursor", "cursor_param": ""}, ".cursor_param` must be text that is not empty"),
        ({"type": "cursor", "stop_after_empty_page": 5}, ".stop_after_empty_page` must be true or false"),
        ({"type": "single_page", "limit": 5}, ".limit` is not known; the keys are "),
        (5, "` must be the name of a paginator, or an object with its `type`"),
    ],
)
def test_a_wrong_paginator_is_told(words: object, fault: str) -> None:
    (message,) = faults_of(at(paginator=words))
    assert message.startswith(f"`resources[0].endpoint.paginator{fault}")


def test_a_paginator_has_no_fault_where_each_of_its_words_is_known() -> None:
    for kind in paginators.PAGINATORS:
        assert paginator_faults(kind().words(), "p") == []
    assert paginator_faults({"type": "offset", "limt": 5, "offset": -1}, "p") != []


def test_the_older_way_of_incremental_names_no_parameter_for_its_start() -> None:
    assert INCREMENTAL["properties"].keys() - PARAMS["incremental"]["properties"].keys() == {"start_param", "end_param"}


def test_defaults_take_every_word_of_an_entry_but_its_name() -> None:
    assert RESOURCE["properties"].keys() - DEFAULTS["properties"].keys() == {"name"}
    assert "required" not in DEFAULTS


@pytest.mark.parametrize("schema", [RESOURCE, ENDPOINT, INCREMENTAL, *PAGINATORS.values()])
def test_each_word_that_is_refused_has_a_reason_and_the_others_are_taken(schema: dict[str, Any]) -> None:
    words = {"type": schema} if "not" in schema else schema["properties"]
    for word, hint in words.items():
        faults = faults_in({word: 5}, object_of(**{word: hint}), "here")
        if "not" in hint:
            assert faults == [f"`here.{word}` is not supported: {hint['description']}"]
            assert len(hint["description"]) > 10
        else:
            assert not [fault for fault in faults if "not supported" in fault]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"type": "page_number", "total_path": "header:X-Total"}, None),
        ({"type": "page_number", "total_path": "header:"}, "`p.total_path` must name a header behind `header:`"),
        ({"type": "offset", "has_more_path": "header:a b"}, "`p.has_more_path` must name a header behind `header:`"),
        ({"type": "cursor", "cursor_path": "header:X-Next"}, "stands in a header for the paginator `header_cursor`"),
        ({"type": "json_link", "next_url_path": "header:X"}, "stands in a header for the paginator `header_link`"),
    ],
)
def test_a_path_to_a_header_names_one_where_headers_are_read(words: dict[str, Any], fault: str | None) -> None:
    found = paginator_faults(words, "p")
    assert found == [] if fault is None else fault in found[0]
