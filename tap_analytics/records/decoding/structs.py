"""Makes msgspec types for objects of JSON, and reads their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, UnsetType

from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping


def is_sayable(name: str) -> bool:
    """Return whether a field of msgspec can have this name; names with a leading space are reserved for rows."""
    return not _UNSAYABLE.search(name)


def part(whole: object, name: str) -> Any:  # noqa: ANN401 - a value of a record
    """Return a field of an object within a row, be it a struct or a dictionary; None if there is none."""
    value = whole.get(name) if isinstance(whole, dict) else getattr(whole, attribute(name), None)
    return None if value is UNSET else value


def attribute(name: str) -> str:
    """Return a Python identifier for any name."""
    return "_".join(["f", *(f"{ord(character):x}" for character in name)])


def struct(name: str, types: Mapping[str, Any], attributes: Mapping[str, str], *, is_closed: bool = True) -> Any:  # noqa: ANN401
    """Return a type of object whose fields may all be absent; a closed one refuses other names."""
    return msgspec.defstruct(
        name,
        [(attributes[field], kind | UnsetType, UNSET) for field, kind in types.items()],
        rename={attributes[field]: field for field in types},
        forbid_unknown_fields=is_closed,
        kw_only=True,
        gc=False,
    )


_UNSAYABLE = pattern(r'^ |["\\\x00-\x1f]')
