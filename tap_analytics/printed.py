"""Tables on standard output, for people."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

# Columns of a file or a pipe: a line is never broken there.
_ENDLESS = 100_000


def width() -> int | None:
    """Return the columns of the terminal; None where standard output is none."""
    return Console(file=sys.stdout).width if sys.stdout.isatty() or "COLUMNS" in os.environ else None


def show(titles: Sequence[str], rows: Sequence[Sequence[str]], *, figures: Collection[str] = ()) -> None:
    """Print a table.

    Args:
        titles: The head of each column.
        rows: The cells of each line.
        figures: Titles of the columns that hold numbers.
    """
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for title in titles:
        table.add_column(title, justify="right" if title in figures else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(file=sys.stdout, width=width() or _ENDLESS)
    with console.capture() as printed:
        console.print(table)
    # What fills the last column up is of no use in a file.
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in printed.get().splitlines()))
