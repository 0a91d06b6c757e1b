"""Tables and lines on standard output, for people; no secret is in them, and nothing that a terminal would obey."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tap_analytics.report.redact import Redactor

# Columns of a file or a pipe: a line is never broken there.
_ENDLESS = 100_000


def width() -> int | None:
    """Return the columns of the terminal; None where standard output is none."""
    return Console().width if _is_terminal() or "COLUMNS" in os.environ else None


def show(
    titles: Sequence[str], rows: Sequence[Sequence[str]], *, redactor: Redactor, figures: Collection[str] = ()
) -> None:
    """Print a table.

    Args:
        titles: The head of each column.
        rows: The cells of each line.
        redactor: Knows what must not be shown.
        figures: Titles of the columns that hold numbers.
    """
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for title in titles:
        table.add_column(title, justify="right" if title in figures else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(redactor.line(cell)) for cell in row))
    printed = io.BytesIO()
    # With the encoding of the output, so that lines are drawn with what it has.
    file = io.TextIOWrapper(printed, encoding=_encoding(), errors="replace", newline="\n")
    Console(file=file, width=width() or _ENDLESS, force_terminal=_is_terminal()).print(table)
    file.flush()
    # What fills the last column up is of no use in a file.
    _write("\n".join(line.rstrip() for line in printed.getvalue().decode(_encoding()).splitlines()))


def say(text: str, *, redactor: Redactor) -> None:
    """Print a line."""
    _write(redactor.line(text))


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _encoding() -> str:
    return (sys.stdout and sys.stdout.encoding) or "utf-8"


def _write(text: str) -> None:
    try:
        click.echo(text.encode(_encoding(), "replace").decode(_encoding()))
    except OSError as error:
        if error.errno == errno.EPIPE:  # whoever reads has seen enough
            raise
        # What is still buffered has nowhere to go: it must not fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        message = f"the output cannot be written: {error.strerror}"
        raise click.ClickException(message) from None
