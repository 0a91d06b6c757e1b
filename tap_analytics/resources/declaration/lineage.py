"""Lineage: finds the one parent of a resource that names several: its ancestors, and lists of values."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from msgspec import structs
from msgspec.structs import replace

from tap_analytics.http.request.placeholders import bind
from tap_analytics.records.envelope.nested import VALUE
from tap_analytics.resources.declaration.values import FIELD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_analytics.resources.resource import Param, Parent, Resource


class Lineage:
    """Puts each resource below one parent, whose records and ancestors have all values that it needs.

    A list of values that a resource names beside a parent is read below that, so that there is a request for each
    record of the parent and each value.
    """

    def __init__(self, resources: Mapping[str, Resource], others: Mapping[str, Resource]) -> None:
        """Take the declared resources, and others that may be their parents."""
        self._given = {**others, **resources}
        self._declared = resources
        self._settled: dict[str, Resource] = {}
        self.faults: dict[str, str] = {}

    def settle(self) -> dict[str, Resource]:
        """Return the declared resources, each below its parent, and the lists of values that are read below others."""
        for name in self._declared:
            self._settle(name, ())
        lists = [name for name in self._settled if name not in self._given]
        found = [self._settled[name] for name in (*self._declared, *lists)]
        return {each.name: _unambiguous(each, found) for each in found}

    def _settle(self, name: str, heirs: tuple[str, ...]) -> Resource:
        resource = self._given[name]
        if name in self._settled or name in heirs:  # a circle is a fault that is told elsewhere
            return self._settled.get(name, resource)
        if any(each.field.startswith("$") for each in resource.parents):
            named = (structs.replace(each, field=self._field(each)) for each in resource.parents)
            resource = replace(resource, parents=tuple(named))
        parents = [each for each in dict.fromkeys(each.resource for each in resource.parents) if each in self._given]
        for parent in parents:
            self._settle(parent, (*heirs, name))
        if len(parents) > 1:
            resource = self._below_one(resource, parents)
        self._settled[name] = resource
        return resource

    def _field(self, each: Parent) -> str:
        """Return the field of the parent's record that a path from its root leads to; `$` is a plain value itself."""
        if each.field != "$":
            return each.field.removeprefix("$.")
        parent = self._given.get(each.resource)
        if parent is None or parent.values is None:
            return VALUE
        return parent.primary_key[0] if len(parent.primary_key) == 1 else FIELD

    def _below_one(self, resource: Resource, parents: list[str]) -> Resource:
        """Return a resource below the one of its parents that descends from all others except lists of values."""
        others = {name: [each for each in parents if each not in self._line(name)] for name in parents}
        fits = [name for name in parents if all(self._given[each].values is not None for each in others[name])]
        if not fits:
            self.faults[resource.name] = f"names {len(parents)} parents, none of which descends from the others"
            return resource
        nearest = max(fits, key=lambda name: (self._given[name].values is None, len([*self._line(name)])))
        below, names = nearest, {name: name for name in parents}
        for values in others[nearest]:
            names[values] = f"{values} of {resource.name}"
            self._settled[names[values]] = replace(
                self._given[values], name=names[values], below=below, selected=False, is_builtin=False
            )
            below = names[values]
        renamed = [structs.replace(each, resource=names[each.resource]) for each in resource.parents]
        return replace(resource, below=below, parents=tuple(sorted(renamed, key=lambda each: each.resource != nearest)))

    def _line(self, name: str) -> Iterator[str]:
        """Give a resource and its ancestors."""
        seen: set[str] = set()
        each: str | None = name
        while each is not None and each not in seen:
            seen.add(each)
            yield each
            resource = self._settled.get(each) or self._given.get(each)
            each = resource.parent if resource else None


def _unambiguous(resource: Resource, resources: list[Resource]) -> Resource:
    """Return a resource whose placeholders have names that are unique among all resources."""
    meanings: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for each in resources:
        for parent in each.parents:
            meanings[parent.placeholder].add((parent.resource, parent.field))
    has_several = any(each.below is not None for each in resources)
    longer = {
        each.placeholder: f"resources.{each.resource}.{each.field}"
        for each in resource.parents
        if len(meanings[each.placeholder]) > len({ancestor for ancestor, _ in meanings[each.placeholder]})
        or (has_several and len(meanings[each.placeholder]) > 1)
    }
    return resource if resource.job else _rename(resource, longer)


def _rename(resource: Resource, names: Mapping[str, str]) -> Resource:
    texts = {old: f"{{{new}}}" for old, new in names.items()}
    return replace(
        resource,
        path=bind(resource.path, texts),
        params={name: _bind_param(value, texts) for name, value in resource.params.items()},
        headers={name: bind(value, texts) for name, value in resource.headers.items()},
        json=_bind(resource.json, texts),
        data=_bind(resource.data, texts),
        parents=tuple(_rename_parent(each, names) for each in resource.parents),
    )


def _rename_parent(parent: Parent, names: Mapping[str, str]) -> Parent:
    return structs.replace(parent, placeholder=names.get(parent.placeholder, parent.placeholder))


def _bind_param(value: Param, texts: Mapping[str, str]) -> Param:
    return bind(value, texts) if isinstance(value, str) else tuple(bind(each, texts) for each in value)


def _bind(value: Any, texts: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return a value of JSON with the placeholders in its texts renamed, at any depth."""
    if isinstance(value, dict):
        return {name: _bind(part, texts) for name, part in value.items()}
    if isinstance(value, list):
        return [_bind(part, texts) for part in value]
    return bind(value, texts) if isinstance(value, str) else value
