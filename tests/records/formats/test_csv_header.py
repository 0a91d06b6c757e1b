"""The first line of a table says what parts its columns, and what they are called."""

from __future__ import annotations

from tests.records.formats.opened import fatal, records_in


def test_a_delimiter_that_parts_nothing_is_told_from_the_one_that_does() -> None:
    assert "separated by `;`; declare its `delimiter`" in fatal(b"id;name\n1;2\n", format="csv", delimiter=",")


def test_a_title_above_the_header_row_is_no_column() -> None:
    titled = b"Sales\nid\tname\n1\tAnn\n2\tBob\n"
    assert "the header row has one column, but most rows have the delimiter `\\t`" in fatal(titled, format="csv")
    assert records_in(b"text\na;b\nc\nd\n", format="csv") == [{"text": "a;b"}, {"text": "c"}, {"text": "d"}]
    assert records_in(b"text\na;b\n", format="csv", delimiter=",") == [{"text": "a;b"}]
