"""Compressed files: gzip, and the members of a ZIP file, unpacked as they are read."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO, cast

import msgspec
from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.http.body import MOST_TIMES
from tap_analytics.http.retry import TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator

GZIP = b"\x1f\x8b"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# The most levels of compression: a ZIP file of gzip files has two.
MOST_LEVELS = 3
# The header of a ZIP member: its method, its compressed size, the lengths of its name and of its extra field.
_LOCAL_HEADER = struct.Struct("<4s4xH8xI4xHH")
_STORED, _DEFLATED = 0, 8
_PIECE = 64 * 1024
# What macOS adds to a ZIP file for itself.
_OF_MACS = "__MACOSX/"
_NO_FILES = (
    "the ZIP file has no file in it; if that is how the API says that there is no row, declare "
    '`"empty_when": {"data": "empty"}`'
)


class Budget:
    """How many bytes may come out of one compressed body.

    Args:
        packed: The size of the body.
        most: How many bytes may come out in any case.
        times: How many times its size may come out if that is more.
    """

    def __init__(self, packed: int, most: int, *, times: int = MOST_TIMES) -> None:
        self._most = max(most, packed * times)
        self._spent = 0

    def spend(self, count: int) -> None:
        """Count bytes that have come out.

        Raises:
            FatalAPIError: They are more than the budget allows.
        """
        self._spent += count
        if self._spent > self._most:
            message = f"the body unpacks to more than {self._most:,} bytes; raise `max_response_size` if that is right"
            raise FatalAPIError(message)


def is_packed(beginning: bytes) -> bool:
    """Return whether a file with this beginning is compressed."""
    return beginning.startswith((GZIP, *ZIP))


def members(file: BinaryIO, budget: Budget, *, is_beginning: bool = False) -> Iterator[tuple[str, io.BufferedReader]]:
    """Give the files in a file, each with its name; a file that is not compressed is given itself, without a name.

    Args:
        file: The file, which is read from its beginning.
        budget: Limits how many bytes may come out.
        is_beginning: Whether it is only the beginning of a file, which is read as far as it goes.

    Raises:
        TransientError: The file is cut short or damaged.
        FatalAPIError: The file cannot be unpacked.
    """
    file.seek(0)
    stream = _buffer(file, None, is_beginning=is_beginning)
    yield from _Unpacking(file, budget, is_beginning).members(stream, MOST_LEVELS)


class _Unpacking(msgspec.Struct, frozen=True):
    """Unpacks one body, in any supported compression."""

    file: BinaryIO
    budget: Budget
    is_beginning: bool

    def members(self, stream: io.BufferedReader, levels: int) -> Iterator[tuple[str, io.BufferedReader]]:
        """Give the files in a file, at any level."""
        beginning = stream.peek(4)
        if not is_packed(beginning):
            yield "", stream
            return
        if not levels:
            message = f"the body is compressed more than {MOST_LEVELS} times"
            raise FatalAPIError(message)
        if beginning.startswith(GZIP):
            yield from self.members(self._buffer(cast("BinaryIO", gzip.GzipFile(fileobj=stream))), levels - 1)
            return
        if not self.is_beginning and levels < MOST_LEVELS:
            message = "a ZIP file within a compressed file cannot be read"
            raise FatalAPIError(message)
        for name, member in _first(stream) if self.is_beginning else _unzip(self.file):
            for inner, found in self.members(self._buffer(member), levels - 1):
                yield f"{name}/{inner}".rstrip("/"), found

    def _buffer(self, file: BinaryIO) -> io.BufferedReader:
        return _buffer(file, self.budget, is_beginning=self.is_beginning)


def _unzip(file: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    """Give the members of a ZIP file, whose table of contents is at its end."""
    try:
        with zipfile.ZipFile(file) as archive:
            infos = [info for info in archive.infolist() if not (info.is_dir() or info.filename.startswith(_OF_MACS))]
            for info in infos:
                with archive.open(info) as member:
                    yield info.filename, cast("BinaryIO", member)
    except zipfile.BadZipFile as error:
        failure: Exception = TransientError(f"the ZIP file is cut short or damaged: {error}")
    except (RuntimeError, NotImplementedError) as error:
        failure = FatalAPIError(f"the ZIP file cannot be unpacked: {error}")
    else:
        if infos:
            return
        failure = FatalAPIError(_NO_FILES)
    raise failure


def _first(stream: io.BufferedReader) -> Iterator[tuple[str, BinaryIO]]:
    """Give the first member in the beginning of a ZIP file; the header before its data says how to read it."""
    head = stream.read(_LOCAL_HEADER.size)
    if len(head) < _LOCAL_HEADER.size or not head.startswith(ZIP[0]):
        return
    _, method, size, name_length, extra_length = _LOCAL_HEADER.unpack(head)
    name = stream.read(name_length).decode(errors="replace")
    stream.read(extra_length)
    if method == _STORED:
        yield name, io.BytesIO(stream.read(size))
    elif method == _DEFLATED:
        yield name, cast("BinaryIO", io.BufferedReader(_Inflated(stream)))


class _Inflated(io.RawIOBase):
    """The content of deflated data, as far as that goes."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        self._rest = b""

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # what is read into is one
        out = b""
        while not out and not self._unpacker.eof:
            piece = self._rest or self._stream.read(_PIECE)
            if not piece:
                break
            out = self._unpacker.decompress(piece, len(buffer))
            self._rest = self._unpacker.unconsumed_tail
        buffer[: len(out)] = out
        return len(out)


class _Stream(io.RawIOBase):
    """Reads from another file, which it does not close, and raises errors of the tap if that is damaged."""

    def __init__(self, file: BinaryIO, budget: Budget | None, *, is_beginning: bool) -> None:
        # Of a file that is cut short, the bytes before the cut are given first.
        self._read = getattr(file, "read1", file.read)
        self._budget = budget
        self._is_beginning = is_beginning

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # what is read into is one
        try:
            out = self._read(len(buffer))
        except EOFError:
            if self._is_beginning:
                return 0
            reason = "its gzip data has no end"
        except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error) as error:
            reason = str(error)
        else:
            if self._budget:
                self._budget.spend(len(out))
            buffer[: len(out)] = out
            return len(out)
        message = f"the body is cut short or damaged: {reason}"
        raise TransientError(message)


def _buffer(file: BinaryIO, budget: Budget | None, *, is_beginning: bool) -> io.BufferedReader:
    return io.BufferedReader(_Stream(file, budget, is_beginning=is_beginning), _PIECE)
