"""The resource of a stream whose class says it: name, path, keys, and a schema in the package."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from tap_analytics import schemas
from tap_analytics.resources.resource import Resource
from tap_analytics.state.replication import Incremental


def resource_of(stream: type[Any]) -> Resource:
    """Return the resource of a builtin stream in the words of a declaration."""
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
        schema=json.loads(files(schemas).joinpath(f"{stream.name}.json").read_text(encoding="utf-8")),
    )
