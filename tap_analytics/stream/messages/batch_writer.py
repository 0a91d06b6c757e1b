"""BATCH: records go into files, many to each, and a message names the file when it is whole."""

from __future__ import annotations

import gzip
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
from singer_sdk.exceptions import ConfigValidationError, FatalAPIError
from singer_sdk.singerlib.encoding.simple import RecordMessage
from typing_extensions import override

from tap_analytics.patterns import pattern
from tap_analytics.records.lines import batch_lines
from tap_analytics.stream.messages.writer import MessageWriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import IO

    from singer_sdk.singerlib.encoding.simple import Message

# Records in a file, unless `batch_size` says how many.
BATCH_SIZE = 10_000

# The least effort: what is saved by more is far less than what it takes.
_EFFORT = 1

_UNSAFE = pattern(r"[^A-Za-z0-9_.-]")


class BatchMessage(msgspec.Struct, tag_field="type", tag="BATCH"):
    """A BATCH message, as it is written."""

    stream: str
    encoding: dict[str, str]
    manifest: list[str]
    version: int | None = None


class BatchFile:
    """One file of records, as long as it is written to.

    Args:
        path: Where it is, on whatever kind of storage.
        is_packed: Whether it is packed by gzip.
    """

    def __init__(self, path: Any, *, is_packed: bool) -> None:  # noqa: ANN401 - universal_pathlib has no types
        self.count = 0
        self.url: str = path.as_uri()
        self._open = ExitStack()
        path.parent.mkdir(parents=True, exist_ok=True)
        plain: IO[bytes] = self._open.enter_context(path.open("wb"))
        packed = gzip.GzipFile(fileobj=plain, mode="wb", compresslevel=_EFFORT) if is_packed else None
        self._file = self._open.enter_context(packed) if packed else plain

    def write(self, lines: bytes, count: int) -> None:
        """Write so many records."""
        self._file.write(lines)
        self.count += count

    def close(self) -> None:
        """Write what is buffered."""
        self._open.close()


class BatchWriter(MessageWriter):
    """Writes records into files; any other message is written behind the files of all records before it.

    Args:
        config: The setting `batch_config`.
        name: What the names of files begin with.

    Raises:
        ConfigValidationError: No place for the files is set, or it is of a kind that is not installed.
    """

    def __init__(self, config: Mapping[str, Any], *, name: str) -> None:
        # Only here: few syncs write batches.
        from upath import UPath  # noqa: PLC0415

        super().__init__()
        encoding, storage = config.get("encoding") or {}, config.get("storage") or {}
        self._compression: str = encoding.get("compression") or "none"
        self._size = int(config.get("batch_size") or BATCH_SIZE)
        try:
            self._root = UPath(storage["root"], **storage.get("params") or {}).resolve()
            _ = self._root.fs  # what its kind of storage needs is imported here
        except (KeyError, ImportError, ValueError) as error:
            reason = "it is not set" if isinstance(error, KeyError) else str(error)
            message = f"`batch_config.storage.root` says where files of batches go, and cannot be used: {reason}"
            raise ConfigValidationError(message, errors=[message]) from None
        self._prefix = f"{storage.get('prefix') or ''}{name}"
        self._run = uuid4()
        self._numbers: dict[str, int] = {}
        self._files: dict[str, BatchFile] = {}

    @property
    @override
    def holds_records(self) -> bool:
        return bool(self._files)

    @override
    def write_message(self, message: Message) -> None:
        if isinstance(message, RecordMessage):
            self.write_rows(message.stream, [message.record])
        else:
            super().write_message(message)

    @override
    def write_rows(self, stream: str, records: Sequence[Any]) -> None:
        self.has_told_state = False
        version = self.versions.get(stream)
        while records:
            file = self._file_of(stream)
            part, records = records[: self._size - file.count], records[self._size - file.count :]
            with self.without_signals():
                file.write(batch_lines(part, version=version), len(part))
            if file.count >= self._size:
                self._tell(stream)

    @override
    def tell_records(self) -> None:
        for stream in tuple(self._files):
            self._tell(stream)

    def _file_of(self, stream: str) -> BatchFile:
        if stream not in self._files:
            number = self._numbers[stream] = self._numbers.get(stream, 0) + 1
            is_packed = self._compression == "gzip"
            ending = "jsonl.gz" if is_packed else "jsonl"
            name = f"{self._prefix}--{_UNSAFE.sub('_', stream)}-{self._run}-{number}.{ending}"
            try:
                self._files[stream] = BatchFile(self._root / name, is_packed=is_packed)
            except OSError as error:
                message = f"a file of a batch cannot be written: {error.strerror}; check `batch_config.storage.root`"
                raise FatalAPIError(message) from None
        return self._files[stream]

    def _tell(self, stream: str) -> None:
        """End the file of a stream, and name it in a message."""
        with self.without_signals():
            file = self._files.pop(stream)
            file.close()
            encoding = {"format": "jsonl", "compression": self._compression}
            message = BatchMessage(stream, encoding, [file.url], self.versions.get(stream))
            self._waiting += _ENCODER.encode(message) + b"\n"
        self.flush()


def batch_writer(settings: dict[str, Any], *, name: str) -> BatchWriter | None:
    """Return the writer of the batches that settings ask for, and take them out: the SDK has nothing to do with them.

    None where they ask for none, or for files of Parquet, which the SDK writes.
    """
    config = settings.get("batch_config") or {}
    encoding = config.get("encoding") or {}
    if not config or encoding.get("format", "jsonl") != "jsonl":
        return None
    del settings["batch_config"]
    return BatchWriter(config, name=name)


_ENCODER = msgspec.json.Encoder()
