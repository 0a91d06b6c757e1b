"""Records of a parent in groups: one request asks for the children of several of them."""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from singer_sdk.helpers.types import Context

    from tap_analytics.resources.resource import Resource
    from tap_analytics.stream.read_stream import ReadStream

# What tells the context of a group from that of one record: how many records it has.
_SIZE = "records of the parent"


class ParentGroups:
    """Holds what records of a parent say, until a request has as many of them as its stream asks for at once."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Context]] = {}

    def add(self, stream: ReadStream, context: Context) -> Context | None:
        """Take what a record says; return what a whole group says, None until there is one."""
        waiting = self._waiting.setdefault(stream.name, [])
        waiting.append(context)
        return self._group(stream) if len(waiting) >= stream.resource.parents_per_request else None

    def end(self, parent: ReadStream) -> None:
        """Have the children of the last records read, of which there are fewer than a whole group."""
        for child in parent.child_streams:
            if self._waiting.get(child.name):
                child.sync(context=self._group(child))

    def _group(self, stream: Any) -> Context:  # noqa: ANN401 - the SDK knows its child streams as its own
        contexts = self._waiting.pop(stream.name)
        return group_of(stream.resource, contexts)


def has_groups(stream: Any) -> bool:  # noqa: ANN401 - child streams are those of the SDK
    """Return whether one request of a stream asks for the children of several records."""
    resource = getattr(stream, "resource", None)
    return resource is not None and resource.parents_per_request > 1


def is_group(context: Context) -> bool:
    """Return whether a context is that of several records."""
    return _SIZE in context


def groups(resource: Resource, contexts: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give what single records say, in groups of as many as one request asks for."""
    if resource.parents_per_request == 1:
        yield from contexts
        return
    others = [each.placeholder for each in resource.parents if each.placeholder not in resource.many_of_parent]
    for _, alike in groupby(contexts, key=lambda context: [context.get(name) for name in others]):
        while several := list(islice(alike, resource.parents_per_request)):
            yield {name: value for name, value in group_of(resource, several).items() if name != _SIZE}


def group_of(resource: Resource, contexts: Sequence[Context]) -> dict[str, Any]:
    """Return what several records of one parent say for a request: a list of what each of them says."""
    group: dict[str, Any] = {_SIZE: len(contexts)}
    for name in (each.placeholder for each in resource.parents):
        values = [context[name] for context in contexts]
        group[name] = [*_flat(values)] if name in resource.many_of_parent else values[0]
    return group


def _flat(values: list[Any]) -> Iterator[Any]:
    """Give values, and in the place of a list its values."""
    for value in values:
        yield from value if isinstance(value, list) else [value]
