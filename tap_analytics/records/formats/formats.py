"""The formats that a resource can be declared with: one line for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.records.formats.csv_rows import CsvFormat
from tap_analytics.records.formats.json_body import JsonFormat
from tap_analytics.records.formats.json_lines import JsonLinesFormat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.records.formats.format import Format

# In the order of messages and documentation.
FORMATS: tuple[type[Format], ...] = (
    JsonFormat,
    JsonLinesFormat,
    CsvFormat,
)


def format_of(words: Mapping[str, Any]) -> Format:
    """Return the format that an endpoint declares, with its options; the words have been checked."""
    kind = next(kind for kind in FORMATS if kind.type == words.get("format", JsonFormat.type))
    names = [each.name for each in kind.options() if words.get(each.name) is not None]
    return kind(**{name: _option(words[name]) for name in names})


def _option(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
