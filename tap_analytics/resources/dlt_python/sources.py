"""Sources that the code makes: what it adds to their resources afterwards, and which of these it selects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python import functions
from tap_analytics.resources.dlt_python.scope import Function
from tap_analytics.resources.dlt_python.values import (
    Arguments,
    ListedResource,
    MadeResource,
    MadeSource,
    Unknown,
    Words,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tap_analytics.resources.dlt_python.scope import Scope

# The methods of a resource that change its records, by the step that does the same.
STEPS = {"add_filter": "filter", "add_map": "map", "add_yield_map": "yield_map"}
_HINTS = ("columns", "primary_key", "write_disposition")


def source_of(configuration: Words) -> MadeSource:
    """Return the source that dlt makes of a configuration."""
    entries = configuration.get("resources")
    names = [_name(each) for each in (entries if isinstance(entries, list) else [])]
    return MadeSource(tuple(MadeResource(configuration, name) for name in names if name))


def source_of_parts(parts: Iterable[Any]) -> MadeSource | None:
    """Return the source of all resources that a function yields or returns; None if there are none."""
    resources: list[MadeResource] = []
    functions_: list[Function] = []
    for part in parts:
        inner = part if isinstance(part, list) else [part]
        for each in inner:
            resources += each.resources if isinstance(each, MadeSource) else [each] * isinstance(each, MadeResource)
            functions_ += [each] * isinstance(each, Function)
    if not resources:
        return None
    return MadeSource((*resources, *_beside(resources[-1].of, functions_)))


def _beside(configuration: Words, given: Iterable[Function]) -> Iterator[MadeResource]:
    """Put resources that are functions into the configuration whose resources they stand beside."""
    entries = configuration.get("resources")
    for each in given:
        if isinstance(entries, list) and (words := functions.resource_of(each)) is not None:
            entries += [each] * (each not in entries)
            yield MadeResource(configuration, words["name"])


def outcome(owner: MadeSource | MadeResource, name: str, arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    """Return what a method of a source or a resource returns; what it changes is changed in the configuration."""
    if isinstance(owner, MadeSource):
        return _of_source(owner, name, arguments, scope)
    if name in STEPS:
        return _add_step(owner, STEPS[name], arguments, scope)
    known = _METHODS.get(name)
    return known(owner, arguments, scope) if known else _untold(name, arguments)


def _of_source(owner: MadeSource, name: str, arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    if name == "with_resources":
        return _with_resources(owner, arguments, scope)
    if name in {"append", "extend", "insert"}:
        return source_of_parts([owner, *arguments.positional])
    return _untold(name, arguments)


def of_list(owner: ListedResource, name: str, arguments: Arguments, scope: Scope) -> ListedResource:
    """Return a resource that reads lists, with the step that a method adds; other methods change no record."""
    if name in STEPS:
        given = next(iter([*arguments.positional, *arguments.named.values()]), None)
        step = Words({STEPS[name]: given}, line=arguments.line)
        steps = [*owner.words.get("processing_steps", []), step]
        owner.words.put("processing_steps", steps, arguments.line)
    elif name == "add_limit":
        sentence = f"`add_limit` of `{owner.words['name']}` is left out: all of its pages are read"
        scope.findings.say(arguments.line, sentence)
    return owner


def assign(owner: MadeResource, name: str, given: Any) -> None:  # noqa: ANN401 - any value
    """Set an attribute of a resource; only whether it is selected has a word."""
    if name == "selected" and isinstance(given, bool) and (entry := _entry(owner)) is not None:
        entry.put("selected", given)


def select(configuration: Words, names: set[str]) -> None:
    """Select these resources of a configuration, and no others."""
    for each in source_of(configuration).resources:
        entry = _entry(each)
        if entry is not None and each.name not in names:
            entry.put("selected", value=False)


def _untold(name: str, arguments: Arguments) -> Unknown:
    return Unknown(arguments.line, f"calls `{name}`, which only running it tells")


def _name(entry: object) -> str:
    name = entry.get("name") if isinstance(entry, Words) else entry
    if isinstance(entry, Function) and (words := functions.resource_of(entry)) is not None:
        name = words["name"]
    return name if isinstance(name, str) else ""


def _entry(resource: MadeResource) -> Words | None:
    """Return the entry of a resource, as an object; None of one that is a function."""
    entries = resource.of["resources"]
    index = next(index for index, each in enumerate(entries) if _name(each) == resource.name)
    if isinstance(entries[index], str):
        entries[index] = Words({"name": resource.name}, line=resource.of.line_of("resources"))
    return entries[index] if isinstance(entries[index], Words) else None


def _with_resources(source: MadeSource, arguments: Arguments, scope: Scope) -> MadeSource:
    names = list(arguments.positional)
    if not all(isinstance(each, str) for each in names):
        scope.findings.say(arguments.line, "what `with_resources` selects only running it tells; all are selected")
        return source
    for each in source.resources:
        chosen = scope.findings.chosen.setdefault(id(each.of), set())
        chosen |= {*names} & {each.name}
    return MadeSource(tuple(each for each in source.resources if each.name in names))


def _add_step(resource: MadeResource, step: str, arguments: Arguments, scope: Scope) -> MadeResource:
    """Add a step to a resource, behind those that it has, or at its place."""
    words = arguments.by_name(["item_map" if step != "filter" else "item_filter", "insert_at"])
    place = words.pop("insert_at", None)
    entry = _entry(resource)
    if entry is None or not words:
        sentence = f"a step is added to `{resource.name}`, which is a function; add it there; it is left out"
        scope.findings.say(arguments.line, sentence, loses=True)
        return resource
    defaults = resource.of.get("resource_defaults")
    known = entry.get("processing_steps", defaults.get("processing_steps") if isinstance(defaults, Words) else None)
    steps = list(known) if isinstance(known, list) else []
    # dlt counts what reads the pages as the first step.
    index = max(place - 1, 0) if isinstance(place, int) else len(steps)
    steps.insert(index, Words({step: next(iter(words.values()))}, line=arguments.line))
    entry.put("processing_steps", steps, arguments.line)
    return resource


def _add_limit(resource: MadeResource, arguments: Arguments, scope: Scope) -> MadeResource:
    scope.findings.say(arguments.line, f"`add_limit` of `{resource.name}` is left out: all of its pages are read")
    return resource


def _apply_hints(resource: MadeResource, arguments: Arguments, scope: Scope) -> MadeResource:  # noqa: ARG001
    entry = _entry(resource)
    if entry is None:
        return resource
    hints = arguments.by_name(["table_name", "parent_table_name", "write_disposition", "columns", "primary_key"])
    for key in _HINTS:
        if hints.get(key) is not None:
            entry.put(key, hints[key], arguments.line)
    new = hints.get("incremental")
    if isinstance(new, Words):
        endpoint = entry.get("endpoint")
        if not isinstance(endpoint, Words):
            endpoint = Words({} if endpoint is None else {"path": endpoint}, line=arguments.line)
        declared = {key: part for key, part in new.items() if key != "type"}
        endpoint.put("incremental", Words(declared, line=new.line, lines=new.lines), arguments.line)
        entry.put("endpoint", endpoint)
    return resource


_METHODS: Mapping[str, Callable[[MadeResource, Arguments, Scope], Any]] = {
    "add_limit": _add_limit,
    "apply_hints": _apply_hints,
    "parallelize": lambda resource, _arguments, _scope: resource,
}
