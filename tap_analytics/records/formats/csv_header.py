"""The first line of a table: its delimiter, and the names of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# The delimiters that are tried if none is declared.
DELIMITERS = (",", ";", "\t", "|")


def delimiter_of(line: str, widths: Mapping[str, int], *, given: str | None, count: int | None) -> str:
    """Return the delimiter: the declared one, or the one that the first line shows.

    Args:
        line: The first line.
        widths: How many columns the first line has, by delimiter.
        given: The declared delimiter.
        count: How many columns are declared, if there is no header row.

    Raises:
        FatalAPIError: The first line does not show which delimiter it has, or it has another than the declared one.
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
    message = f"the header row may be separated by {listed}; declare its `delimiter`. It begins: {line.strip()}"
    raise FatalAPIError(message)


def refuse_title(names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Refuse a header row of one column above rows that have a delimiter: it is probably a title.

    Raises:
        FatalAPIError: Most rows contain a delimiter.
    """
    cells = ["".join(row) for row in rows]
    for each in DELIMITERS[1:] if len(names) == 1 else ():
        if sum(each in cell for cell in cells) * 2 > len(cells):
            shown = each.replace("\t", "\\t")
            message = (
                f"the header row has one column, but most rows have the delimiter `{shown}`; have the API send the "
                "file without a title above its header row, or declare the `delimiter` if it has one column"
            )
            raise FatalAPIError(message)


def names_in(row: Sequence[str]) -> Sequence[str]:
    """Return the names of the columns in a header row; delimiters at its end are ignored.

    Raises:
        FatalAPIError: A column has no name, or two have the same.
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
