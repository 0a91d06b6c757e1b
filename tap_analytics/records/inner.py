"""Fields of a record that stand deeper within it, such as in an object of dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.paths import MISSING, value_at

if TYPE_CHECKING:
    from collections.abc import Mapping


def with_inner(record: dict[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """Return a record with fields from within it; one without a value there is null.

    Args:
        record: The record.
        fields: The path of each field, in the record.

    Raises:
        FatalAPIError: The record has another value in one of these fields.
    """
    found = {name: value_at(record, path) for name, path in fields.items()}
    values = {name: None if value is MISSING else value for name, value in found.items()}
    for name, value in values.items():
        if name in record and record[name] != value:
            message = f"a record has a field `{name}` of its own; choose another name for it in `inner_fields`"
            raise FatalAPIError(message)
    return {**record, **values}
