"""JSON Lines: every line an object, or a failure that names the record."""

from __future__ import annotations

from typing import Any

import pytest

from tests.files import PEOPLE, as_zip, gzip_of, lines
from tests.records.formats.opened import fatal, records_in, transient

FILES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "lines": (lines(PEOPLE), {}),
    "without the last end": (lines(PEOPLE).rstrip(), {}),
    "blank lines": (lines(PEOPLE).replace(b"\n", b"\r\n\r\n"), {}),
    "byte order mark": (b"\xef\xbb\xbf" + lines(PEOPLE), {}),
    "utf-16": (lines(PEOPLE).decode().encode("utf-16"), {}),
    "latin-1": (lines(PEOPLE).decode().encode("latin-1"), {"encoding": "latin-1"}),
    "gzip in zip": (as_zip(a=gzip_of(lines(PEOPLE[:2])), b=gzip_of(lines(PEOPLE[2:]))), {}),
}


@pytest.mark.parametrize(("content", "words"), FILES.values(), ids=FILES)
def test_each_line_is_a_record(content: bytes, words: dict[str, Any]) -> None:
    assert records_in(content, format="jsonl", **words) == PEOPLE


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_a_file_without_lines_is_empty(content: bytes) -> None:
    assert records_in(content, format="jsonl") == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lines(PEOPLE) + b'{"id": \n' + lines(PEOPLE), "record 4 of the file is not JSON"),
        (lines(PEOPLE) + b"[1]\n" + lines(PEOPLE), "record 4 of the file is a list, not an object"),
        (lines(PEOPLE) + b'{"a": 1}, {"a": 2}\n', "record 4 of the file is not JSON"),
        (lines(PEOPLE) + b'{"a": "\xff"}\n', "record 4 of the file is not in UTF-8"),
        (b"ERROR 120 :: WRONG KEY", "not JSON Lines (content type `text/plain`). It begins: ERROR 120 :: WRONG KEY"),
        (b'{\n  "error": "invalid key"\n}\n', "the body of the response is JSON, not JSON Lines"),
        (b'[{"id": 1}]\n', "the body of the response is JSON, not JSON Lines"),
        (b'{"error": "invalid key"}\n', "the response reports an error in `error`: invalid key"),
        (b"<html></html>", "the body of the response is HTML, not JSON Lines"),
    ],
)
def test_what_is_wrong_for_ever_fails_at_once_by_its_place(content: bytes, message: str) -> None:
    assert message in fatal(content, format="jsonl")


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_file_that_is_cut_within_a_line_is_asked_for_again(cut: int) -> None:
    content = lines(PEOPLE).rstrip()[:-cut]
    assert "the file is cut short: record 3, on its last line, is not JSON" in transient(content, format="jsonl")


@pytest.mark.parametrize("size", [20, 5_000, 30_000])
def test_the_beginning_of_a_file_has_its_first_records_and_no_cut_one(size: int) -> None:
    rows = [{"id": number, "text": f"é {hash(str(number))}"} for number in range(5_000)]
    for content in (lines(rows), gzip_of(lines(rows)), as_zip(a=gzip_of(lines(rows)))):
        found = records_in(content, format="jsonl", most=size)
        assert found == rows[: len(found)]
        assert len(found) < len(rows) or size > len(content)
