"""The attributes that a stream has of its own: those of its class, and those that were set on the object."""

from __future__ import annotations

import inspect
from functools import cached_property
from typing import Any

_MISSING = object()
# Where the SDK keeps what its properties are set to, with the names of these.
_KEPT = {
    "_http_method": "http_method",
    "_replication_key": "replication_key",
    "_requests_session": "requests_session",
}


def of_class(stream: type, base: type) -> dict[str, Any]:
    """Return what a class of stream adds to the tap's own class or overrides in it: names and their final values."""
    names = {name for each in stream.__mro__ if each not in base.__mro__ for name in vars(each)}
    own = {name: inspect.getattr_static(stream, name) for name in sorted(names) if name[:2] != "__"}
    # It may be that of the base all the same, under the same name.
    return {name: value for name, value in own.items() if value is not inspect.getattr_static(base, name, _MISSING)}


class OwnAttributes:
    """The attributes that were set on a stream by others than the tap and the SDK: by `__init__` of a subclass, mostly.

    Args:
        stream: The stream, before the tap has set anything on it.
    """

    def __init__(self, stream: object) -> None:
        self._stream = stream
        self._before = set(vars(stream))
        self._usual: dict[str, Any] = {}

    def begin(self) -> None:
        """Take note of all that the tap and the SDK have set; what is set from now on is of others."""
        self._usual = {name: value for name, value in vars(self._stream).items() if name not in self._before}
        self._before = set()  # those have been looked at when this is called again

    def new(self) -> dict[str, Any]:
        """Return what others have set."""
        changed = {
            name: value
            for name, value in dict(vars(self._stream)).items()
            if self._usual.get(name, _MISSING) is not value and not self._is_of_sdk(name, value)
        }
        return {_KEPT.get(name, name): value for name, value in changed.items()}

    def _is_of_sdk(self, name: str, value: object) -> bool:
        """Return whether the SDK keeps a value there: that of a cached property, or under a private name of its own."""
        found = inspect.getattr_static(type(self._stream), name, _MISSING)
        if found is _MISSING and name[0] == "_":
            return name not in _KEPT
        if not isinstance(found, cached_property):
            return False
        return type(value).__module__.startswith("tap_analytics.") or bool(value == found.func(self._stream))
