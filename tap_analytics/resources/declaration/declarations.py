"""Reads the setting `resources`: returns the declared resources, and a sentence for each fault, without values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tap_analytics.config.faults import suggestion
from tap_analytics.http.request.links import is_whole, origin
from tap_analytics.records.paths import first_name
from tap_analytics.resources.declaration import entry, window_words
from tap_analytics.resources.declaration.lineage import Lineage
from tap_analytics.resources.declaration.long_form import long_form
from tap_analytics.resources.declaration.pruning import without_faulty

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tap_analytics.resources.resource import Resource

_ONE_PARENT = "; a resource can have one parent, those above that, and lists of `values`"


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry in its long form, without its faulty parts, and its place in the configuration."""

    place: str
    words: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.words["name"])


def read(
    entries: object,
    defaults: object = None,
    builtin: Mapping[str, Resource] | None = None,
    *,
    follows_settings: bool = True,
    settings: Mapping[str, Any] | None = None,
) -> tuple[list[Resource], list[str]]:
    """Return the declared resources in their order, and a sentence for each fault.

    Args:
        entries: The setting `resources`: names, and objects in dlt's words.
        defaults: The setting `resource_defaults`: what lies under every entry, key by key.
        builtin: The resources that need no declaration. An entry of the same name changes one, and keeps the rest.
        follows_settings: Whether the settings of the tap apply where a resource does not say how it is read.
        settings: The settings of the tap. Headers and credentials of the defaults go to the server of `api_url` only.
    """
    if not isinstance(entries, list):
        return [], ["`resources` must be a list of names and objects"]
    known, config = builtin or {}, settings or {}
    below = long_form({} if defaults is None else defaults)
    faults = entry.structure_faults(below, "resource_defaults")
    under = without_faulty(below, faults, "resource_defaults")
    by_key = entry.BY_KEY if follows_settings else entry.BY_KEY_IN_DLT
    readable, wrong = _readable(entries, under or {}, known, by_key)
    faults += [*wrong, *_twice(entries)]
    if under is None:
        return [], faults
    declared = _Declared(under, known, config, follows_settings=follows_settings)
    for each in readable:
        faults += declared.add(each)
    resources, wrong = declared.settle({name for name in map(_name, entries) if name is not None})
    return resources, faults + wrong


class _Declared:
    """The resources that entries declare, one after another.

    Args:
        under: What lies under every entry.
        known: The resources that need no declaration.
        config: The settings of the tap.
        follows_settings: Whether they apply where a resource does not say how it is read.
    """

    def __init__(
        self,
        under: dict[str, Any],
        known: Mapping[str, Resource],
        config: Mapping[str, Any],
        *,
        follows_settings: bool,
    ) -> None:
        self._under = under
        self._known = known
        self._config = config
        self._follows_settings = follows_settings
        self._places: dict[str, str] = {}
        self._resources: dict[str, Resource] = {}

    def add(self, each: _Entry) -> list[str]:
        """Add the resource of an entry, and return what is wrong with it."""
        is_foreign = _is_elsewhere(each.words, str(self._config.get("api_url", "")))
        lent = _without_credentials(self._under) if is_foreign else self._under
        by_key = entry.BY_KEY if self._follows_settings else entry.BY_KEY_IN_DLT
        words = entry.over(each.words, lent, by_key=by_key)
        base = self._known.get(each.name)
        if base and not self._follows_settings and entry.is_elsewhere(words, base):
            base = None
        is_elsewhere = base is None or not self._follows_settings or entry.is_elsewhere(words, base)
        below = entry.words_of(base, is_elsewhere=is_elsewhere) if base else None
        resource, faults = entry.read(words, each.place, below=below, is_of_dlt=not self._follows_settings)
        if resource and each.name not in self._resources:
            self._places[each.name] = each.place
            self._resources[each.name] = replace(
                resource,
                is_builtin=base is not None,
                is_detected=is_elsewhere,
                follows_settings=self._follows_settings,
            )
        return faults

    def settle(self, named: set[str]) -> tuple[list[Resource], list[str]]:
        """Return the resources with their parents, and a sentence for each fault in how they refer to each other.

        Args:
            named: The names of all entries, those with faults included.
        """
        lineage = Lineage(self._resources, self._known)
        settled, faults = lineage.settle(), []
        for name, place in self._places.items():
            if name in lineage.faults:
                faults.append(f"`{place}.endpoint` {lineage.faults[name]}{_ONE_PARENT}")
            resources = {**self._known, **settled}
            faults += _parent_faults(settled[name], resources, named, place)
            faults += _group_faults(settled[name], resources, place)
            faults += window_words.faults(settled[name], f"{place}.endpoint.incremental", self._config)
        return list(settled.values()), faults


def _readable(
    entries: list[object], under: dict[str, Any], known: Mapping[str, Resource], by_key: Collection[str]
) -> tuple[list[_Entry], list[str]]:
    """Return the readable parts of the entries, and a sentence for each structural fault."""
    readable, faults = [], []
    for index, raw in enumerate(entries):
        place, words = f"resources[{index}]", long_form(raw)
        base = known.get(_name(raw) or "")
        below = entry.over(under, entry.words_of(base)) if base else under
        # A paginator that stands alone has a type of its own.
        wrong = entry.structure_faults(words, place, below=below if "paginator" in by_key else {})
        faults += wrong
        if rest := without_faulty(words, wrong, place):
            readable.append(_Entry(place, rest))
    return readable, faults


def _is_elsewhere(words: Mapping[str, Any], api_url: str) -> bool:
    """Return whether an entry leads to another server than that of the API."""
    path = str((words.get("endpoint") or {}).get("path") or "")
    return is_whole(path) and origin(path) != origin(api_url)


def _without_credentials(words: dict[str, Any]) -> dict[str, Any]:
    """Return defaults without headers and credentials, which may be keys."""
    endpoint = words.get("endpoint") or {}
    return {**words, "endpoint": {key: part for key, part in endpoint.items() if key not in {"auth", "headers"}}}


def _name(raw: object) -> str | None:
    name = raw.get("name") if isinstance(raw, dict) else raw
    return name if isinstance(name, str) else None


def _twice(entries: list[object]) -> Iterator[str]:
    first: dict[str, int] = {}
    for index, name in enumerate(map(_name, entries)):
        if name is not None and first.setdefault(name, index) != index:
            yield f"`resources[{index}].name` is that of `resources[{first[name]}]` too; give each its own"


def _parent_faults(resource: Resource, resources: Mapping[str, Resource], named: set[str], place: str) -> Iterator[str]:
    """Yield what is wrong with the parent of a resource, unless the parent has faults of its own."""
    parents = list(dict.fromkeys(parent.resource for parent in resource.parents))
    for name in parents:
        if name not in resources and name not in named:
            near = suggestion(name, sorted(named | resources.keys()))
            yield f"`{place}.endpoint` names a parent that is no resource{near}"
        if name in resources:
            yield from _field_faults(resource, resources[name], place)
    if resource.name in _ancestors(resource, resources):
        yield f"`{place}.endpoint` names a parent that needs this resource itself"


def _field_faults(resource: Resource, parent: Resource, place: str) -> Iterator[str]:
    if (fields := _fields_of(parent)) is None:
        return
    given = [first_name(each.field) for each in resource.parents if each.resource == parent.name]
    inherited = list(resource.include_from_parent) if parent.name == resource.benefactor else []
    needed = {f"{place}.endpoint": given, f"{place}.include_from_parent": inherited}
    for at, names in needed.items():
        for name in dict.fromkeys(names):
            if name not in fields:
                yield f"`{at}` names a field that `{parent.name}` does not have{suggestion(name, fields)}"


def _fields_of(parent: Resource) -> list[str] | None:
    """Return the fields that the records of a parent have; None where nothing but its records tells."""
    if parent.schema is not None:
        return [*parent.schema["properties"], *parent.inherited]
    if not parent.values or parent.steps:
        return None
    return [*dict.fromkeys(name for record in parent.values for name in record), *parent.inherited]


def _group_faults(resource: Resource, resources: Mapping[str, Resource], place: str) -> Iterator[str]:
    """Yield a sentence for each value of a single record that is not known, since a request was for several records."""
    below = resources.get(resource.below or "")
    if (
        resource.parents_per_request > 1
        and below
        and below.values is not None
        and len(_ancestors(resource, resources)) > 1
    ):
        yield f"`{place}.parents_per_request` cannot stand where values are named beside a parent; name one of them"
    groups = [resources[name] for name in _ancestors(resource, resources) if name in resources]
    above = {name for each in groups if each.parents_per_request > 1 for name in _ancestors(each, resources)}
    for name in sorted(above & {each.resource for each in resource.parents}):
        yield (
            f"`{place}.endpoint` names a field of `{name}`, but records of `{resource.parent}` are read for several of "
            "these at once; take the value from the nearer record, or remove `parents_per_request` there"
        )


def _ancestors(resource: Resource, resources: Mapping[str, Resource]) -> list[str]:
    """Return the parents of a resource, their parents and so on, each once."""
    line: list[str] = []
    waiting = [each.resource for each in resource.parents]
    while waiting:
        name = waiting.pop()
        if name not in line:
            line.append(name)
            waiting += [each.resource for each in resources[name].parents] if name in resources else []
    return line
