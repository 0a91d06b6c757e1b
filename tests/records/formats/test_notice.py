"""A message in the place of a file is shown."""

from __future__ import annotations

import pytest

from tests.records.formats.opened import fatal


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"ERROR 120 :: WRONG KEY", "text, not CSV (content type `text/plain`). It begins: ERROR 120 :: WRONG KEY"),
        (b"ERROR 120 :: WRONG KEY\n", "text"),
        (b"Invalid key, please contact support", "text"),
        (b"Sorry, we are busy.\nTry again later, please.\n", "text"),
        (b'{"error": "invalid key"}', 'JSON, not CSV (content type `text/plain`). It begins: {"error": "invalid key"}'),
        (b"[]", "JSON"),
        (b"\n<!doctype html><title>Sign in</title>", "HTML, not CSV"),
        (b"<Error/>", "XML"),
        (b"%PDF-1.7", "a PDF file"),
    ],
)
def test_an_error_in_the_place_of_a_file_is_shown_and_not_asked_for_again(content: bytes, kind: str) -> None:
    assert f"the body of the response is {kind}" in fatal(content, format="csv")
