"""Says of a body that it has no records at their place, and what stands there."""

from __future__ import annotations

from tap_analytics.json_types import WORDS, kind_of
from tap_analytics.records import quotes
from tap_analytics.records.paths import MISSING


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
    return f"the response {found}{having}; {advice}" + (f". The API says: {told}" if told else "")
