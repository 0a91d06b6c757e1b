"""The words of dlt that the tap takes, and those that it refuses, each with its reason."""

from __future__ import annotations

import pytest

from tap_analytics.pagination.paginators import PAGINATORS
from tests.resources.words import at, faults_of


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (
            "ofset",
            f".type` must be one of {', '.join(f'`{kind.type}`' for kind in PAGINATORS)}; did you mean `offset`?",
        ),
        ({"limit": 5}, ".type` is missing; it is one of `auto`, `cursor`"),
        ({"type": ["offset"]}, ".type` must be one of"),
        ({"type": "offset", "limit": 0}, ".limit` must be a whole number of 1 or more"),
        ({"type": "offset", "limit": "many"}, ".limit` must be a whole number of 1 or more"),
        ({"type": "offset", "offset": -1}, ".offset` must be a whole number of 0 or more"),
        (
            {"type": "offset", "limt": 5},
            ".limt` is not known; did you mean `limit`? The keys are `has_more_path`, `lim",
        ),
        ({"type": "offset", "zzz": 5}, ".zzz` is not known; the keys are `has_more_path`, `limit`"),
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
