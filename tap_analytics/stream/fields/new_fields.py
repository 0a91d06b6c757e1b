"""New fields of a stream in mid-sync: those that its sample did not have are declared by a further SCHEMA message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError
from singer_sdk.mapper import RemoveRecordTransform
from singer_sdk.singerlib import SchemaMessage

from tap_analytics.records.decoding.doubles import as_doubles
from tap_analytics.records.rows import RecordCodec
from tap_analytics.report.unknown_fields import UnknownFields
from tap_analytics.stream.fields.fields import refuse_late, refuse_unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.pagination.page import Row
    from tap_analytics.records.decoding.coerce import Schema
    from tap_analytics.records.late_fields import LateFields
    from tap_analytics.stream.read_stream import ReadStream


class NewFields:
    """What is done with fields that the schema of a stream does not have.

    If the schema was inferred from a sample, they are declared when their first value comes, or refused if columns
    cannot be added any more. If somebody has written the schema or the catalog, they are left out, with a warning.

    Args:
        stream: The stream.
    """

    def __init__(self, stream: ReadStream) -> None:
        self._stream = stream
        is_sampled = stream.resource.is_inferred or stream.name in stream.host.sampled
        self._is_settled = is_sampled and not stream.host.takes_new_fields
        takes = stream.resource.is_inferred and stream.host.takes_new_fields
        self._late: LateFields | None = None
        if takes:
            from tap_analytics.records.late_fields import LateFields  # noqa: PLC0415 - most schemas are declared

            self._late = LateFields(self._demands)

    @property
    def codec(self) -> RecordCodec:
        """The codec that reads and writes the records of the stream, with the fields that the catalog selects."""
        stream, late = self._stream, self._late
        told = UnknownFields(stream.logger, self._note).tell
        has_none = stream.resource.is_unknown or not stream.effective_schema["properties"]
        if has_none or self._is_settled:
            told = refuse_unknown if has_none else refuse_late
        return RecordCodec(
            self._demands(stream.effective_schema),
            omitted=stream.fields.omitted,
            envelope=stream.listing.envelope,
            report=late.meet if late else told,
            keeps_unknown=late is not None,
        )

    def _note(self, names: Sequence[str]) -> None:
        # The figures are those of the sync, which may not have begun yet when the codec is made.
        self._stream.host.stats(self._stream.name).trace.unknown(names)

    def _demands(self, schema: Schema) -> Schema:
        """Return what the values of a schema have to be."""
        config = self._stream.config
        is_flat = bool(config.get("flattening_enabled"))
        return as_doubles(schema, is_deep=is_flat) if config["numbers"] == "double" else schema

    def declare(self, rows: Sequence[Row]) -> None:
        """Declare the fields that come with these rows for the first time, before the rows are written.

        Raises:
            FatalAPIError: A value does not fit a field that was declared by earlier values.
        """
        stream = self._stream
        if self._late is None or not stream.selected:
            return
        try:
            found = self._late.settle(rows, stream.records)
        except FatalAPIError as error:
            message = f"{stream.name}: {error}"
            raise FatalAPIError(message) from None
        if found:
            self._extend(found)

    def _extend(self, found: dict[str, Schema]) -> None:
        stream = self._stream
        names = ", ".join(f"`{name}`" for name in found)
        stream.host.stats(stream.name).trace.declare(list(found))
        stream.logger.info("Declared from here on, since the sample did not have it: %s", names)
        schema = stream.effective_schema
        schema["properties"] |= found
        mapper = stream.host.mapper
        mapper.register_raw_stream_schema(stream.name, {**schema}, stream.primary_keys)
        # The SDK would keep the maps that were made of the schema before.
        stream.stream_maps[:] = mapper.stream_maps[stream.name]
        keys = [stream.replication_key] if stream.replication_key else None
        for each in stream.stream_maps:
            if not isinstance(each, RemoveRecordTransform):
                message = SchemaMessage(
                    each.stream_alias, each.transformed_schema, each.transformed_key_properties, keys
                )
                stream.host.message_writer.write_message(message)
