"""The rows of a stream as batches of Arrow: each selected field is a column."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.arrow.arrow_rows import ArrowRows
from tap_analytics.records.arrow.arrow_schema import ArrowTypes

if TYPE_CHECKING:
    from tap_analytics.client import AnalyticsStream
    from tap_analytics.resources.columns import Column

# A path in a catalog that names a whole field: `properties`, and the name of the field.
_WHOLE_FIELD = 2
# Digits of a decimal number that declares none, and how many of them stand behind its point.
_DIGITS, _SCALE = 38, 9
_MOST_DIGITS = 76


def rows_of(stream: AnalyticsStream, numbers: tuple[int, int] | None = None) -> ArrowRows:
    """Return what makes batches of the rows of a stream.

    Args:
        stream: The stream.
        numbers: Precision and scale of numbers that declare none; None makes them doubles.

    Raises:
        FatalAPIError: Names of fields differ by case only, or a part of a field is not selected.
    """
    fields = stream.fields
    within = [crumb for crumb, is_selected in fields.mask.items() if not is_selected and len(crumb) > _WHOLE_FIELD]
    if cut := next((crumb for crumb in within if fields.is_selected(crumb[1])), None):
        message = f"{stream.name}: the catalog selects a part of `{cut[1]}`; select the whole field, or none of it"
        raise FatalAPIError(message)
    selected = {name: each for name, each in fields.properties.items() if fields.is_selected(name)}
    key = stream.state_manager.key
    declared = stream.resource.columns
    decimals = {name: _digits(each, name) for name, each in declared.items() if each.data_type == "decimal"}
    types = ArrowTypes(zone=key.declared.zone or UTC, decimals=decimals, numbers=numbers)
    return ArrowRows(stream.name, types.columns(selected), stream.records, fields.keys, stream.primary_keys)


def _digits(column: Column, name: str) -> tuple[int, int]:
    """Return the precision and the scale of a decimal number: its digits, and those behind its point."""
    if column.precision is None:
        digits = _DIGITS, _SCALE if column.scale is None else column.scale
    else:
        digits = column.precision, column.scale or 0
    if digits[0] > _MOST_DIGITS or digits[1] > digits[0]:
        message = (
            f"`{name}` has the `precision` {digits[0]} and the `scale` {digits[1]}; there may be {_MOST_DIGITS} "
            "digits, and no more of them behind the point than there are"
        )
        raise FatalAPIError(message)
    return digits
