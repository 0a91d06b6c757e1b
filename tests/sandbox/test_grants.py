"""The fields of a request for a token."""

from __future__ import annotations

import pytest

from tap_analytics.sandbox.grants import fields_of
from tap_analytics.sandbox.messages import Request


@pytest.mark.parametrize(
    ("kind", "body", "fields"),
    [
        ("application/x-www-form-urlencoded", b"a=1&b=", {"a": "1", "b": ""}),
        ("application/json", b'{"a": 1}', {"a": 1}),
        ("application/json", b"[1]", {}),
        ("application/json", b"{", {}),
    ],
)
def test_fields_are_read_from_a_form_and_from_json(kind: str, body: bytes, fields: dict[str, object]) -> None:
    assert fields_of(Request.parse("POST", "/oauth/token", {"content-type": kind}, body)) == fields
