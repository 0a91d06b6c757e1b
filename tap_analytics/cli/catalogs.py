"""The catalog that the command line names: brought into the shape that the SDK needs, or refused with every fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANEW = "make it anew with `--discover`"


def catalog_faults(catalog: dict[str, Any]) -> Iterator[str]:
    """Give a sentence for each thing in a catalog that cannot be used."""
    if not isinstance(streams := catalog.get("streams"), list):
        yield f"`streams` must be a list of streams; {_ANEW}"
        return
    names = set()
    for number, entry in enumerate(streams):
        place = f"streams[{number}]"
        if not isinstance(entry, dict) or not isinstance(name := entry.get("tap_stream_id"), str):
            yield f"`{place}` must be an object with the name of a stream as `tap_stream_id`; {_ANEW}"
            continue
        if name in names:
            yield f"`{place}` is another entry for `{name}`; keep one of them"
        names.add(name)
        yield from (f"`{place}.{fault} (the stream `{name}`); {_ANEW}" for fault in _entry_faults(entry))


def with_metadata(catalog: dict[str, Any]) -> dict[str, Any]:
    """Return a catalog whose entries say what the metadata of their streams says of key and replication method.

    `--discover` writes the key in both places, so that metadata which names a key counts where the entry has none, or
    where Meltano has put it into the entry too, as `table_key_properties`. It writes no `replication-method`.
    """
    for entry in catalog["streams"]:
        said = _metadata_of(entry)
        if keys := entry.get("table_key_properties") or entry.get("key_properties") or said.get("table-key-properties"):
            entry["key_properties"] = keys
        if method := said.get("replication-method"):
            entry["replication_method"] = method
    return catalog


def with_keys(catalog: dict[str, Any]) -> dict[str, Any]:
    """Return a catalog in which the keys of each stream are selected, by which a target tells records apart."""
    for entry in catalog["streams"]:
        metadata = entry.setdefault("metadata", [])
        for key in entry.get("key_properties") or []:
            breadcrumb = ["properties", key]
            found = [each for each in metadata if each.get("breadcrumb") == breadcrumb]
            for each in found:
                each.setdefault("metadata", {})["inclusion"] = "automatic"
    return catalog


def with_parts(catalog: dict[str, Any]) -> dict[str, Any]:
    """Return a catalog in which a field is selected if some of its parts are selected and others are not.

    Meltano deselects `address` if only `address.city` is selected. It also does so if `address` is excluded from all
    fields; in that case all parts of it are still selected, and it stays deselected.
    """
    for entry in catalog["streams"]:
        marks = {tuple(map(str, each["breadcrumb"])): each.get("metadata", {}) for each in entry["metadata"]}
        for place, mark in sorted(marks.items(), key=lambda item: -len(item[0])):
            parts = [each for part, each in marks.items() if part[:-2] == place and len(part) == len(place) + 2]
            said = {bool(each.get("selected")) for each in parts if "selected" in each}
            if place and mark.get("selected") is False and said == {True, False}:
                mark["selected"] = True
    return catalog


def _entry_faults(entry: dict[str, Any]) -> Iterator[str]:
    schema, metadata = entry.get("schema"), entry.get("metadata", [])
    fields = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(fields, dict):
        yield "schema` must be an object with `properties`"
    elif wrong := next((name for name, field in fields.items() if not isinstance(field, dict)), None):
        yield f"schema.properties.{wrong}` must be an object"
    if not isinstance(metadata, list) or not all(map(_is_metadata, metadata)):
        yield "metadata` must be a list of objects, each with a list as `breadcrumb`"
    said = _metadata_of(entry) if isinstance(metadata, list) and all(map(_is_metadata, metadata)) else {}
    given = {"key_properties": entry.get("key_properties"), "table-key-properties": said.get("table-key-properties")}
    for name, keys in {**given, "table_key_properties": entry.get("table_key_properties")}.items():
        if keys is not None and not (isinstance(keys, list) and all(isinstance(key, str) for key in keys)):
            yield f"{name}` must be a list of names"
    if not isinstance(said.get("replication-method"), str | None):
        yield "replication-method` must be text"
    for name in ("replication_key", "replication_method", "stream"):
        if not isinstance(entry.get(name), str | None):
            yield f"{name}` must be text"


def _metadata_of(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata of the stream itself."""
    found = (each.get("metadata", {}) for each in entry.get("metadata") or () if each["breadcrumb"] == [])
    return next(found, {})


def _is_metadata(each: object) -> bool:
    return (
        isinstance(each, dict)
        and isinstance(each.get("breadcrumb"), list)
        and isinstance(each.get("metadata", {}), dict)
    )
