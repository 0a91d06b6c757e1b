"""The first line of a table: what parts its columns, and their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What may part columns, where the declaration does not say.
DELIMITERS = (",", ";", "\t", "|")


def delimiter_of(line: str, widths: Mapping[str, int], *, given: str | None, count: int | None) -> str:
    """Return what parts the columns: as it is declared, or as it parts the first line.

    Args:
        line: The first line.
        widths: How many columns the first line has, by what may part them.
        given: What is declared to part them.
        count: How many columns are declared, where there is no header row.

    Raises:
        FatalAPIError: Nothing parts the header row for sure, or something else than what is declared.
    """
    if count is not None:
        fitting = [each for each, width in widths.items() if width == count]
        return given or (fitting[0] if fitting else DELIMITERS[0])
    widest = max(widths.values())
    best = [each for each, width in widths.items() if width == widest]
    if given and (widths[given] > 1 or widest == 1):
        return given
    if widest == 1 or (given is None and len(best) == 1):
        return best[0]
    listed = " or ".join(f"`{each}`".replace("\t", "\\t") for each in best)
    message = f"the header row may be parted by {listed}; declare the `delimiter` that it is. It begins: {line.strip()}"
    raise FatalAPIError(message)


def refuse_title(names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Refuse a header row of one column above rows that something parts: it may be a title, and no header row.

    Raises:
        FatalAPIError: Most rows have what may part columns.
    """
    cells = ["".join(row) for row in rows]
    for each in DELIMITERS[1:] if len(names) == 1 else ():
        if sum(each in cell for cell in cells) * 2 > len(cells):
            shown = each.replace("\t", "\\t")
            message = (
                f"the header row has one column, but most rows are parted by `{shown}`; have the API send the file "
                "without a title above its header row, or declare the `delimiter` if it has one column"
            )
            raise FatalAPIError(message)


def names_in(row: Sequence[str]) -> Sequence[str]:
    """Return the names of the columns in a header row, without those that it only has a delimiter for at its end.

    Raises:
        FatalAPIError: A column has no name, or that of another.
    """
    names = [name.strip() for name in row]
    while names and not names[-1]:
        names.pop()
    if "" in names:
        message = f"column {names.index('') + 1} of the header row has no name"
        raise FatalAPIError(message)
    if twins := [name for place, name in enumerate(names) if name in names[:place]]:
        places = [number for number, name in enumerate(names, 1) if name == twins[0]]
        message = f"the columns {places[0]} and {places[1]} of the file are both named `{twins[0]}`"
        raise FatalAPIError(message)
    return names
