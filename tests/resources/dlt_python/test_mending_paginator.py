"""How generated pages read a list, in dlt's words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.resources.dlt_python.page_words import losses, made_of, with_entry


@pytest.mark.parametrize(
    ("paginator", "expected", "params"),
    [
        (
            {"type": "offset", "page_size": 50, "page_size_param": "size"},
            {"type": "offset", "limit": 50, "limit_param": "size"},
            None,
        ),
        (
            {"type": "page", "start_page": 1, "page_size": 50, "page_size_param": "size"},
            {"type": "page_number", "base_page": 1},
            {"size": 50},
        ),
        ({"type": "cursor", "limit": 5, "cursor_param": "after"}, {"type": "cursor", "cursor_param": "after"}, None),
        (
            {"type": "cursor", "cursor_path": "page.next_url", "stop_condition": "not page.next_url"},
            {"type": "json_link", "next_url_path": "page.next_url"},
            None,
        ),
        (
            {"type": "cursor", "cursor_param": "c", "cursor_value": "{{ response.get('meta', {}).get('next') }}"},
            {"type": "cursor", "cursor_param": "c", "cursor_path": "meta.next"},
            None,
        ),
        (
            {"type": "cursor", "cursor_value": "{{ response.get('@odata.nextLink') }}"},
            {"type": "json_link", "next_url_path": "$['@odata.nextLink']"},
            None,
        ),
        (
            {"type": "cursor", "cursor_value": "{{ headers['link']['next']['url'] }}"},
            {"type": "header_link"},
            None,
        ),
        (
            {"type": "cursor", "cursor_param": "c", "stop_condition": "{{ not response.meta.has_more }}"},
            {"type": "cursor", "cursor_param": "c", "has_more_path": "meta.has_more"},
            None,
        ),
        (
            {"type": "cursor", "cursor_param": "c", "stop_condition": "x > 3"},
            {"type": "cursor", "cursor_param": "c"},
            None,
        ),
    ],
)
def test_paginators_are_mended(
    paginator: dict[str, Any], expected: dict[str, Any], params: dict[str, Any] | None
) -> None:
    made = with_entry(endpoint={"path": "surveys", "paginator": paginator})
    endpoint = made.content["resources"][0]["endpoint"]
    assert endpoint["paginator"] == expected
    assert endpoint.get("params") == params
    assert losses(made) == []
    assert made.remarks


def test_a_cursor_as_dlt_writes_it_is_left_as_it_is() -> None:
    paginator = {"type": "cursor", "cursor_path": "next_url", "cursor_param": "url"}
    made = with_entry(endpoint={"path": "surveys", "paginator": paginator})
    assert made.content["resources"][0]["endpoint"]["paginator"] == paginator
    assert made.remarks == []


def test_the_page_size_of_the_client_lies_below_all_resources() -> None:
    client = {
        "base_url": "u",
        "paginator": {"type": "page_number", "limit_param": "per", "limit": 9},
        "params": {"v": 1},
    }
    made = made_of({"client": client, "resources": ["a"]})
    assert made.content["client"]["paginator"] == {"type": "page_number"}
    assert made.content["resource_defaults"] == {"endpoint": {"params": {"v": 1, "per": 9}}}
