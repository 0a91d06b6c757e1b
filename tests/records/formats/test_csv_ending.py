"""What stands behind the rows of a table: notes are no rows, and a last row that may be a sum is told."""

from __future__ import annotations

import pytest

from tests.records.formats.opened import fatal, records_in, transient

ROWS = "id,name,calls\n1,a,10\n2,b,20\n"
NOTES = [
    "Generated at 2024-05-01 10:00",
    "Report generated on Wed, May 1",
    "# end",
    "(2 rows affected)",
    "2 rows",
    "End of report",
    "© Example",
    "Exported by jo",
    "© Example Limited",
    "# 2 rows, 0 errors",
]


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("before", ["", "\n"])
@pytest.mark.parametrize("behind", ["", "\n"])
def test_a_note_behind_the_rows_is_left_out(note: str, before: str, behind: str) -> None:
    content = f"{ROWS}{before}{note}{behind}".encode()
    assert [row["id"] for row in records_in(content, format="csv")] == ["1", "2"]


def test_a_note_that_is_left_out_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    records_in(f"{ROWS}Created by the sandbox\n".encode(), format="csv")
    assert caplog.text.count("the file ends with a note, which is no row and is left out: Created by the sandbox") == 1


@pytest.mark.parametrize("note", ["(100 rows)", "1000 records", "# 3 rows, 0 errors", "3 rows\n# end"])
def test_a_note_that_counts_more_rows_than_came_is_an_error(note: str) -> None:
    assert "rows, but has 2: some are missing" in fatal(f"{ROWS}{note}\n".encode(), format="csv")


@pytest.mark.parametrize(
    "note",
    [
        *("# at most 10,000 rows", "# 5 rows were filtered out", "# 2 rows, 7 records skipped"),
        "# 5000 rows per file",
    ],
)
def test_a_note_of_other_rows_counts_nothing(note: str) -> None:
    assert len(records_in(f"{ROWS}{note}\n".encode(), format="csv")) == 2


@pytest.mark.parametrize("note", ["(1 row)", "2000 rows", "# at 12:30 rows were read", "# v1.30 rows"])
def test_a_note_that_counts_no_more_is_none(note: str) -> None:
    content = ROWS + "".join(f"{number},a,1\n" for number in range(3, 2_001)) + note
    assert len(records_in(content.encode(), format="csv")) == 2_000


@pytest.mark.parametrize(
    "line",
    [
        *("3,c", "Generated", "Interrupted by the server", "Error: query timed out"),
        *(
            "(1000 rows truncated)",
            "# Truncated at 2 rows",
            "*** query timed out ***",
            "End of report - limited to 2 rows",
        ),
        "Generated with errors: rows are missing",
    ],
)
def test_another_line_with_too_few_values_shows_that_the_file_is_cut_short(line: str) -> None:
    said = transient(f"{ROWS}{line}".encode(), format="csv")
    assert "cut short" in said
    assert line in said or " " not in line


def test_a_note_between_rows_is_a_fault() -> None:
    assert "row 1 of the file has 1 value" in fatal(b"id,name\n# note\n1,a\n", format="csv")


def test_a_whole_row_that_begins_like_a_note_is_one() -> None:
    assert len(records_in(b"text,n\nx,1\n# 5,2\n", format="csv")) == 2
    assert len(records_in(b"text\nx\n# 5\n", format="csv")) == 2


@pytest.mark.parametrize("last", ["Total,,30", "Grand Total,,30", "Summe:,,30", "合計,,30"])
def test_a_last_row_that_may_be_a_sum_is_given_and_told(last: str, caplog: pytest.LogCaptureFixture) -> None:
    assert len(records_in(f"{ROWS}{last}\n".encode(), format="csv")) == 3
    assert f"the last row of the file begins with `{last.partition(',')[0]}`" in caplog.text


@pytest.mark.parametrize("last", ["Total,x,30", "Total Wine,,30", "3,,30", "Total,,"])
def test_another_last_row_is_not_told(last: str, caplog: pytest.LogCaptureFixture) -> None:
    assert len(records_in(f"{ROWS}{last}\n".encode(), format="csv")) == 3
    assert "the last row" not in caplog.text
