"""A file is whole by what the response says of it: its length, its trailer, the number of its records."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.http.retry import TransientError
from tap_analytics.records.formats.csv_rows import CsvFormat
from tap_analytics.records.formats.format import Body
from tap_analytics.records.formats.formats import format_of
from tests.files import PEOPLE, as_csv, gzip_of, lines
from tests.records.formats.opened import CODEC, fatal, records_in, transient

LENGTH = {"Content-Length": "1"}


def test_the_number_of_records_that_a_header_says_must_be_that_of_the_file() -> None:
    words: dict[str, Any] = {"format": "jsonl", "count_header": "X-Total-Count"}
    assert len(records_in(lines(PEOPLE), headers={**LENGTH, "X-Total-Count": "3"}, **words)) == 3
    message = transient(lines(PEOPLE), headers={**LENGTH, "X-Total-Count": "4"}, **words)
    assert message == "the file has 3 records, but the header `X-Total-Count` says 4"
    assert "no number in the header `X-Total-Count`" in fatal(lines(PEOPLE), headers=LENGTH, **words)


@pytest.mark.parametrize("form", [format_of({"format": "jsonl"}), CsvFormat()])
def test_a_file_of_no_known_length_is_whole_when_it_comes_the_same_twice(form: CsvFormat) -> None:
    content = lines(PEOPLE) if form.type == "jsonl" else as_csv(PEOPLE).encode()
    cut = content[: content.rindex(b"\n", 0, -1) + 1]
    seen: set[str] = set()
    for each in (cut, content):
        with pytest.raises(TransientError, match="nothing says how long the file is"):
            form.open(Body(content=each, seen=seen), CODEC, offset=0)
    assert len(form.open(Body(content=content, seen=seen), CODEC, offset=0).rows) == len(PEOPLE)


def test_a_packed_file_and_one_in_chunks_say_that_they_are_whole() -> None:
    assert len(records_in(gzip_of(lines(PEOPLE)), headers={}, format="jsonl")) == len(PEOPLE)
    assert len(records_in(lines(PEOPLE), headers={"Transfer-Encoding": "chunked"}, format="jsonl")) == len(PEOPLE)
