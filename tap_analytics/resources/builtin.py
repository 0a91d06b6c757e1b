"""The resource of a stream whose class says it: name, path, keys and schema."""

from __future__ import annotations

import inspect
from typing import Any

from singer_sdk import StreamSchema
from singer_sdk.exceptions import SchemaNotFoundError

from tap_analytics.resources.resource import Resource
from tap_analytics.state.replication import Incremental


def resource_of(stream: Any) -> Resource:  # noqa: ANN401 - a class of stream, or an object of it
    """Return the resource of a stream, or of a class of stream, in the words of a declaration."""
    cursor, order = stream.replication_key, "asc" if stream.is_sorted is True else None
    return Resource(
        name=stream.name,
        path=stream.path,
        paginator=stream.paginator,
        is_entity=not stream.is_chained,
        primary_key=tuple(stream.primary_keys),
        write_disposition="merge",
        is_builtin=True,
        incremental=Incremental(cursor_path=cursor, row_order=order) if isinstance(cursor, str) else None,
        schema=_schema(stream),
    )


def declared_resource(stream: type) -> Resource | None:
    """Return the resource that a class of stream is made for; None for a class whose attributes say what it reads."""
    resource = inspect.getattr_static(stream, "resource", None)
    return resource if isinstance(resource, Resource) else None


def _schema(stream: Any) -> dict[str, Any] | None:  # noqa: ANN401 - a class of stream, or an object of it
    """Return the schema of a class; None where it is a property, which only an object has."""
    schema = inspect.getattr_static(stream, "schema")
    if isinstance(schema, StreamSchema):
        try:
            return schema.get_stream_schema(stream, stream)
        except SchemaNotFoundError:
            name = (stream if isinstance(stream, type) else type(stream)).__name__
            message = f"`{name}.schema` has none for the name `{stream.name}`; set the attribute `schema`"
            raise TypeError(message) from None
    return schema if isinstance(schema, dict) else None
