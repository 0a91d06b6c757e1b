"""What a catalog says of the keys and the method of a stream; where it says nothing, those of the stream itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.singerlib import Metadata

from tap_analytics.state.replication import FULL_TABLE, replication_method

if TYPE_CHECKING:
    from singer_sdk import Stream
    from singer_sdk.singerlib import Catalog


def method_of(stream: Stream) -> Any:  # noqa: ANN401 - a word of the SDK
    """Return the replication method that a stream has been given, in the SDK's words; None where it has none.

    Raises:
        ConfigValidationError: The tap does not have this method.
    """
    given, has_key = stream.forced_replication_method, stream.replication_key is not None
    return given and replication_method(str(given), stream=stream.name, has_key=has_key)


def with_keys_of(stream: Stream, catalog: Catalog) -> Catalog:
    """Return the catalog, with the keys of a stream where it names none, and so leaves them to the stream.

    The SDK takes silence for a stream without keys, which a target would not merge, and reads it whole each time. An
    empty list of keys is no silence. Records always have their keys and their cursor: by these a target merges them,
    and the next sync goes on.
    """
    if (entry := catalog.get_stream(stream.name)) is None:
        return catalog
    said: Any = entry.metadata.get(())
    if entry.key_properties is None:
        keys = said.table_key_properties if said else None
        entry.key_properties = list((stream.primary_keys or ()) if keys is None else keys)
    is_named = entry.replication_key or (said and said.replication_key)
    method = entry.replication_method or (said and said.forced_replication_method)
    if not is_named and str(method).strip().upper() != FULL_TABLE:
        entry.replication_key = stream.replication_key
    for name in (*entry.key_properties, entry.replication_key or (said and said.replication_key)):
        if isinstance(field := entry.metadata.get(("properties", str(name))), Metadata):
            field.inclusion = Metadata.InclusionType.AUTOMATIC
    return catalog
