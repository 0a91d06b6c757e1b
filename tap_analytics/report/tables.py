"""Tables and lines of plain text for people, without secrets and without control characters."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import unicodedata
from typing import TYPE_CHECKING

import click
import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tap_analytics.report.redaction.redact import Redactor

# The gap between two columns of a table.
_GAP = "  "

# A column with long cells is made no narrower than this; a table that still does not fit is wider than the terminal.
_NARROWEST = 8


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of text under their titles; `figures` are the titles of the columns that hold numbers."""

    titles: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    figures: Collection[str] = ()


def lines(table: Table, width: int | None = None) -> Iterator[str]:
    """Give a table as lines of text, its titles first; none if it has no rows.

    If lines would be longer than `width`, long cells are continued in the lines below.
    """
    if not table.rows:
        return
    widths = [max(map(columns, column)) for column in zip(table.titles, *table.rows, strict=True)]
    if width is not None:
        _narrow(widths, width - len(_GAP) * (len(widths) - 1))
    sides = ["right" if title in table.figures else "left" for title in table.titles]
    for row in (table.titles, *table.rows):
        folded = [list(_fold(cell, each)) for cell, each in zip(row, widths, strict=True)]
        for number in range(max(map(len, folded))):
            cells = [parts[number] if number < len(parts) else "" for parts in folded]
            yield _GAP.join(map(_pad, cells, widths, sides)).rstrip()


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes: letters of East Asia and most emoji take two."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(unicodedata.category(each) in {"Mn", "Me", "Cf"} for each in text)


def width() -> int | None:
    """Return the number of columns of the terminal; None if standard output is no terminal."""
    return shutil.get_terminal_size().columns if _is_terminal() or "COLUMNS" in os.environ else None


def show(
    titles: Sequence[str], rows: Sequence[Sequence[str]], *, redactor: Redactor, figures: Collection[str] = ()
) -> None:
    """Print a table, and an empty line behind it.

    Args:
        titles: The head of each column.
        rows: The cells of each line.
        redactor: Hides secrets.
        figures: Titles of the columns that hold numbers.
    """
    masked = [[redactor.line(cell) for cell in row] for row in rows]
    table = Table(titles=tuple(titles), rows=masked, figures=figures)
    _write("\n".join([*lines(table, width()), ""]))


def say(text: str, *, redactor: Redactor) -> None:
    """Print a line."""
    _write(redactor.line(text))


def _narrow(widths: list[int], room: int) -> None:
    """Make the widest column narrower by one, again and again, until all columns fit."""
    while sum(widths) > room and max(widths) > _NARROWEST:
        widest = widths.index(max(widths))
        widths[widest] -= 1


def _fold(text: str, width: int) -> Iterator[str]:
    """Give a text in parts that fit into a column, broken between words, or within a word that is too long."""
    part = ""
    for word in text.split(" "):
        longer = f"{part} {word}" if part else word
        if columns(longer) <= width:
            part = longer
            continue
        if part:
            yield part
        *full, part = _cut(word, width)
        yield from full
    yield part


def _cut(word: str, width: int) -> list[str]:
    """Return a word in pieces that fit into a column, one at least."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and columns(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _pad(text: str, width: int, side: str) -> str:
    padding = " " * (width - columns(text))
    return f"{padding}{text}" if side == "right" else f"{text}{padding}"


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _encoding() -> str:
    return (sys.stdout and sys.stdout.encoding) or "utf-8"


def _write(text: str) -> None:
    try:
        click.echo(text.encode(_encoding(), "replace").decode(_encoding()))
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader, such as `head`, has ended
            raise
        # Python writes what is buffered when it ends; that must not fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        message = f"the output cannot be written: {error.strerror}"
        raise click.ClickException(message) from None
