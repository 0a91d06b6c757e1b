"""Finds the field that identifies a record, and the one with the time of its change, by usual names and by values."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from tap_analytics.instants import parse, unit_of
from tap_analytics.patterns import pattern
from tap_analytics.records.paths import field_of
from tap_analytics.resources.detection.selection import KEYS, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Row = Mapping[str, Any]

# Names of a field with the time of the change, as `plain` writes them, the surest first.
_NAMES = (
    *("updatedat", "modifiedat", "lastmodified", "lastmodifiedat", "lastupdated", "lastupdatedat", "updatedon"),
    *("modifiedon", "updatedate", "dateupdated", "datemodified", "modifieddate", "lastmodifieddate", "lastupdate"),
    *("updatetime", "updatedtime", "modifiedtime", "modificationdate", "systemmodstamp", "sysupdatedon", "changedat"),
    *("changedon", "changedate", "lastchanged", "lastchangedat", "lastmodifiedtime", "lastupdatedtime", "mtime"),
    *(
        "lastmodifiedon",
        "lastupdatedon",
        "lastupdateddate",
        "updated",
        "modified",
        "changed",
        "updatedts",
        "modifiedgmt",
    ),
)
# Other such names: a word for a change, with words for a time around it.
_CHANGED = pattern(
    r"(?:date|time)?(?:last)?(?:changed?|modif(?:y|ied|ication)|updated?)(?:at|date|datetime|gmt|on|time|timestamp|ts|utc)*"
)
# Objects within a record that may have that field.
_HOLDERS = {"attributes", "fields", "properties", "meta", "metadata", "system", "sys", "audit", "timestamps"}


class ChangeField(NamedTuple):
    """The field with the time of the change, and the unit of its values if they are numbers."""

    path: str
    layout: str | None = None


def key_of(records: Sequence[Row], name: str) -> str | None:
    """Return the field that identifies each record; None if no field with a usual name does.

    Args:
        records: Records of the resource.
        name: The name of the resource.
    """
    one = plain(name).removesuffix("s")
    own = {f"{one}id", f"{one}uuid", f"{one}key", f"{plain(name)}id", "sysid", "gid", "objectid"}
    fields = list(records[0])
    usual = sorted((field for field in fields if plain(field) in map(plain, KEYS)), key=_place)
    own_fields = [field for field in fields if plain(field) in own]
    ids = [field for field in fields if re.search(r"(_id|Id|ID)$", field)]
    candidates = [*usual, *own_fields, *(ids if len(ids) == 1 else ())]
    return next((field for field in dict.fromkeys(candidates) if _is_unique(records, field)), None)


def rank_of(field: str) -> int | None:
    """Return how sure the name of a field is that of the time of the change, 0 for the surest; None for another one."""
    name = plain(field)
    return _NAMES.index(name) if name in _NAMES else len(_NAMES) if _CHANGED.fullmatch(name) else None


def cursor_of(records: Sequence[Row]) -> ChangeField | None:
    """Return the field with the time of the change; None if no field with a usual name holds dates."""
    paths = [path for record in records[:1] for path in _paths(record)]
    ranks = {path: rank for path in paths if (rank := rank_of(path.rpartition(".")[2])) is not None}
    for path in sorted(ranks, key=lambda path: (ranks[path], path.count("."))):
        values = [value for record in records if (value := field_of(record, path)) is not None]
        places = [parse(value) for value in values]
        if places and all(isinstance(place, datetime) for place in places):
            return ChangeField(path)
        units = {unit_of(place, datetime.now(UTC)) for place in places if isinstance(place, Decimal)}
        if len(units) == 1 and None not in units and not any(isinstance(place, datetime) for place in places):
            return ChangeField(path, next(iter(units)))
    return None


def _paths(record: Row) -> Iterator[str]:
    for name, value in record.items():
        yield name
        if isinstance(value, dict) and plain(name) in _HOLDERS:
            yield from (f"{name}.{inner}" for inner in value if "." not in inner)


def _is_unique(records: Sequence[Row], field: str) -> bool:
    values = [record.get(field) for record in records]
    return all(isinstance(value, str | int) and value != "" for value in values) and len(set(values)) == len(values)


def _place(field: str) -> tuple[int, int]:
    return [plain(key) for key in KEYS].index(plain(field)), len(field)
