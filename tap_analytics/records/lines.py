"""Encodes records as lines of JSON: RECORD messages, or records alone for the files of batches."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, UnsetType

if TYPE_CHECKING:
    from collections.abc import Sequence


class RecordLine(msgspec.Struct, tag_field="type", tag="RECORD", gc=False):
    """A RECORD message, as it is written."""

    stream: str
    record: Any
    version: int | UnsetType
    time_extracted: str


class _Metadata(msgspec.Struct, gc=False):
    """The `_sdc_*` fields that a target adds to a record from a message, as far as the tap knows them."""

    extracted_at: str = msgspec.field(name="_sdc_extracted_at")
    batched_at: str = msgspec.field(name="_sdc_batched_at")
    sequence: int = msgspec.field(name="_sdc_sequence")
    started_at: int = msgspec.field(name="_sdc_sync_started_at")
    version: int | UnsetType = msgspec.field(name="_sdc_table_version", default=UNSET)


def record_lines(records: Sequence[Any], *, stream: str, version: int | None = None) -> bytes:
    """Return records as RECORD messages, a line each."""
    now, told = datetime.now(UTC).isoformat(), UNSET if version is None else version
    return _ENCODER.encode_lines([RecordLine(stream, record, told, now) for record in records])


def batch_lines(records: Sequence[Any], *, version: int | None = None) -> bytes:
    """Return records alone, a line each, with the `_sdc_*` fields that a target cannot add to records in a file."""
    now = datetime.now(UTC).isoformat()
    metadata = _Metadata(now, now, time.time_ns() // 1_000_000, _STARTED, UNSET if version is None else version)
    lines = _ENCODER.encode_lines(records)
    # A newline only stands behind an object: within text it is escaped.
    lines = lines.replace(b"}\n", b"," + _ENCODER.encode(metadata)[1:] + b"\n")
    # A record without fields begins with a comma now, which must not be there.
    return lines.replace(b"\n{,", b"\n{").replace(b"{,", b"{", lines.startswith(b"{,"))


_STARTED = time.time_ns() // 1_000_000
_ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=str)
