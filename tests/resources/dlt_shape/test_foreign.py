"""A configuration with words of generated pages is refused with what to do; dlt's own words are none of these."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.resources.dlt_shape import dlt
from tap_analytics.resources.dlt_shape.foreign import advice

CLIENT = {"base_url": "https://x", "auth": {"type": "http_basic", "username": "u", "password": "p"}}


@pytest.mark.parametrize(
    ("client", "entry", "words"),
    [
        ({"auth": {"type": "basic"}}, {}, "`basic`"),
        ({"auth": {"type": "apikey", "header_name": "X"}, "params": {}}, {}, "`params`, `apikey`, `header_name`"),
        ({"paginator": {"type": "page_increment", "page_size_param": "n"}}, {}, "`page_increment`, `page_size_param`"),
        ({}, {"incremental": {}, "primary_keys": ["id"]}, "`incremental`, `primary_keys`"),
        (
            {},
            {"endpoint": {"error_handler": {}, "incremental": {"cursor_field": "t"}}},
            "`error_handler`, `cursor_field`",
        ),
        ({}, {"endpoint": {"paginator": {"type": "cursor", "stop_condition": "x"}}}, "`stop_condition`"),
    ],
)
def test_words_that_dlt_does_not_have_are_named(client: dict[str, Any], entry: dict[str, Any], words: str) -> None:
    (sentence,) = advice({"base_url": "https://x"} | client, None, ["a", {"name": "b"} | entry])
    assert sentence == (
        f"dlt does not have {words}; `tap-analytics from-dlt FILE` writes the configuration in words that it has"
    )


def test_words_of_dlt_are_none_of_these() -> None:
    endpoint = {"path": "a", "params": {}, "incremental": {"cursor_path": "t"}, "paginator": {"type": "json_response"}}
    token = {"type": "oauth2", "token_url": "https://x"}
    assert list(advice(CLIENT, {"endpoint": endpoint}, ["a", {"name": "b", "endpoint": endpoint}])) == []
    assert list(advice({"auth": token, "paginator": None}, None, "none")) == []
    assert list(advice("none", None, None)) == []


def test_the_tap_refuses_them_with_that_advice() -> None:
    told = dlt.translate({"client": CLIENT, "resources": [{"name": "b", "data_selector": "items"}]}, {})
    assert [fault.partition(";")[0] for fault in told.faults] == ["dlt does not have `data_selector`"]
