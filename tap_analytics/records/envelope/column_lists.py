"""Makes records of a table that comes as an object of lists: each list is a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.paths import MISSING, value_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.pagination.page import Row

_ADVICE = "check `column_lists`"


class ColumnLists(msgspec.Struct, frozen=True, kw_only=True):
    """Makes records of the lists in an object; the first values of all lists make the first record.

    `paths` has the place of each list, by the field that its values become. If it is empty, each list of the object is
    a column, and each other value is repeated in all records.
    """

    paths: Mapping[str, str] = msgspec.field(default_factory=dict)

    def records(self, data: object) -> list[Row]:
        """Return the records of an object, or of each object in a list.

        Raises:
            FatalAPIError: There is no list where one should be, or the lists have different lengths.
        """
        tables = data if isinstance(data, list) and all(isinstance(each, dict) for each in data) else [data]
        return [record for table in tables for record in self._of_table(table)]

    def _of_table(self, table: Any) -> list[Row]:  # noqa: ANN401 - JSON may be anything
        found = {field: value_at(table, path) for field, path in self.paths.items()} or (
            dict(table) if isinstance(table, dict) else {}
        )
        columns = {field: value for field, value in found.items() if isinstance(value, list)}
        if absent := [field for field in self.paths if field not in columns]:
            message = (
                f"the response has no list under `{self.paths[absent[0]]}`, for the field `{absent[0]}`; {_ADVICE}"
            )
            raise FatalAPIError(message)
        if table not in ({}, []) and not columns:
            message = f"the response has no list where its columns should be; {_ADVICE} and `data_selector`"
            raise FatalAPIError(message)
        self._refuse_lengths(columns)
        rest = {field: value for field, value in found.items() if field not in columns and value is not MISSING}
        return [rest | dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]

    @staticmethod
    def _refuse_lengths(columns: Mapping[str, list[Any]]) -> None:
        """Raise FatalAPIError if two lists have different lengths: their values do not belong together."""
        first, *others = columns.items() or [("", [])]
        for name, values in others:
            if len(values) != len(first[1]):
                message = (
                    f"the lists `{first[0]}` and `{name}` of the response have {len(first[1])} and {len(values)} "
                    f"values, so that they are no columns of one table; {_ADVICE}"
                )
                raise FatalAPIError(message)
