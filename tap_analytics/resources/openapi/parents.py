"""Lists within lists: the paths that need a value of a record of another list, and the field that has it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_analytics.resources.detection.selection import plain
from tap_analytics.resources.openapi.schemas import properties_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_analytics.resources.openapi.operation import Operation

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass
class Family:
    """The lists of a document by their names, and what each of them takes from the records of another."""

    lists: Mapping[str, Operation]
    values: Mapping[str, Mapping[str, str]]
    included: dict[str, list[str]] = field(default_factory=dict)

    def path_of(self, name: str) -> str | None:
        """Return the path of a list in dlt's words; None if nothing has the values that it needs."""
        path, given = self.lists[name].path, self.values[name]
        for placeholder in _needs(path, given):
            source = self._source(name, placeholder)
            if source is None:
                return None
            path = path.replace(f"{{{placeholder}}}", f"{{resources.{source[0]}.{source[1]}}}")
        return path

    def _source(self, name: str, placeholder: str) -> tuple[str, str] | None:
        """Return the parent of a list, and the field of its records that has the value of a placeholder."""
        operation = self.lists[name]
        last = _needs(operation.path, self.values[name])[-1]
        parent = self._at(operation.path.partition(f"/{{{last}}}")[0])
        if parent is None or parent == name or self.path_of(parent) is None:
            return None
        if placeholder == last:
            found = field_for(placeholder, self.lists[parent])
            return (parent, found) if found else None
        above = self._source(parent, placeholder) if placeholder in _needs(self.lists[parent].path, {}) else None
        if above is None:
            return None
        self.included.setdefault(parent, [])
        self.included[parent] = list(dict.fromkeys([*self.included[parent], above[1]]))
        return parent, f"_{above[0]}_{above[1]}"

    def _at(self, path: str) -> str | None:
        return next((name for name, each in self.lists.items() if each.path.rstrip("/") == path), None)


def field_for(placeholder: str, parent: Operation) -> str | None:
    """Return the field of a list's records that has the value of a placeholder; None if no field surely has it."""
    fields = list(properties_of(parent.record))
    one = plain(parent.names[-1] if parent.names else "").removesuffix("s")
    wanted = plain(placeholder)
    rest = wanted.removeprefix(one)
    ids = [rest] if rest in ("id", "key", "slug", "uuid", "name", "code", "number") else []
    short = re.search(r"(id|key|slug|uuid)$", wanted)
    candidates = [wanted, *ids, *([short[1]] if short else []), *(["id"] if wanted == one else [])]
    return next((name for want in candidates for name in fields if plain(name) == want), None)


def _needs(path: str, given: Iterable[str]) -> list[str]:
    return [name for name in _PLACEHOLDER.findall(path) if name not in given]
