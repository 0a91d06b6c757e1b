"""The classes of streams: those that need no declaration, and one that is made for each resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.client import AnalyticsStream
from tap_analytics.resources.builtin import resource_of
from tap_analytics.state.replication import FULL_TABLE
from tap_analytics.streams import STREAM_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_analytics.resources.discovery import Discovered
    from tap_analytics.resources.resource import Resource


def builtin() -> dict[str, Resource]:
    """Return the resources that need no declaration, by name."""
    return {resource.name: resource for resource in map(resource_of, STREAM_TYPES)}


def stream_types(found: Iterable[Discovered]) -> dict[str, type[AnalyticsStream]]:
    """Return the class of each discovered resource, by name; the SDK joins parents and children by their classes."""
    classes: dict[Any, type[AnalyticsStream]] = {vars(each)["name"]: each for each in STREAM_TYPES}
    types: dict[str, type[AnalyticsStream]] = {}
    for each in found:
        resource, parent = each.resource, types.get(each.resource.parent or "")
        cursor = resource.incremental
        attributes: dict[str, Any] = {
            "name": resource.name,
            "path": resource.path,
            "resource": resource,
            "schema": each.schema,
            "primary_keys": resource.key_properties,
            "replication_key": cursor.cursor_path if cursor else None,
            "selected_by_default": resource.selected,
            "parent_stream_type": parent,
        }
        if resource.write_disposition == "replace":
            # Where all stored records are replaced, the whole list is read, whatever a catalog says.
            attributes["replication_method"] = FULL_TABLE
        if parent:  # only a bookmark needs to be kept for each record of the parent
            keeps_bookmarks = cursor is not None and resource.write_disposition != "replace"
            attributes["state_partitioning_keys"] = [each.placeholder for each in resource.parents if keeps_bookmarks]
        base = classes[resource.name] if resource.is_builtin else _base_of(resource)
        types[resource.name] = type(resource.name, (base,), attributes)
    return types


def _base_of(resource: Resource) -> type[AnalyticsStream]:
    """Return the class of a stream that is made for a resource."""
    if resource.values is None:
        return AnalyticsStream
    from tap_analytics.catalog.listed_stream import ListedStream  # noqa: PLC0415 - few records are declared

    return ListedStream
