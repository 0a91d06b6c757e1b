"""JSON Lines: a record on each line."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from msgspec import Raw
from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.http.retry import TransientError
from tap_analytics.json_types import WORDS, kind_of
from tap_analytics.records.failures.failures import failure_of
from tap_analytics.records.formats.file_format import LONGEST_RECORD, FileFormat, undecodable
from tap_analytics.records.formats.notice import notice, refuse_document

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Sequence

    from tap_analytics.pagination.page import Row
    from tap_analytics.records.formats.format import Body, Codec

_PIECE = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class JsonLinesFormat(FileFormat):
    """An object on each line; empty lines are skipped."""

    type: ClassVar = "jsonl"
    title: ClassVar = "JSON Lines"
    accept: ClassVar = "application/x-ndjson, application/jsonl;q=0.9, */*;q=0.5"

    @override
    def batches(self, file: io.BufferedReader, body: Body) -> Iterator[list[bytes]]:
        done, only, beginning = 0, None, file.peek()
        for lines, is_ended in self._lines(file, body):
            if not lines:
                continue
            _check(lines, done, is_ended=is_ended, content_type=body.content_type, beginning=beginning)
            done += len(lines)
            only = lines[0] if done == 1 else None
            yield lines
        if only is not None and (failure := failure_of(msgspec.json.decode(only))):
            message = f"{failure}"
            raise notice(message, wanted=self.title, content_type=body.content_type, kind="an error")

    @override
    def rows(self, batch: Sequence[bytes], codec: Codec) -> Sequence[Row]:
        try:
            return codec.open(b"[" + b",".join(batch) + b"]", offset=0).rows
        except TransientError as error:
            message = str(error)
        raise FatalAPIError(message)

    def _lines(self, file: io.BufferedReader, body: Body) -> Iterator[tuple[list[bytes], bool]]:
        """Give the lines of a file that are not empty, some at a time, and whether the last of them is complete."""
        rest: list[bytes] = []
        for piece in self._pieces(file):
            head, newline, tail = piece.rpartition(b"\n")
            if newline:
                whole = b"".join([*rest, head])
                rest = [tail]
                yield [line for line in whole.split(b"\n") if line.strip()], True
            else:
                rest.append(piece)
            if sum(map(len, rest)) > LONGEST_RECORD:
                message = f"a line of the file is longer than {LONGEST_RECORD:,} bytes; is it {self.title}?"
                raise FatalAPIError(message)
        if not body.is_beginning and (last := b"".join(rest)).strip():
            yield [last], False

    def _pieces(self, file: io.BufferedReader) -> Iterator[bytes]:
        """Give a file in UTF-8, piece by piece."""
        name = self.codec_of(file.peek())
        if name == "utf-8-sig":
            is_first = True
            while piece := file.read(_PIECE):
                yield piece.removeprefix(codecs.BOM_UTF8) if is_first else piece
                is_first = False
            return
        decoder = codecs.getincrementaldecoder(name)()
        try:
            while piece := file.read(_PIECE):
                yield decoder.decode(piece).removeprefix("\ufeff").encode()
            yield decoder.decode(b"", final=True).encode()
        except UnicodeDecodeError as error:
            failure = undecodable(error)
        else:
            return
        raise failure


def _check(lines: Sequence[bytes], done: int, *, is_ended: bool, content_type: str, beginning: bytes) -> None:
    """Raise an error for the first of these lines that is no object."""
    text = b",".join(lines)
    try:
        text.decode()
        if len(_OBJECTS.decode(b"[" + text + b"]")) == len(lines):
            return
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        pass
    for number, line in enumerate(lines, done + 1):
        if reason := _fault(line):
            if number == 1:
                _refuse_first(line, beginning, is_ended=is_ended, content_type=content_type)
            raise _failure(reason, line, number, is_ended=is_ended)


def _fault(line: bytes) -> str:
    """Return what is wrong with a line; empty if it is an object."""
    try:
        line.decode()
        value: Any = _ANY.decode(line)
    except UnicodeDecodeError as error:
        return f"is not in UTF-8 (byte {error.start}); declare the `encoding`"
    except (msgspec.DecodeError, RecursionError) as error:
        return f"is not JSON: {str(error).removeprefix('JSON is malformed: ') or 'it is nested too deeply'}"
    return "" if isinstance(value, dict) else f"is {WORDS[kind_of(value)]}, not an object"


def _failure(reason: str, line: bytes, number: int, *, is_ended: bool) -> Exception:
    if not is_ended and line.lstrip()[:1] == b"{":
        return TransientError(f"the file is cut short: record {number}, on its last line, {reason}")
    return FatalAPIError(f"record {number} of the file {reason}; it begins: {line[:200].decode(errors='replace')}")


def _refuse_first(line: bytes, beginning: bytes, *, is_ended: bool, content_type: str) -> None:
    """Raise NoticeError for a file whose first line is no record, unless that line is cut short."""
    wanted = JsonLinesFormat.title
    if is_ended or line.lstrip()[:1] != b"{":
        refuse_document(beginning, wanted=wanted, content_type=content_type)
        raise notice(line.decode(errors="replace"), wanted=wanted, content_type=content_type, kind="text")


_OBJECTS = msgspec.json.Decoder(list[dict[str, Raw]])
_ANY = msgspec.json.Decoder()
