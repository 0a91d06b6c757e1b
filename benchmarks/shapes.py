"""Rows of other shapes than those of the sandbox: few fields, many, and such as are declared and never sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Each row has these: a sync needs them to go from page to page, and from one sync to the next.
_FIRST = ("id", "updated_at")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """So many fields are declared, and the first so many of them are sent; the sandbox lacks some, which are texts."""

    declared: int
    sent: int

    @property
    def title(self) -> str:
        """The shape in words."""
        return f"{self.sent} of {self.declared} fields"

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row of the sandbox as one of this shape."""
        return {name: row.get(name, f"text of {name}") for name in _names(row, self.sent)}

    def catalog(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Return the entry of a stream in a catalog with the fields of this shape, all of them selected."""
        known: dict[str, Any] = entry["schema"]["properties"]
        names = _names(known, self.declared)
        fields = {name: known.get(name, {"type": ["string", "null"]}) for name in names}
        chosen = [
            {"breadcrumb": ["properties", name], "metadata": {"inclusion": "available", "selected": True}}
            for name in names
        ]
        whole = [metadata for metadata in entry["metadata"] if not metadata["breadcrumb"]]
        return {**entry, "schema": {**entry["schema"], "properties": fields}, "metadata": whole + chosen}


def _names(known: Iterable[str], count: int) -> list[str]:
    names = [*_FIRST, *(name for name in known if name not in _FIRST)]
    return [*names, *(f"text_{number}" for number in range(count))][:count]
