"""Objects of JSON as msgspec types: how their fields are called, and how they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, UnsetType

from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping


def is_sayable(name: str) -> bool:
    """Return whether msgspec can give a field this name; a space begins the names that rows need for themselves."""
    return not _UNSAYABLE.search(name)


def part(whole: object, name: str) -> Any:  # noqa: ANN401 - a value of a record
    """Return a field of an object within a row, however that was read; None where there is none."""
    value = whole.get(name) if isinstance(whole, dict) else getattr(whole, attribute(name), None)
    return None if value is UNSET else value


def attribute(name: str) -> str:
    """Return an identifier for a name that may be none."""
    return "_".join(["f", *(f"{ord(character):x}" for character in name)])


def struct(name: str, types: Mapping[str, Any], attributes: Mapping[str, str], *, is_closed: bool = True) -> Any:  # noqa: ANN401
    """Return a type of object whose fields may all be absent; a closed one refuses names that it does not have."""
    return msgspec.defstruct(
        name,
        [(attributes[field], kind | UnsetType, UNSET) for field, kind in types.items()],
        rename={attributes[field]: field for field in types},
        forbid_unknown_fields=is_closed,
        kw_only=True,
        gc=False,
    )


_UNSAYABLE = pattern(r'^ |["\\\x00-\x1f]')
