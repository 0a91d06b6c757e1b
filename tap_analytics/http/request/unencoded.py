"""Parameters that stand in a URL as they are written, for an API whose values have a grammar: `(start:(year:2024))`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tap_analytics.http.request.placeholders import Many

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def with_parameters(url: str, params: Mapping[str, Any], names: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Return a URL with these parameters in it, and the other ones."""
    written = [f"{quote(name, safe='')}={each}" for name in names for each in _each(params.get(name))]
    rest = {name: value for name, value in params.items() if name not in names}
    return (f"{url}{'&' if '?' in url else '?'}{'&'.join(written)}" if written else url), rest


def in_grammar(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of placeholders for such a parameter: those of records encoded, bounds as they are written."""
    return {name: _encode(value) if name.startswith("resources.") else value for name, value in values.items()}


def _encode(value: object) -> object:
    if isinstance(value, Many):
        return Many([quote(str(each), safe="") for each in value], value.separator)
    return quote(str(value), safe="")


def _each(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else () if value is None else (value,)
