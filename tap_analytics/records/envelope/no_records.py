"""Says of a body that it has no records at their place, and what stands there."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.json_types import WORDS, kind_of
from tap_analytics.records.failures import quotes
from tap_analytics.records.failures.failures import error_of
from tap_analytics.records.paths import MISSING

if TYPE_CHECKING:
    from collections.abc import Sequence

# The types of values that may be ids.
_NAMELESS = {kind_of(0), kind_of(Decimal("0.5")), kind_of("")}


class NoListError(FatalAPIError):
    """Something else stands in place of the records, and the body names no failure."""


def list_error(document: object, data: object, selector: str) -> Exception:
    """Return the error for a body without records that names no failure: a text in their place may say of which kind.

    Args:
        document: The body.
        data: What stands in place of the records.
        selector: Their place.
    """
    message = no_records(document, data, selector)
    said = next((each for each in (data, document) if isinstance(each, str)), "")
    error = error_of(message, said)
    return NoListError(message) if type(error) is FatalAPIError else error


def no_records(document: object, data: object, selector: str) -> str:
    """Return the message for a body without records that names no failure, with the texts in it.

    Args:
        document: The body.
        data: What stands in place of the records.
        selector: Their place.
    """
    place = f"`{selector}`"
    found = f"has no {place}" if data is MISSING else f"has {WORDS[kind_of(data)]} as {place}, not a list of records"
    keys = ", ".join(f"`{key}`" for key in list(document)[:20]) if isinstance(document, dict) else ""
    having = f" (its fields are {keys})" if keys else ""
    advice = "check `data_selector`"
    if isinstance(data, dict):
        advice += ", or declare the resource with the paginator `single_page` if it is one record"
    told = quotes.as_json(data) if isinstance(data, dict | str) else ", ".join(quotes.remarks(document))
    if not told and data is MISSING:
        told = quotes.as_json(document) if isinstance(document, str) else quotes.whole(document)
    return f"the response {found}{having}; {advice}" + (f". The API says: {told}" if told else "")


def check_objects(rows: Sequence[object]) -> None:
    """Raise an error for the first record that is no object."""
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            is_list, is_value = isinstance(row, list), kind_of(row) in _NAMELESS
            advice = ", or name its cells by `columns_path` or `column_names`" if is_list else ""
            advice = ", or name the values by `column_lists`" if is_value else advice
            found = WORDS[kind_of(row)]
            text = row if isinstance(row, str) and len(rows) == 1 else ""
            said = f". It is: {quotes.as_json(text)}" if text else ""
            message = f"record {number} of the response is {found}, not an object; check `data_selector`{advice}{said}"
            raise error_of(message, text)
