from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tap_analytics.report.redaction.redact import Redactor
from tap_analytics.report.tables import Table, columns, lines, say, show

if TYPE_CHECKING:
    from collections.abc import Callable

TITLES = ("stream", "rows", "what it says")
ROWS = [("contacts", "1,000", ""), ("deals", "5", "the connection failed: Name or service not known; check `api_url`")]


def table(*rows: tuple[str, ...]) -> Table:
    return Table(titles=TITLES, rows=rows or ROWS, figures={"rows"})


def test_columns_stand_one_under_the_other_and_numbers_at_the_right() -> None:
    assert list(lines(table(("contacts", "1,000", "fine"), ("deals", "5", "")))) == [
        "stream     rows  what it says",
        "contacts  1,000  fine",
        "deals         5",
    ]


def test_a_table_without_rows_has_no_line() -> None:
    assert list(lines(Table(titles=TITLES, rows=[]))) == []


def test_long_cells_go_on_below_between_words() -> None:
    assert list(lines(table(), 48)) == [
        "stream     rows  what it says",
        "contacts  1,000",
        "deals         5  the connection failed: Name or",
        "                 service not known; check",
        "                 `api_url`",
    ]


@pytest.mark.parametrize("width", range(28, 120, 7))
def test_no_line_is_wider_than_the_terminal_and_no_letter_is_lost(width: int) -> None:
    rows = [("contacts", "1,000", "x" * 200), ("連絡先" * 20, "5", "two words")]
    folded = list(lines(table(*rows), width))
    assert max(map(columns, folded)) <= width
    text = "".join("".join(line.split()) for line in folded)
    assert [text.count(letter) for letter in "x連先"] == [200, 20, 20]


def test_a_column_is_not_narrowed_to_nothing() -> None:
    assert next(iter(lines(table(), 1))).split() == ["stream", "rows", "what", "it"]


@pytest.mark.parametrize(("text", "count"), [("", 0), ("abc", 3), ("ü", 1), ("u\u0308", 1), ("連絡", 4), ("👩", 2)])
def test_letters_that_take_two_columns_count_twice(text: str, count: int) -> None:
    assert columns(text) == count


@pytest.fixture
def show_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    def run(*rows: tuple[str, ...], width: int | None = None) -> str:
        monkeypatch.delenv("COLUMNS", raising=False)
        if width:
            monkeypatch.setenv("COLUMNS", str(width))
        show(TITLES, rows, redactor=Redactor(["s3cret-key"]), figures={"rows"})
        return capsys.readouterr().out

    return run


def test_secrets_are_masked_before_a_cell_is_folded(show_table: Callable[..., str]) -> None:
    assert show_table(("a", "1", "no access for s3cret-key here"), width=28) == (
        "stream  rows  what it says\na          1  no access for\n              *** here\n\n"
    )


def test_a_terminal_has_nothing_to_obey(show_table: Callable[..., str]) -> None:
    out = show_table(("a", "1", "b\x1b[2Jc\nd [bold]e[/bold]"))
    assert "b[2Jc d [bold]e[/bold]" in out
    assert "\x1b" not in out


def test_a_file_has_each_row_in_one_line(show_table: Callable[..., str]) -> None:
    assert f"a          1  {'long ' * 100}".rstrip() in show_table(("a", "1", "long " * 100))


def test_a_line_has_neither_secrets_nor_breaks(capsys: pytest.CaptureFixture[str]) -> None:
    say("the key is\ns3cret-key", redactor=Redactor(["s3cret-key"]))
    assert capsys.readouterr().out == "the key is ***\n"


PROGRAM = """
import sys, click
from tap_analytics.report.redaction.redact import Redactor
from tap_analytics.report.tables import say
try:
    say("x" * 100_000, redactor=Redactor([]))
except click.ClickException as error:
    print(error.message, file=sys.stderr)
except OSError as error:
    print(type(error).__name__, file=sys.stderr)
"""


def written_to(file: str) -> str:
    """Return what a program says whose output goes to a file that takes none."""
    run = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -c "$1" {file}', sys.executable, PROGRAM],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return run.stderr.strip()


def test_output_that_cannot_be_written_is_told_once() -> None:
    assert written_to("> /dev/full") == "the output cannot be written: No space left on device"


def test_whoever_has_seen_enough_is_told_nothing() -> None:
    assert written_to("| true") == "BrokenPipeError"


def test_letters_that_the_terminal_does_not_have_are_replaced(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(sys.stdout), "encoding", "ascii", raising=False)
    say("Zürich", redactor=Redactor([]))
    assert capsys.readouterr().out == "Z?rich\n"
