"""Records that an object holds by keys, such as dates or ids: the key becomes a field of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.json_types import WORDS, kind_of
from tap_analytics.records.failures import quotes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.pagination.page import Row

# The field for a number that stands under a key in place of a record.
VALUE = "value"

Keys = dict[str, str]


def items_under(data: object, names: Sequence[str]) -> list[tuple[Keys, Any]]:
    """Return the values under the keys of an object, each with its keys by the names of their fields.

    Args:
        data: The object; with several names, an object of objects. Without names, a list.
        names: The fields that the keys become, the outermost first.

    Raises:
        FatalAPIError: There is no object.
    """
    if not names:
        if isinstance(data, list) and all(isinstance(item, dict | list) for item in data):
            return [({}, item) for item in data]
        return [({}, data)]
    if data == []:  # some languages write an empty object like this
        return []
    if not isinstance(data, dict):
        found = WORDS[kind_of(data)]
        message = f"the response has {found} where `{names[0]}` is the key of an object; check `key_field`"
        raise FatalAPIError(message)
    return [
        ({names[0]: key, **keys}, item) for key, within in data.items() for keys, item in items_under(within, names[1:])
    ]


def with_keys(keys: Keys, item: object) -> Row:
    """Return the record under some keys, with the keys as fields of it.

    Raises:
        FatalAPIError: The value is no record, or has another value in one of these fields.
    """
    record = item if isinstance(item, dict) else {VALUE: item}
    if item is None or isinstance(item, str | list | bool):
        where = ", ".join(f"`{key}`" for key in keys.values())
        told = f". The API says: {quotes.as_json({VALUE: item})}" if isinstance(item, str) else ""
        message = f"the response has {WORDS[kind_of(item)]} under {where}, which is no record; check `key_field`{told}"
        raise FatalAPIError(message)
    for name, key in keys.items():
        if name in record and str(record[name]) != key:
            message = f"the record under `{key}` has a field `{name}` of its own; choose another `key_field`"
            raise FatalAPIError(message)
    return {**keys, **record}
