"""What is wrong with the words of an endpoint about its body."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.resources.declaration.body_words import faults, unencoded_faults
from tap_analytics.state.replication import Incremental


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"json": {}, "data": {}}, "`at.json` and `at.data` are both set"),
        ({"json": {"args": []}, "paginator": {"offset_body_path": "args[0].offset"}}, "leads to no place in `at.json`"),
        ({"json": [], "paginator": {"offset_body_path": "offset"}}, "needs an object to put the page into"),
        ({"data": "text", "paginator": {"offset_body_path": "offset"}}, "but `at.data` is none"),
        ({"json": {}, "paginator": {"link_without_key": True}}, "is for requests without a body"),
        ({"paginator": {"link_without_key": True, "link_query_only": True}}, "remove one of them"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(words: dict[str, Any], fault: str) -> None:
    (told,) = faults(words, "at")
    assert fault in told


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"paginator": {"offset_body_path": "page.offset"}},
        {"json": {"args": ["a", {}]}, "paginator": {"offset_body_path": "args[1].offset", "limit_body_path": None}},
        {"json": [{}], "paginator": {"offset_body_path": "[0].offset"}},
        {"data": {"a": 1}, "paginator": {"offset_body_path": "offset"}},
    ],
)
def test_what_has_a_place_is_fine(words: dict[str, Any]) -> None:
    assert list(faults(words, "at")) == []


@pytest.mark.parametrize(
    ("params", "fault"),
    [
        ({"q": "a"}, "`at.unencoded_params` names `range`, which `params` does not have"),
        ({"range": "(a b)"}, "`at.params.range` has a space"),
        ({"range": ("(a)", "b&c")}, "write it percent-encoded"),
    ],
)
def test_a_parameter_that_cannot_stand_as_it_is_written_is_named(params: dict[str, Any], fault: str) -> None:
    (told,) = unencoded_faults(["range"], params, None, "at")
    assert fault in told


def test_a_bound_may_stand_as_it_is_written() -> None:
    new = Incremental(cursor_path="at", start_param="range")
    assert list(unencoded_faults(["range", "of"], {"of": "List(a%3A1)"}, new, "at")) == []
