"""Checks the attributes of a class of stream when the class is made, so that no sync fails by one."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from types import FunctionType
from typing import TYPE_CHECKING, Any

from singer_sdk import StreamSchema
from singer_sdk.typing import PropertiesList

from tap_analytics.resources.builtin import declared_resource
from tap_analytics.resources.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

    from singer_sdk import Stream

PAGINATOR = "set the attribute `paginator`, such as `paginator = PageNumberPaginator(base_page=1)`"
_MISSING = object()
# Read of the class by the SDK, before there is an object of it.
_OF_THE_CLASS = ("parent_stream_type",)
# Attributes that are read when a stream is made; where one is a property, its value is checked then.
_READ_WHEN_MADE = ("name", "path", "primary_keys", "replication_key", "is_sorted", "is_chained", "paginator")
OWN_NAME = "is a name that this tap needs for itself; take another name, or mark what replaces it with `@override`"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_list(value: object, of: type = str) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(each, of) for each in value)


def _is_truth(value: object) -> bool:
    return isinstance(value, bool)


# The attributes that are checked: a function that says whether a value is right, and the words for what it must be.
_KINDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "name": (_is_text, "text"),
    # It may be empty: then `url_base` is the whole address.
    "path": (lambda value: isinstance(value, str), "text"),
    "url_base": (_is_text, "text"),
    "records_jsonpath": (lambda value: value is None or _is_text(value), "text, such as `$.data[*]`"),
    "primary_keys": (_is_list, "a list of names of fields; it is empty where there is no key"),
    "state_partitioning_keys": (lambda value: value is None or _is_list(value), "a list of names, or None"),
    "replication_key": (lambda value: value is None or _is_text(value), "the name of one field, or None"),
    "replication_method": (lambda value: value in {"FULL_TABLE", "INCREMENTAL"}, "`FULL_TABLE` or `INCREMENTAL`"),
    "partitions": (lambda value: value is None or _is_list(value, of=Mapping), "a list of objects, or None"),
    "http_headers": (lambda value: isinstance(value, Mapping), "an object of names and values"),
    "is_sorted": (_is_truth, "True or False"),
    "is_chained": (_is_truth, "True or False"),
    "selected_by_default": (_is_truth, "True or False"),
    "ignore_parent_replication_key": (_is_truth, "True or False"),
    "parent_stream_type": (lambda value: value is None or isinstance(value, type), "a class of stream, or None"),
    "paginator": (lambda value: value is None or _is_paginator(value), f"a paginator of this tap; {PAGINATOR}"),
}


def attribute_faults(
    stream: type, own: Mapping[str, Any], base: type, *, refused: Container[str] = ()
) -> Iterator[str]:
    """Yield a sentence for each attribute of a class of stream, or of an object of it, with a wrong value.

    Args:
        stream: The class.
        own: The attributes.
        base: The tap's own class.
        refused: Names that are refused with any value.
    """
    ours = names_of_ours(base)
    for name, value in own.items():
        of_base = inspect.getattr_static(base, name, _MISSING)
        if name.startswith("_") or name in refused or (of_base is _MISSING and name not in _KINDS and name not in ours):
            continue
        if name in ours and not _is_meant(value):
            yield f"`{stream.__name__}.{name}` {OWN_NAME}"
        elif fault := _fault(name, value, of_base):
            yield f"`{stream.__name__}.{name}` {fault}"
        elif name == "schema" and (fault := _schema_fault(value, stream)):
            yield fault


def value_faults(stream: Any) -> list[str]:  # noqa: ANN401 - any stream
    """Return a sentence for each property of a stream whose value is of the wrong kind."""
    name, values = type(stream).__name__, {each: getattr(stream, each, None) for each in _READ_WHEN_MADE}
    return [f"`{name}.{each}` {fault}" for each, value in values.items() if (fault := _fault(each, value, _MISSING))]


@cache
def names_of_ours(base: type) -> frozenset[str]:
    """Return the names that the tap's own class adds to those of the SDK, without those that a subclass is to set."""
    names = {*vars(base), *inspect.get_annotations(base)} - _KINDS.keys()
    return frozenset(name for name in names if name[0] != "_" and not hasattr(base.__mro__[1], name))


def _is_meant(value: object) -> bool:
    """Return whether an attribute of the tap's own class is replaced on purpose."""
    function = getattr(value, "fget", None) or getattr(value, "func", None) or value
    return isinstance(value, Resource) or bool(getattr(function, "__override__", False))


def _is_paginator(value: object) -> bool:
    from tap_analytics.pagination.paginator import Paginator  # noqa: PLC0415 - few streams set one

    return isinstance(value, Paginator)


def check_schema(stream: Stream) -> None:
    """Raise TypeError if the schema of a stream, which may be a property, is no JSON Schema."""
    if fault := _schema_fault(stream.schema, type(stream)):
        raise TypeError(fault)


def _schema_fault(schema: object, stream: type) -> str | None:
    """Return what is wrong with the schema of a class of stream, or of an object of it, or None."""
    name = f"`{stream.__name__}.schema`"
    if isinstance(schema, PropertiesList):
        return f"{name} is no JSON Schema; write `.to_dict()` behind the list of its properties"
    if isinstance(schema, StreamSchema) or _is_property(schema):
        return None
    if not isinstance(schema, dict):
        return f"{name} is no JSON Schema; make it a dictionary, or `StreamSchema(SchemaDirectory(folder))`"
    # The schema of a resource may have no fields yet, if its sample had no record.
    if not schema.get("properties") and declared_resource(stream) is None:
        return f"{name} names no field; list the fields of a record under `properties`"
    return None


def _fault(name: str, value: object, of_base: object) -> str | None:
    if inspect.iscoroutinefunction(value) or inspect.isasyncgenfunction(value):
        return "is asynchronous, but is called without `await`; write `def` instead of `async def`"
    if _is_property(value):
        is_of_class = name in _OF_THE_CLASS
        return "is a property, but is read of the class; set it as an attribute" if is_of_class else None
    if isinstance(value, FunctionType) and (name in _KINDS or _is_property(of_base)):
        is_of_class = name in _OF_THE_CLASS
        return f"is a method, but is not called; {'set a value' if is_of_class else 'write `@property` above it'}"
    if isinstance(of_base, FunctionType):
        return None if callable(value) or hasattr(value, "__get__") else "is no method, but is called; write `def`"
    fits, kind = _KINDS.get(name, (lambda _: True, ""))
    return None if fits(value) else f"must be {kind}"


def _is_property(value: object) -> bool:
    return isinstance(value, property | cached_property)
