"""Makes batches of Arrow of rows, a column at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.arrow.arrow_columns import MISFITS
from tap_analytics.records.arrow.arrow_schema import arrow_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_analytics.pagination.page import Row
    from tap_analytics.records.arrow.arrow_columns import ArrowColumn
    from tap_analytics.records.rows import RecordCodec


@dataclass(frozen=True)
class ArrowRows:
    """Makes batches of the rows of a stream.

    Args:
        name: The stream, for messages.
        columns: The column of each field.
        codec: Reads fields of rows.
        keys: The fields that identify a row.
        required: The columns that hold no null.
    """

    name: str
    columns: Mapping[str, ArrowColumn]
    codec: RecordCodec
    keys: Sequence[str]
    required: Sequence[str]

    @cached_property
    def schema(self) -> Any:  # noqa: ANN401 - of Arrow
        """The schema of each batch; all columns but the required ones may hold null."""
        return arrow_schema(self.columns, self.required)

    def batch(self, rows: Sequence[Row]) -> Any:  # noqa: ANN401 - of Arrow
        """Return rows as a `RecordBatch`.

        Raises:
            FatalAPIError: A value does not fit into its column.
        """
        arrays = [self._array(rows, name, column) for name, column in self.columns.items()]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _array(self, rows: Sequence[Row], name: str, column: ArrowColumn) -> Any:  # noqa: ANN401
        values = self.codec.values(rows, name)
        try:
            return column.array(values)
        except MISFITS:
            error = self._error(rows, name, column)
        raise FatalAPIError(error)

    def _error(self, rows: Sequence[Row], name: str, column: ArrowColumn) -> str:
        """Return the message for a value that does not fit: its record, its place, and what would fit."""
        for row, value in zip(rows, self.codec.values(rows, name), strict=True):
            if fault := column.fault(value):
                key = ", ".join(str(self.codec.get(each)(row)) for each in self.keys)
                return (
                    f"{self.name}: record {key}: `{name}{fault.path}` is not {fault.expected}; correct the `schema` "
                    "or `columns` of the resource, or the catalog"
                )
        return f"{self.name}: `{name}` has values that are not of one type"
