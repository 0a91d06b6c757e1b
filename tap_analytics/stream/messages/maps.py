"""Stream maps and flattening of the SDK, with checks: records fit their schema, and faults name the stream."""

from __future__ import annotations

import fnmatch
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import ConfigValidationError, FatalAPIError, MapExpressionError
from singer_sdk.mapper import PluginMapper, RemoveRecordTransform, SameRecordTransform, StreamMap
from singer_sdk.singerlib import Catalog
from typing_extensions import override

from tap_analytics.json_types import kind_of, kinds_of
from tap_analytics.report.unknown_fields import UnknownFields

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Mapping, Sequence
    from typing import Self


Record = dict[str, Any]


class CheckedMap(StreamMap):
    """A map of the SDK whose flattened records fit their schema; its errors name the stream and the record.

    Args:
        own: The map.
        stream: The name of the stream whose records it gets.
        unknown: Called with fields of flattened records that the schema does not have.
    """

    def __init__(self, own: StreamMap, *, stream: str, unknown: UnknownFields) -> None:
        super().__init__(own.stream_alias, own.raw_schema, own.raw_key_properties, flattening_options=None)
        self.transformed_schema = own.transformed_schema
        self.transformed_key_properties = own.transformed_key_properties
        # The SDK takes a field with the name of a keyword of the schema, such as `additionalProperties`, for that.
        own.transformed_schema = {"properties": self.transformed_schema.get("properties", {})}
        self._own = own
        self._stream = stream
        self._unknown = unknown
        self._told: set[str] = set()
        self._count = 0
        fields = self.transformed_schema.get("properties", {}).items()
        self._kinds: dict[str, frozenset[str]] = {name: frozenset(kinds_of(field)) for name, field in fields}

    @override
    def transform(self, record: Record) -> Record | None:
        self._count += 1
        mapped = self._try(self._own.transform, record)
        return self._fit(mapped) if mapped is not None and self._own.flattening_enabled else mapped

    @override
    def get_filter_result(self, record: Record) -> bool:
        return bool(self._try(self._own.get_filter_result, record))

    def _try(self, call: Callable[[Record], Any], record: Record) -> Any:  # noqa: ANN401 - what the call gives
        try:
            return call(record)
        except MapExpressionError as error:
            reason = f"{str(error).rstrip('.')}: {error.__cause__}"
        except Exception as error:  # noqa: BLE001 - an expression may raise anything
            # Only the type is shown: the text may contain a value of the record.
            reason = type(error).__name__
        message = f"{self._stream}: a map in `stream_maps` cannot be applied to record {self._count}: {reason}"
        raise FatalAPIError(message)

    def _fit(self, record: Record) -> Record:
        """Return a flattened record that fits its schema: without null objects, with JSON text for open values."""
        unknown = [name for name, value in record.items() if name not in self._kinds and value is not None]
        if not self._told.issuperset(unknown):
            self._unknown.tell([name for name in unknown if name not in self._told])
            self._told.update(unknown)
        return {name: _as_text(value, self._kinds[name]) for name, value in record.items() if name in self._kinds}


class Mapper(PluginMapper):
    """The maps of all streams.

    Streams that are not selected have none. A map that is not valid is refused; a warning names maps without a stream.
    """

    @classmethod
    def of(cls, catalog: Catalog, *, config: Mapping[str, Any], logger: logging.Logger) -> Self:
        """Return the maps that the settings declare for the streams of a catalog."""
        mapper = cls(config, logger)
        mapper.register_raw_streams_from_catalog(catalog)
        return mapper

    def __init__(self, config: Mapping[str, Any], logger: logging.Logger) -> None:
        self._deselected: set[str] = set()
        self._unknown = UnknownFields(logger)
        super().__init__(plugin_config=dict(config), logger=logger)

    @override
    def register_raw_streams_from_catalog(self, catalog: Catalog) -> None:
        # The SDK looks the maps of a stream up by its id, but registers them under its alias.
        entries = {name: replace(entry, stream=name) for name, entry in catalog.items()}
        self._deselected = {name for name, entry in entries.items() if not entry.metadata.resolve_selection()[()]}
        super().register_raw_streams_from_catalog(Catalog(entries))
        for key, declared in self.stream_maps_dict.items():
            source = declared.get("__source__", key) if isinstance(declared, dict) else key
            if declared and not fnmatch.filter(entries, source):
                self.logger.warning("`stream_maps.%s` changes nothing: there is no stream `%s`", key, source)

    @override
    def register_raw_stream_schema(
        self, stream_name: str, schema: Record, key_properties: Sequence[str] | None
    ) -> None:
        if stream_name in self._deselected:
            unmapped = SameRecordTransform(stream_name, schema, key_properties, flattening_options=None)
            self.stream_maps[stream_name] = [unmapped]
            return
        try:
            super().register_raw_stream_schema(stream_name, schema, key_properties)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a map, the user mends it
            message = f"`stream_maps` or flattening of the stream `{stream_name}`: {error}"
        else:
            maps = self.stream_maps[stream_name]
            self.stream_maps[stream_name] = [self._check(each, stream_name) for each in maps]
            return
        raise ConfigValidationError(message, errors=[message])

    def _check(self, each: StreamMap, stream: str) -> StreamMap:
        is_plain = isinstance(each, RemoveRecordTransform | CheckedMap)
        return each if is_plain else CheckedMap(each, stream=stream, unknown=self._unknown)


def _as_text(value: object, kinds: frozenset[str]) -> object:
    """Return a value as JSON text if its field allows text, but not the type of the value."""
    kind = kind_of(value)
    is_whole = "integer" in kinds and isinstance(value, int)
    is_taken = not kinds or kind in kinds or is_whole or "string" not in kinds
    return value if is_taken or value is None else _ENCODER.encode(value).decode()


_ENCODER = msgspec.json.Encoder(decimal_format="number")
