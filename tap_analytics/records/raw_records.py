"""RawRecords: reads records without a schema, a page at a time, as dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.pagination.page import whole
from tap_analytics.records.paths import field_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from tap_analytics.pagination.page import Page, Row
    from tap_analytics.records.envelope.envelope import Envelope


class RawRecords:
    """Reads records without a schema: each is a dictionary, as the API gave it."""

    def __init__(self, envelope: Envelope) -> None:
        self._envelope = envelope

    def open(
        self, body: bytes, *, offset: int, parsed: Iterable[dict[str, Any]] | None = None, content_type: str = ""
    ) -> Page:
        """Return the page in a body, or the page of records that a hook has `parsed` from it."""
        if parsed is not None:
            return self._envelope.around(body, parsed, offset=offset)
        return self._envelope.open(body, offset=offset, content_type=content_type)

    def lone(self, *_: object, **__: object) -> None:
        """Return None: without a schema nobody knows whether an object in place of the list is a record of it."""

    def get(self, path: str) -> Callable[[Row], Any]:
        """Return a function that reads the value at a path of a record."""
        return lambda row: field_of(row, path)

    def key(self, names: Sequence[str]) -> Callable[[Row], Any]:
        """Return a function that reads several fields at once, and all fields of a record that lacks one of them."""
        return lambda row: tuple(str(row[name]) for name in names) if all(name in row for name in names) else whole(row)

    def fit(self, records: Sequence[Mapping[str, Any]]) -> list[Row]:
        """Return the records unchanged: without a schema all of them fit."""
        return list(records)

    def fit_table(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Row]:
        """Return rows of texts as records of texts."""
        return records_of(names, rows)

    def expect(self, names: Collection[str]) -> None:
        """Do nothing: a dictionary has a place for any field."""

    def put(self, row: Row, name: str, value: object) -> None:
        """Give a record a value."""
        row[name] = value

    def plain(self, row: Row) -> dict[str, Any]:
        """Return the record."""
        return dict(row)

    def is_blank(self, row: Row, names: Collection[str]) -> bool:
        """Return whether a record has none of these fields."""
        return not any(name in row for name in names)

    def lacks(self, *_: object) -> None:
        """Return None: records of a sample may lack any field."""

    def fault(self, *_: object) -> None:
        """Return None: without a schema all values fit."""


def records_of(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """Return rows of texts as records with these names; an empty text is null."""
    return [dict(zip(names, [text or None for text in row], strict=True)) for row in rows]
