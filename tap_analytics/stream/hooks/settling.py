"""Settles a stream when it is made: hooks that a subclass has set on the object work, or are refused by name."""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from singer_sdk.singerlib import Schema

from tap_analytics.resources.builtin import declared_resource, resource_of
from tap_analytics.stream.foresight import Foresight
from tap_analytics.stream.hooks.attributes import OWN_NAME, attribute_faults, check_schema, names_of_ours, value_faults
from tap_analytics.stream.hooks.hooks import CHECKED_HOOKS, RECORD_HOOKS, REFUSED, refused_hooks
from tap_analytics.stream.hooks.own_attributes import of_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_analytics.resources.resource import Resource

_SETTLES = "settles_stream"
_ADDRESS = ("path", "url_base")
# Attributes of a stream, with the fields of a resource that they stand for.
_FIELDS = {"name": "name", "path": "path", "paginator": "paginator", "primary_keys": "primary_key"}
# What `__init__` of a subclass may have read before it set what they are made of.
_READ_EARLY = ("resource", "listing", "records", "new_fields", "state_manager")


def arguments(**given: Any) -> dict[str, Any]:  # noqa: ANN401 - as the SDK takes them
    """Return the arguments for a stream that are given, as attributes of it; a schema as a dictionary."""
    found = {name: value for name, value in given.items() if value is not None}
    if isinstance(schema := found.get("schema"), Schema):
        found["schema"] = schema.to_dict()
    return found


def check_class(stream: type, base: type) -> None:
    """Raise TypeError with all that is wrong with a class of stream; `base` is the tap's own class."""
    _check(stream, of_class(stream, base), base)


def settle_when_made(stream: type, base: type) -> None:
    """Let the streams of a class be settled as soon as its `__init__`, if it has one, is done."""
    begin: Callable[..., None] = stream.__init__  # type: ignore[misc] # that of a class is meant
    if begin is base.__init__ or hasattr(begin, _SETTLES):  # type: ignore[misc] # that of a class is meant
        return

    @wraps(begin)
    def begin_and_settle(self: Any, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - any stream
        try:
            begin(self, *arguments, **options)
        except AttributeError as error:
            _refuse_property(error, type(self), base)
            raise
        if type(self).__init__ is begin_and_settle:
            if not hasattr(self, "own"):
                message = f"`{type(self).__name__}.__init__` does not call `super().__init__(tap)`; call it there"
                raise TypeError(message)
            settle(self, base)

    setattr(begin_and_settle, _SETTLES, True)
    stream.__init__ = begin_and_settle  # type: ignore[misc] # that of a class is meant


def settle(stream: Any, base: type) -> None:  # noqa: ANN401 - any stream
    """Take note of the hooks that a stream overrides, in its class or on the object, and of its resource.

    Raises:
        TypeError: A hook or an attribute cannot work.
    """
    own = stream.own.new()
    if "overridden" in vars(stream) and not own:
        return
    _check(type(stream), {**of_class(type(stream), base), **own}, base)
    stream.overridden |= of_class(type(stream), base).keys() | own.keys()
    for name in own and _READ_EARLY:
        vars(stream).pop(name, None)
    if faults := value_faults(stream):
        raise TypeError("; ".join(faults))
    stream.foresight = Foresight.of(
        stream.overridden,
        keeps_state=_keeps_state(stream, own, base),
        has_own_address=any(isinstance(each, property) for each in map(of_class(type(stream), base).get, _ADDRESS)),
    )
    stream.resource, stream.usual_path = _resource_of(stream), stream.path
    check_schema(stream)
    if not stream.overridden.isdisjoint(CHECKED_HOOKS):
        from tap_analytics.stream.hooks.hook_results import check_results  # noqa: PLC0415 - few streams have hooks

        check_results(stream)
    if not stream.overridden.isdisjoint(RECORD_HOOKS):
        from tap_analytics.stream.hooks.hooked_records import HookedRecords  # noqa: PLC0415 - few streams have hooks

        if not isinstance(stream.post_process, HookedRecords):
            stream.post_process = HookedRecords.of(stream)
    stream.own.begin()


def _keeps_state(stream: Any, own: Mapping[str, Any], base: type) -> bool:  # noqa: ANN401 - any stream
    """Return whether a hook keeps something on the stream from one page to the next."""
    if not stream.overridden:
        return False
    from tap_analytics.stream.hooks.stateful_hooks import keep_state  # noqa: PLC0415 - few streams have hooks

    return keep_state(type(stream), base, own)


def _resource_of(stream: Any) -> Resource:  # noqa: ANN401 - any stream
    """Return the resource that a stream reads: the declared one, changed by what was set on the object, or its own."""
    own = vars(stream)
    if (declared := declared_resource(type(stream))) is None:
        return resource_of(stream)
    changed = {field: getattr(resource_of(stream), field) for name, field in _FIELDS.items() if name in own}
    return replace(declared, **changed)


def _check(stream: type, own: Mapping[str, Any], base: type) -> None:
    """Raise TypeError with all that is wrong with attributes of a class of stream, or of an object of it."""
    if faults := [*refused_hooks(stream, own), *attribute_faults(stream, own, base, refused=REFUSED)]:
        raise TypeError("; ".join(faults))


def _refuse_property(error: AttributeError, stream: type, base: type) -> None:
    """Raise TypeError if the error says that a property was set, which only a class can do."""
    found = re.match(r"property '(\w+)' of '.+' object has no setter", str(error))
    if not found or not hasattr(base, name := found[1]):
        return
    advice = (
        OWN_NAME if name in names_of_ours(base) else "is a property; write a property, or an attribute of the class"
    )
    message = f"`{stream.__name__}.__init__` sets `{name}`, which {advice}"
    raise TypeError(message) from error
