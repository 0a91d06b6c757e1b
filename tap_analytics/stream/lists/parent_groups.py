"""Records of a parent in groups: one request asks for the children of several of them."""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from singer_sdk.helpers.types import Context

    from tap_analytics.resources.resource import Resource
    from tap_analytics.stream.read_stream import ReadStream

# The key of the number of records, which only the context of a group has.
_SIZE = "records of the parent"


class ParentGroups:
    """Collects the values of parent records until there are as many as one request asks for."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Context]] = {}

    def add(self, stream: ReadStream, context: Context) -> Context | None:
        """Add the context of a record; return the context of a group when it is complete, otherwise None."""
        waiting = self._waiting.setdefault(stream.name, [])
        waiting.append(context)
        return self._group(stream) if len(waiting) >= stream.resource.parents_per_request else None

    def end(self, parent: ReadStream) -> None:
        """Read the children of the last records, which are fewer than a whole group."""
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
    """Give the contexts of single records in groups of as many as one request asks for."""
    if resource.parents_per_request == 1:
        yield from contexts
        return
    others = [each.placeholder for each in resource.parents if each.placeholder not in resource.many_of_parent]
    for _, alike in groupby(contexts, key=lambda context: [context.get(name) for name in others]):
        while several := list(islice(alike, resource.parents_per_request)):
            yield {name: value for name, value in group_of(resource, several).items() if name != _SIZE}


def group_of(resource: Resource, contexts: Sequence[Context]) -> dict[str, Any]:
    """Return the context of several parent records: for each name a list of their values."""
    group: dict[str, Any] = {_SIZE: len(contexts)}
    for name in (each.placeholder for each in resource.parents):
        values = [context[name] for context in contexts]
        group[name] = [*_flat(values)] if name in resource.many_of_parent else values[0]
    return group


def _flat(values: list[Any]) -> Iterator[Any]:
    """Give values; in place of a list, give its items."""
    for value in values:
        yield from value if isinstance(value, list) else [value]
