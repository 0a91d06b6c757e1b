"""Text that is not in UTF-8, read as its response says that it is written."""

from __future__ import annotations

import pytest

from tap_analytics.records.envelope.charsets import in_utf8
from tap_analytics.records.envelope.envelope import decode

TEXT = '{"data": [{"name": "Jürgen"}]}'
DOCUMENT = {"data": [{"name": "Jürgen"}]}


@pytest.mark.parametrize(
    ("charset", "content_type"),
    [
        ("iso-8859-1", "application/json; charset=ISO-8859-1"),
        ("windows-1252", 'application/json;charset="windows-1252"'),
        ("utf-16", "application/json; charset=utf-16"),
        ("utf-16-le", "application/json; charset=utf-16le"),
        ("utf-16", "application/json"),
        ("utf-16", ""),
    ],
)
def test_json_is_read_in_the_charset_of_its_content_type(charset: str, content_type: str) -> None:
    assert decode(TEXT.encode(charset), content_type) == DOCUMENT


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-8", "no-such", "utf-16"])
def test_what_is_utf_8_is_read_as_utf_8_whatever_is_said(charset: str) -> None:
    content_type = f"application/json; charset={charset}"
    assert in_utf8(TEXT.encode(), content_type) is None
    assert decode(TEXT.encode(), content_type) == DOCUMENT


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=no-such", "a; charset=hex"])
def test_nothing_is_guessed(content_type: str) -> None:
    assert in_utf8(TEXT.encode("latin-1"), content_type) is None
