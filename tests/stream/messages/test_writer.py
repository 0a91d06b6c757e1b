"""Messages go out whole, in order, and in few writes."""

from __future__ import annotations

import array
import fcntl
import io
import json
import os
import signal
import subprocess
import sys
import termios
import time
from contextlib import contextmanager, redirect_stdout
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.singerlib.encoding.simple import ActivateVersionMessage, RecordMessage, SchemaMessage, StateMessage
from typing_extensions import override

from tap_analytics.stream.messages.writer import BUFFER, MessageWriter, StateWriter, TargetGone

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORD = RecordMessage(stream="s", record={"id": 1})
SCHEMA = SchemaMessage(stream="s", schema={"properties": {}}, key_properties=["id"])
STATE = StateMessage(value={"bookmarks": {}})
LINE = b'{"type":"RECORD"}\n'


class Pipe(io.RawIOBase):
    """Takes at most so many bytes at once, and remembers each write.

    `then` is called in the middle of a write: where a signal comes.
    """

    def __init__(self, *, most: int | None = None) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.most = most
        self.then: Any = None

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, content: Any) -> int:
        self.writes.append(bytes(content)[: self.most])
        if self.then:
            then, self.then = self.then, None
            then()
        return len(self.writes[-1])

    @property
    def messages(self) -> list[str]:
        lines = b"".join(self.writes).split(b"\n")
        assert lines.pop() == b""
        return [json.loads(line)["type"] for line in lines]


class Unbuffered(io.TextIOWrapper):
    """Standard output as Python has it with PYTHONUNBUFFERED: nothing between it and the pipe."""

    def __init__(self, pipe: Pipe) -> None:
        super().__init__(io.BytesIO())
        self._pipe = pipe

    @property
    @override
    def buffer(self) -> Any:
        return self._pipe


@contextmanager
def open_pipe() -> Iterator[Pipe]:
    """Give a pipe behind standard output, which is buffered as usual."""
    pipe = Pipe()
    with redirect_stdout(io.TextIOWrapper(io.BufferedWriter(pipe))):
        yield pipe


def test_records_wait_for_each_other() -> None:
    with open_pipe() as pipe:
        writer = MessageWriter()
        for _ in range(100):
            writer.write_message(RECORD)
        assert pipe.writes == []
        writer.flush()
        assert len(pipe.writes) == 1
        assert pipe.messages == ["RECORD"] * 100
        writer.flush()
        assert len(pipe.writes) == 1


@pytest.mark.parametrize("message", [SCHEMA, STATE])
def test_any_other_message_goes_at_once_with_the_records_before_it(message: Any) -> None:  # noqa: ANN401
    with open_pipe() as pipe:
        writer = MessageWriter()
        writer.write_message(RECORD)
        writer.write_message(message)
        assert len(pipe.writes) == 1
        assert pipe.messages == ["RECORD", message.type]


def test_records_go_when_they_are_many() -> None:
    with open_pipe() as pipe:
        writer, written = MessageWriter(), 0
        while not pipe.writes and written < BUFFER:
            writer.write_message(RECORD)
            written += 1
        assert len(pipe.messages) == written
        assert BUFFER <= len(pipe.writes[0]) < BUFFER + 100


def test_a_page_of_lines_goes_in_one_write() -> None:
    with open_pipe() as pipe:
        writer = MessageWriter()
        for rows in (1, 100, 100_000):
            writer.write_lines(LINE * rows)
        assert [len(write) // len(LINE) for write in pipe.writes] == [1, 100, 100_000]


def test_lines_stay_behind_the_records_before_them() -> None:
    with open_pipe() as pipe:
        writer = MessageWriter()
        writer.write_message(SCHEMA)
        writer.write_message(RECORD)
        writer.write_lines(b'{"type":"LINES"}\n')
        writer.write_message(RECORD)
        writer.write_message(STATE)
        assert pipe.messages == ["SCHEMA", "RECORD", "LINES", "RECORD", "STATE"]
        assert len(pipe.writes) == 3


def test_no_lines_are_no_write() -> None:
    with open_pipe() as pipe:
        MessageWriter().write_lines(b"")
        assert pipe.writes == []


def test_it_knows_whether_the_last_message_was_a_state() -> None:
    with open_pipe():
        writer = MessageWriter()
        told = []
        for message in (SCHEMA, STATE, RECORD, STATE):
            writer.write_message(message)
            told.append(writer.has_told_state)
        writer.write_lines(LINE)
        assert [*told, writer.has_told_state] == [False, True, False, True, False]


def test_it_knows_the_version_of_each_stream() -> None:
    with open_pipe():
        writer = MessageWriter()
        assert writer.versions == {}
        for stream, version in (("a", 1), ("b", 2), ("a", 3)):
            writer.write_message(ActivateVersionMessage(stream=stream, version=version))
        assert writer.versions == {"a": 3, "b": 2}


@pytest.mark.parametrize("is_complete", [True, False])
def test_a_version_is_told_behind_its_records_and_only_where_they_are_all_there(*, is_complete: bool) -> None:
    with open_pipe() as pipe:
        writer = MessageWriter()
        writer.write_message(ActivateVersionMessage(stream="s", version=1))
        writer.write_message(RECORD)
        writer.write_message(STATE)
        assert pipe.messages == ["RECORD", "STATE"]
        if not is_complete:
            writer.abandon()
        writer.activate()
        assert pipe.messages == ["RECORD", "STATE", *["ACTIVATE_VERSION"] * is_complete]


def test_a_schema_is_told_again_only_where_it_is_another() -> None:
    with open_pipe() as pipe:
        writer = MessageWriter()
        for schema in (SCHEMA, SCHEMA, SchemaMessage(stream="s", schema={"properties": {"id": {}}}, key_properties=[])):
            writer.write_message(schema)
    assert pipe.messages == ["SCHEMA", "SCHEMA"]


def test_numbers_are_written_as_they_are() -> None:
    with open_pipe() as pipe:
        writer = MessageWriter()
        writer.write_message(RecordMessage(stream="s", record={"a": Decimal("1.10"), "b": Decimal("1E+2"), "c": 2**70}))
        writer.flush()
        assert b'"record":{"a":1.10,"b":1E+2,"c":1180591620717411303424}' in pipe.writes[0]


def test_a_stream_of_text_will_do() -> None:
    with redirect_stdout(io.StringIO()) as out:
        writer = MessageWriter()
        writer.write_message(RecordMessage(stream="s", record={"name": "ü\u2028"}))
        writer.write_lines(LINE)
        writer.write_message(STATE)
    lines = out.getvalue().split("\n")
    assert [json.loads(line)["type"] for line in lines[:-1]] == ["RECORD", "RECORD", "STATE"]
    assert json.loads(lines[0])["record"] == {"name": "ü\u2028"}


def test_what_a_short_write_leaves_is_written_after_it() -> None:
    pipe = Pipe(most=7)
    with redirect_stdout(Unbuffered(pipe)):
        MessageWriter().write_lines(LINE * 3)
    assert b"".join(pipe.writes) == LINE * 3
    assert len(pipe.writes) == 8


def test_nothing_is_written_twice() -> None:
    pipe = Pipe()
    writer = MessageWriter()
    with redirect_stdout(Unbuffered(pipe)):
        writer.write_lines(LINE)
        writer.flush()
        writer.write_message(STATE)
    assert pipe.messages == ["RECORD", "STATE"]


def test_an_end_that_comes_during_a_write_waits_for_its_last_line() -> None:
    pipe, writer, ending = Pipe(most=7), MessageWriter(), SystemExit(143)
    pipe.then = lambda: writer.end(ending)
    with redirect_stdout(Unbuffered(pipe)):
        with pytest.raises(SystemExit) as raised:
            writer.write_lines(LINE * 3)
        assert raised.value is ending
        assert pipe.messages == ["RECORD"] * 3
        writer.write_message(STATE)  # and the last message still goes out
    assert pipe.messages == [*["RECORD"] * 3, "STATE"]


def test_an_end_that_comes_between_writes_is_one_at_once_and_loses_no_record() -> None:
    with open_pipe() as pipe:
        writer = MessageWriter()
        writer.write_message(RECORD)
        with pytest.raises(SystemExit):
            writer.end(SystemExit(143))
        writer.write_message(STATE)
        assert pipe.messages == ["RECORD", "STATE"]


def test_a_target_that_is_gone_ends_it_once(caplog: pytest.LogCaptureFixture) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as out, redirect_stdout(out):
        writer = MessageWriter()
        writer.write_message(RECORD)
        with pytest.raises(TargetGone) as raised:
            writer.write_lines(LINE)
        assert raised.value.code == 1
        writer.write_message(STATE)  # what is still told, while it ends, goes nowhere
        writer.flush()
    assert [record.message for record in caplog.records] == [
        "The target has closed the pipe before the end of the sync"
    ]


ENDLESS = """
import signal
from singer_sdk.singerlib.encoding.simple import StateMessage
from tap_analytics.stream.messages.writer import MessageWriter
writer = MessageWriter()
signal.signal(signal.SIGTERM, lambda number, _: writer.end(SystemExit(128 + number)))
try:
    while True:
        writer.write_lines(b'{"type":"RECORD","record":{"name":"%s"}}\\n' % (b"x" * 1000) * 100)
finally:
    writer.write_message(StateMessage(value={}))
"""


def waiting_in(pipe: int) -> int:
    """Return how many bytes in a pipe are not read yet."""
    count = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return count[0]


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_signal_while_the_pipe_is_full_leaves_whole_lines(unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    command = [sys.executable, "-c", ENDLESS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        end = time.monotonic() + 20
        while waiting_in(process.stdout.fileno()) < fcntl.fcntl(process.stdout, fcntl.F_GETPIPE_SZ) - 4096:
            assert time.monotonic() < end
            time.sleep(0.005)
        time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.02)  # it comes while the write still waits for a reader
        written, _ = process.communicate(timeout=10)
    assert process.returncode == 143
    lines = written.split(b"\n")
    assert lines.pop() == b""
    types = [json.loads(line)["type"] for line in lines]
    assert types == [*["RECORD"] * (len(lines) - 1), "STATE"]
    assert len(lines) % 100 == 1  # each page as a whole


def test_a_state_of_many_bookmarks_is_written_every_few_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    seconds = 0.0
    states = StateWriter(MessageWriter(), clock=lambda: seconds)
    for number in range(100):
        seconds = number / 10
        states.write_state({"bookmarks": {"a": {"partitions": [{"context": {"id": number}}]}}})
    assert capsys.readouterr().out.count("STATE") == 2
    states.flush({"bookmarks": {"a": {"partitions": []}}})
    states.flush({"bookmarks": {"a": {"partitions": []}}})
    assert capsys.readouterr().out.count("STATE") == 1


def test_any_other_state_is_written_where_it_says_something_new(capsys: pytest.CaptureFixture[str]) -> None:
    states = StateWriter(MessageWriter())
    for value in (1, 1, 2, 2, 1):
        states.write_state({"bookmarks": {"a": {"replication_key_value": value}}})
    assert capsys.readouterr().out.count("STATE") == 3
