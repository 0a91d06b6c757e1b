"""Requests and answers as values."""

from __future__ import annotations

import pytest

from tap_analytics.sandbox import Answer, Request


def test_a_request_names_its_resource_and_its_fault() -> None:
    request = Request.parse("GET", "/faults/slow/v1/contacts?a=%C3%A4+b&empty=", {})
    assert (request.fault, request.path, request.resource) == ("slow", "/v1/contacts", "contacts")
    assert request.params == {"a": "ä b", "empty": ""}


def test_a_copy_has_other_parameters() -> None:
    request = Request.parse("GET", "/v1/contacts?limit=5&offset=3", {})
    assert request.with_params(limit="7", offset=None).params == {"limit": "7"}
    assert request.params == {"limit": "5", "offset": "3"}


@pytest.mark.parametrize(
    ("body", "content"), [(b"{}", b"{}"), ("ä", "ä".encode()), ({"a": 1}, b'{"a":1}'), ([1], b"[1]")]
)
def test_a_body_is_bytes_text_or_json(body: bytes | str | list[int] | dict[str, int], content: bytes) -> None:
    assert Answer(body=body).content() == content


def test_an_error_is_json_with_headers() -> None:
    answer = Answer.error(429, "Too many.", retry_after="1")
    assert (answer.json(), answer.headers) == ({"error": "Too many."}, {"retry-after": "1"})
