"""Makes records of rows that are lists of cells; the names of their columns come from the body or the declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.json_types import WORDS, kind_of
from tap_analytics.records.paths import MISSING, matches, value_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tap_analytics.pagination.page import Row

# The fields in which an object for a column has its name, the surest first.
_NAME_KEYS = ("name", "id", "key", "label", "title")
# The fields in which an object for a cell has its value, and those with the value as people read it.
_VALUE_KEYS = ("value", "v")
_OF_A_CELL = {*_VALUE_KEYS, "f", "formatted", "rendered", "html", "links"}
_ADVICE = "check `columns_path` or `column_names`"
_FIRST_ONLY = "; where only the first page has them, declare them as `column_names`"


class ColumnGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The names of some columns, and the cells that belong to them.

    `path` is the place of the names in the body, unless `names` are declared. `field` is the list of a row that has the
    cells; if it is empty, the row itself is that list. `cell` is the field with the value, if a cell is an object.
    """

    path: str = ""
    names: tuple[str, ...] = ()
    field: str = ""
    cell: str = ""

    def find(self, document: object) -> Sequence[str]:
        """Return the names of the columns.

        Raises:
            FatalAPIError: The body does not have them.
        """
        if self.names:
            return self.names
        found = (matches(document, self.path) or MISSING) if "[*]" in self.path else value_at(document, self.path)
        names = names_of(found) if isinstance(found, list) else None
        if names is None:
            there = f"has no `{self.path}`" if found is MISSING else f"has no list of names under `{self.path}`"
            message = (
                f"the response has rows, but {there}, where the names of their columns are; {_ADVICE}{_FIRST_ONLY}"
            )
            raise FatalAPIError(message)
        return names

    def value(self, cell: object) -> object:
        """Return the value of a cell."""
        return cell.get(self.cell) if isinstance(cell, dict) else cell


class Columns(msgspec.Struct, frozen=True):
    """Makes records of rows whose values are cells in lists."""

    groups: tuple[ColumnGroup, ...]

    def records(self, document: object, rows: Sequence[Any]) -> list[Row]:
        """Return the rows of a page as records.

        Raises:
            FatalAPIError: There are no names, or a row has more or fewer cells than there are names.
        """
        if not rows:
            return []
        names = [group.find(document) for group in self.groups]
        _refuse_twins([name for each in names for name in each])
        whole = [name for each in names for name in each]
        if self._names_itself(rows[0], whole):
            # Such a table leaves out the empty cells at the end of a row.
            rows = [_with_length(row, len(whole)) for row in rows[1:]]
        return [
            _with_names(whole, row, number) if isinstance(row, list) else self._of_object(names, row, number)
            for number, row in enumerate(rows, 1)
        ]

    def _names_itself(self, row: object, names: Sequence[str]) -> bool:
        """Return whether the first row of a table is no row but the names of its columns."""
        is_found = len(self.groups) == 1 and bool(self.groups[0].path) and not self.groups[0].names
        return is_found and isinstance(row, list) and names_of(row) == tuple(names)

    def _of_object(self, names: Sequence[Sequence[str]], row: object, number: int) -> Row:
        """Return the record of a row whose cells are in lists of its own."""
        if not isinstance(row, dict):
            message = (
                f"row {number} of the response is {WORDS[kind_of(row)]}, not a list of cells; check `data_selector`"
            )
            raise FatalAPIError(message)
        fields = [self._field(group, row, number) for group in self.groups]
        record = {name: value for name, value in row.items() if name not in fields}
        for group, field, own in zip(self.groups, fields, names, strict=True):
            cells = _with_names(own, [group.value(cell) for cell in row[field]] if group.cell else row[field], number)
            if twins := sorted(cells.keys() & record.keys()):
                message = f"row {number} of the response has `{twins[0]}` as a field and as a column; {_ADVICE}"
                raise FatalAPIError(message)
            record |= cells
        return record

    @staticmethod
    def _field(group: ColumnGroup, row: Row, number: int) -> str:
        field = group.field or group.path.rpartition(".")[2]
        if isinstance(row.get(field), list):
            return field
        lists = ", ".join(f"`{name}`" for name, value in row.items() if isinstance(value, list)) or "none"
        message = (
            f"row {number} of the response is an object without a list `{field}` (its lists are {lists}); say which "
            'list has the cells, such as `"columns_path": {"<list>": "<path of its names>"}`'
        )
        raise FatalAPIError(message)


def names_of(found: Iterable[object]) -> tuple[str, ...] | None:
    """Return the names in a list of texts, or of objects that have them; None if an item is neither."""
    names = tuple(map(_name, found))
    return None if None in names else names  # type: ignore[return-value] # there is none among them


def _name(value: object) -> str | None:
    if isinstance(value, dict):
        value = next((value[key] for key in _NAME_KEYS if key in value), None)
    is_name = isinstance(value, str | int) and not isinstance(value, bool) and value != ""
    return str(value) if is_name else None


def _with_length(row: object, length: int) -> object:
    return [*row, *[None] * (length - len(row))] if isinstance(row, list) else row


def _with_names(names: Sequence[str], cells: Sequence[object], number: int) -> Row:
    if len(cells) != len(names):
        message = f"row {number} of the response has {len(cells)} cells, but there are {len(names)} columns; {_ADVICE}"
        raise FatalAPIError(message)
    return dict(zip(names, map(_value, cells), strict=True))


def _value(cell: Any) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return the value of a cell, which may be an object that has it."""
    if isinstance(cell, dict) and cell.keys() <= _OF_A_CELL:
        return next((cell[key] for key in _VALUE_KEYS if key in cell), cell)
    return cell


def _refuse_twins(names: Sequence[str]) -> None:
    """Raise FatalAPIError if two columns have one name: a record could not hold both."""
    for name, places in _places(names):
        if len(places) > 1:
            message = (
                f"the columns {places[0]} and {places[1]} of the response are both named `{name}`; "
                "ask for them under different names, or give them with `column_names`"
            )
            raise FatalAPIError(message)


def _places(names: Sequence[str]) -> Iterator[tuple[str, list[int]]]:
    places: dict[str, list[int]] = {}
    for number, name in enumerate(names, 1):
        places.setdefault(name, []).append(number)
    yield from places.items()
