"""Discovery: resources -> streams, their fields declared, known from a catalog, or inferred from a sample."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import ConfigValidationError, FatalAPIError

from tap_analytics.client import AnalyticsStream
from tap_analytics.streams import STREAM_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_analytics.resources.resource import Resource
    from tap_analytics.tap import TapAnalytics

# Records of a parent whose children are looked at for a sample.
SAMPLE_PARENTS = 5


def ready() -> dict[str, Resource]:
    """Return the resources that need no declaration, by name."""
    return {resource.name: resource for resource in (stream.declared() for stream in STREAM_TYPES)}


class Discovery:
    """The streams of a tap: those of its declared resources, or the ready ones where none is declared.

    Args:
        tap: Has the resources, and what the streams share.
        samples: Whether to read records for the fields of a resource that declares none; without, it has its key only.

    `failures` says for which resources there was no sample, and why.
    """

    def __init__(self, tap: TapAnalytics, *, samples: bool = True) -> None:
        self._tap = tap
        self._samples = samples
        self.failures: dict[str, FatalAPIError] = {}
        self._streams: dict[str, AnalyticsStream] = {}
        self._resources = {resource.name: resource for resource in tap.resources or ready().values()}

    def streams(self) -> Sequence[AnalyticsStream]:
        """Return a stream for each resource, and for parents that are not declared, which are read and not written."""
        for resource in self._resources.values():
            self._stream(resource)
        return list(self._streams.values())

    @property
    def names(self) -> Sequence[str]:
        """The names of the resources."""
        return list(self._resources)

    def stream(self, name: str) -> AnalyticsStream:
        """Return the stream of one resource, or of the parent of one."""
        return self._stream(self._resources.get(name) or ready()[name])

    def _stream(self, resource: Resource) -> AnalyticsStream:
        if resource.name not in self._streams:
            self._streams[resource.name] = self._made(resource)
        return self._streams[resource.name]

    def _made(self, resource: Resource) -> AnalyticsStream:
        parent = self._stream(self._parent(resource)) if resource.parent else None
        schema = self._known_schema(resource.name)
        if schema is None:
            schema = resource.schema
            # What a catalog does not have is not read.
            samples = self._samples and self._tap.input_catalog is None
            if samples and (schema is None or self._tap.config["discover_fields"]):
                schema = self._inferred_if_read(resource, parent)
            elif schema is None:
                schema = _bare(resource)
            schema = resource.laid_over(schema)
            schema = _with_inherited(schema, resource, parent)
        return _stream_type(resource, schema, parent)(self._tap)

    def _parent(self, resource: Resource) -> Resource:
        name = resource.parent or ""
        return self._resources.get(name) or replace(ready()[name], selected=False)

    def _known_schema(self, name: str) -> dict[str, Any] | None:
        """Return the schema of a stream in the catalog that the tap was given: what a user has there wins."""
        entry = self._tap.input_catalog.get_stream(name) if self._tap.input_catalog else None
        if entry is None:
            return None
        schema = dict(entry.schema.to_dict())
        if not isinstance(schema.get("properties"), dict):
            message = f"the catalog has no `properties` in the schema of `{name}`; make it anew with `--discover`"
            raise ConfigValidationError(message, errors=[message])
        return schema

    def _inferred_if_read(self, resource: Resource, parent: AnalyticsStream | None) -> dict[str, Any]:
        """Return what `_inferred` does; where there is no sample, note why: nothing else has to fail for it."""
        try:
            if parent and parent.name in self.failures:
                raise self.failures[parent.name]
            return self._inferred(resource, parent)
        except FatalAPIError as error:
            self.failures[resource.name] = error
            return resource.schema or _bare(resource)

    def _inferred(self, resource: Resource, parent: AnalyticsStream | None) -> dict[str, Any]:
        """Return the schema that a sample of the records suggests."""
        # Only here: what a run with a catalog does not need it does not load.
        from tap_analytics.records import inference  # noqa: PLC0415

        declared = resource.schema or {"type": "object", "properties": {}}
        keys = resource.primary_key
        # Whatever the bookmark says, all rows are worth a look.
        everything = replace(resource, incremental=None)
        fields = {**{key: {} for key in keys}, **declared["properties"]}
        probe = _stream_type(everything, {**declared, "properties": fields}, parent)
        size = self._tap.config["sample_size"]
        rows = probe(self._tap).sample(size, parent.sample(SAMPLE_PARENTS) if parent else None)
        if not rows:
            self._tap.logger.warning("%s: the API gave no record to infer fields from", resource.name)
        inferred = inference.infer(rows, keys=keys)
        inferred["properties"] = _of_cursor(resource) | inferred["properties"]
        return inference.merge(declared, inferred) if declared["properties"] else inferred


def _bare(resource: Resource) -> dict[str, Any]:
    """Return a schema of what the tap itself needs of the records."""
    cursor: dict[str, Any] = {resource.incremental.cursor_path: {}} if resource.incremental else {}
    keys: dict[str, Any] = {key: {} for key in resource.primary_key}
    return {"type": "object", "properties": {**keys, **cursor, **_of_cursor(resource)}}


def _of_cursor(resource: Resource) -> dict[str, Any]:
    """Return the field that holds the cursor of a resource, whether or not the sample has it."""
    if resource.incremental is None:
        return {}
    name, *within = resource.incremental.cursor_path.split(".")
    if within:
        return {name: {"type": ["object", "null"], "additionalProperties": True}}
    return {name: {"type": ["string", "null"]}}


def _with_inherited(schema: dict[str, Any], resource: Resource, parent: AnalyticsStream | None) -> dict[str, Any]:
    """Return a schema with the fields that the records take from those of their parent."""
    fields = parent.schema["properties"] if parent else {}
    inherited = {name: fields.get(field, {}) for name, field in resource.inherited.items()}
    return {**schema, "properties": {**schema["properties"], **inherited}}


def _stream_type(
    resource: Resource, schema: Mapping[str, Any], parent: AnalyticsStream | None
) -> type[AnalyticsStream]:
    """Return the class of a declared resource: the SDK joins parents and children by their classes."""
    ready_type = next((each for each in STREAM_TYPES if each.declared().name == resource.name), AnalyticsStream)
    is_replaced = resource.write_disposition == "replace"
    incremental = None if is_replaced else resource.incremental
    attributes = {
        "name": resource.name,
        "path": resource.path,
        "resource": resource,
        "schema": schema,
        "primary_keys": resource.key_properties,
        "replication_key": incremental.cursor_path if incremental else None,
        "selected_by_default": resource.selected,
        "parent_stream_type": type(parent) if parent else None,
        # Only a bookmark needs to be kept for each record of the parent.
        "state_partitioning_keys": [each.placeholder for each in resource.parents] if incremental else [],
    }
    if not parent:
        del attributes["state_partitioning_keys"]
    return type(resource.name, (ready_type,), attributes)
