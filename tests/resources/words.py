"""Entries of `resources` in dlt's words, and the built-in resources that they may change."""

from __future__ import annotations

from typing import Any

from tap_analytics.pagination.numbered.numbered import PageNumberPaginator
from tap_analytics.resources.declaration.declarations import read
from tap_analytics.resources.resource import Resource
from tap_analytics.state.replication import Incremental

Words = dict[str, Any]


SCHEMA: Words = {"properties": {"id": {"type": ["string", "null"]}, "updated_at": {"type": ["string", "null"]}}}
CONTACTS = Resource(
    name="contacts",
    path="/v1/contacts",
    data_selector="items",
    paginator=PageNumberPaginator(base_page=1),
    incremental=Incremental(cursor_path="updated_at", lag=60),
    primary_key=("id",),
    write_disposition="merge",
    schema={"type": "object"} | SCHEMA,
)
COMPANIES = Resource(name="companies", path="/v1/companies", primary_key=("id",), schema={"type": "object"} | SCHEMA)
BUILTIN = {"contacts": CONTACTS, "companies": COMPANIES}


def declare(entry: object, defaults: object = None) -> Resource:
    (resource,), faults = read([entry], defaults, BUILTIN)
    assert faults == []
    return resource


def faults_of(*entries: object, defaults: object = None) -> list[str]:
    return read(list(entries), defaults, BUILTIN)[1]


def at(**endpoint: Any) -> Words:  # noqa: ANN401 - a key may have any value
    return {"name": "a", "endpoint": endpoint}
