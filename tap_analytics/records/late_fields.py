"""Fields of a stream that its sample did not have: their types are inferred from the first values that come."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from msgspec import UNSET
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.decoding.coerce import CoercionError, fit_for
from tap_analytics.records.decoding.structs import is_sayable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_analytics.pagination.page import Row
    from tap_analytics.records.decoding.coerce import Fit, Schema
    from tap_analytics.records.rows import RecordCodec

# An API that sends more new names than this behind the sample has data, such as ids, as names.
MOST_FIELDS = 500

_ADVICE = "declare the field in the `schema` or `columns` of the resource, or raise `sample_size`"


class LateFields:
    """Fields that first come behind the sample.

    Pages are read by several threads, in any order, and rows keep the values of such fields as they came. `settle` gets
    rows in the order in which they are written, so that the type of a field depends on that order alone.

    Args:
        demands: Returns the schema of an object with further demands, such as that its numbers are doubles.
    """

    def __init__(self, demands: Callable[[Schema], Schema] = lambda schema: schema) -> None:
        self._demands = demands
        self._names: list[str] = []
        self._fits: dict[str, Fit] = {}
        self._lock = threading.Lock()

    def meet(self, names: Sequence[str]) -> None:
        """Add names that rows may have from now on.

        Raises:
            FatalAPIError: There are too many names for fields.
        """
        with self._lock:
            new = [name for name in names if name not in self._names]
            if len(self._names) + len(new) > MOST_FIELDS:
                message = (
                    f"the API sends more than {MOST_FIELDS} fields that the sample did not have, such as `{new[-1]}`; "
                    "declare the `schema` of the resource: what it does not have is left out"
                )
                raise FatalAPIError(message)
            self._names += new

    def settle(self, rows: Sequence[Row], codec: RecordCodec) -> dict[str, Schema]:
        """Fit the late values of rows to their fields; return the schemas of fields that are new with these rows.

        A field is declared when its first value comes. Until then it is null in all rows, and left out.

        Raises:
            FatalAPIError: A value does not fit the type of the values before it.
        """
        found = {}
        for name in tuple(self._names):
            values = codec.values(rows, name)
            given = [value for value in values if value is not None]
            if given and name not in self._fits:
                found[name] = schema = _schema_of(name, given)
                self._fits[name] = fit_for(self._demands({"properties": {name: schema}})["properties"][name])
            if given:
                self._fit(name, rows, values, codec)
            elif name not in self._fits:
                _drop(name, rows, codec)
        return found

    def _fit(self, name: str, rows: Sequence[Row], values: Sequence[Any], codec: RecordCodec) -> None:
        fit = self._fits[name]
        for row, value in zip(rows, values, strict=True):
            if value is None:
                continue
            try:
                codec.put(row, name, fit(value))
            except CoercionError as error:
                error.path = f"{name}{error.path}"
                message = f"{error}, as the first values of this field were, which the sample did not have; {_ADVICE}"
                raise FatalAPIError(message) from None


def _schema_of(name: str, values: Sequence[Any]) -> Schema:
    # Most syncs need no inference.
    from tap_analytics.records.inference import infer  # noqa: PLC0415

    schema: Schema = infer(({name: value} for value in values), keys=())["properties"][name]
    return schema


def _drop(name: str, rows: Sequence[Row], codec: RecordCodec) -> None:
    """Remove the nulls of a field that is not declared yet."""
    if is_sayable(name):
        for row in rows:
            if not codec.is_blank(row, [name]):
                codec.put(row, name, UNSET)
