"""How far a sync is: a live line on a terminal, a line of the log now and then elsewhere, a table at the end."""

from __future__ import annotations

import errno
import fcntl
import io
import json
import logging
import os
import pty
import re
import shlex
import signal
import struct
import subprocess
import sys
import termios
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console
from typing_extensions import override

from tap_analytics.report.progress import INTERVAL, Bar, LogLines
from tap_analytics.report.redaction.redact import Redactor
from tap_analytics.report.stats import ListStats, StreamStats
from tap_analytics.sandbox import Answer, Sandbox
from tests.conftest import API_KEY, STREAMS, surroundings
from tests.syncs.test_ending import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import TapRunner
    from tests.ready import Ready

LIVE = re.compile(r"contacts .*[━╸╺]+.* of 250 rows \([0-9]+%\)  [0-9]+ pages  [0-9,]+ rows/s  [0-9]+ s left")
SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"


@dataclass(frozen=True)
class Seen:
    """What a terminal got, and what the target got."""

    code: int
    terminal: str
    output: str

    @property
    def text(self) -> str:
        """What the terminal got without its colours and movements."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.terminal)


@pytest.fixture
def on_terminal(tap: TapRunner, ready: Ready, tmp_path: Path) -> Callable[..., Seen]:
    """Run the tap with a terminal for its log."""

    def run(
        *,
        term: str = "xterm-256color",
        during: Callable[[int], None] | None = None,
        both: bool = False,
        level: str = "",
        state: dict[str, Any] | None = None,
        **settings: Any,  # noqa: ANN401 - any setting
    ) -> Seen:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 140, 0, 0))
        files = {"config": tap.settings(page_size=10, **settings), "state": state or {}}
        start = [sys.executable, "-m", "tap_analytics"] if during else [ready.program]
        command = [*map(str, start), *tap.write(**files)]
        environment = {**surroundings(), "TERM": term, "TAP_ANALYTICS_LOGLEVEL": level}
        got: list[bytes] = []
        with (tmp_path / "messages").open("w+") as messages:
            process = subprocess.Popen(command, stdout=theirs if both else messages, stderr=theirs, env=environment)
            os.close(theirs)
            reader = threading.Thread(target=lambda: _read(ours, got))
            reader.start()
            if during:
                during(process.pid)
            code = process.wait(timeout=60)
            reader.join(timeout=10)
            messages.seek(0)
            seen = Seen(code, b"".join(got).decode(), messages.read())
        os.close(ours)
        return seen

    return run


def _read(terminal: int, got: list[bytes]) -> None:
    try:
        while chunk := os.read(terminal, 65536):
            got.append(chunk)
    except OSError:  # the other side has ended
        return


def test_a_terminal_has_a_live_line_with_all_figures(on_terminal: Callable[..., Seen]) -> None:
    with Sandbox(api_key=API_KEY, rows={"contacts": 250}, latency=0.02) as slow:
        seen = on_terminal(api_url=slow.url)
    assert seen.code == 0
    assert LIVE.search(seen.text)


def test_lines_of_the_log_stand_on_lines_of_their_own(on_terminal: Callable[..., Seen]) -> None:
    seen = on_terminal(level="INFO")
    assert re.search(r"(?:\r|\n)[0-9-]{10} [0-9:,]{12} \| INFO .* Read 250 rows of 250", seen.text)


def test_a_terminal_gets_a_table_at_the_end(on_terminal: Callable[..., Seen]) -> None:
    seen = on_terminal()
    end = seen.text[seen.text.rindex("stream") :]
    assert re.search(r"contacts +250 +[0-9]+ +[0-9]+ +[0-9.]+ +none -> 2025-\S+ +ok", end)
    assert "METRIC" not in end


def test_a_terminal_shows_the_bar_warnings_and_the_table_only(api: Sandbox, on_terminal: Callable[..., Seen]) -> None:
    api.intercept(lambda request: Answer(503, {}) if request.resource == "deals" and request.number == 1 else None)
    seen = on_terminal(backoff_factor=0)
    assert seen.code == 0
    logged = [line.split("|")[1].strip() for line in re.split(r"[\r\n]+", seen.text) if line.count("|") > 2]
    assert set(logged) == {"WARNING"}
    assert re.search(r"^contacts +250 .* ok", seen.text, re.MULTILINE)


def test_the_messages_are_whole_beside_a_live_line(on_terminal: Callable[..., Seen]) -> None:
    messages = [json.loads(line) for line in on_terminal().output.splitlines()]
    assert sum(message["type"] == "RECORD" and message["stream"] == "contacts" for message in messages) == 250


@pytest.mark.parametrize("settings", [{"progress": "log"}, {"progress": "off"}, {"term": "dumb"}, {"both": True}])
def test_there_is_no_live_line_where_it_is_not_wanted_or_would_disturb(
    on_terminal: Callable[..., Seen], settings: dict[str, str]
) -> None:
    seen = on_terminal(**settings)
    assert seen.code == 0
    assert "━" not in seen.text
    assert HIDE_CURSOR not in seen.terminal
    assert re.search(r"INFO .* contacts +250 .* ok", seen.text)


def test_a_terminal_is_whole_after_a_signal(api: Sandbox, on_terminal: Callable[..., Seen]) -> None:
    api.intercept(lambda request: Answer(200, {"data": []}, delay=30) if request.resource == "deals" else None)

    def interrupt(process: int) -> None:
        wait_for(lambda: api.requests_to("deals"))
        os.kill(process, signal.SIGINT)

    seen = on_terminal(during=interrupt)
    assert seen.code == 130
    assert seen.terminal.rindex(SHOW_CURSOR) > seen.terminal.rindex(HIDE_CURSOR)
    assert re.search(r"deals .* interrupted", seen.text)


def test_a_pipe_gets_the_table_in_the_log_and_nothing_for_terminals(tap: TapRunner) -> None:
    run = tap(progress="bar", concurrency=1)
    assert run.code == 0
    assert "\x1b" not in run.stderr
    assert "rows/s" not in run.stderr
    table = run.stderr[run.stderr.index("stream  ") :]
    assert re.search(r"\| contacts +250 +4 +4 +0 +[0-9.]+ +none -> 2025-\S+ +ok\n", table)
    assert len(re.findall(r" ok\n", table)) == len(STREAMS)


def test_the_table_says_what_failed_and_what_was_tried_again(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda request: Answer(503, {}) if request.resource == "deals" else None)
    run = tap(max_retries=2)
    assert run.code == 1
    assert re.search(r"\| deals +0 +0 +3 +2 +[0-9.]+ +none +failed\n", run.stderr)
    assert re.search(r"\| companies .* ok\n", run.stderr)
    assert run.stderr.rstrip().splitlines()[-1].endswith(f"1 of {len(STREAMS)} streams failed: deals")


def test_the_table_says_from_where_to_where_bookmarks_moved(tap: TapRunner) -> None:
    first = tap()
    second = tap(state=first.state, start_param="updated_since")
    bookmark = re.escape(first.bookmark("contacts"))
    assert re.search(rf"\| contacts +[0-9] +[0-9] +[0-9] +0 +[0-9.]+ +{bookmark} +ok\n", second.stderr)


def test_off_in_a_yaml_file_is_the_word(tap: TapRunner, tmp_path: Path) -> None:
    (tmp_path / "off.yaml").write_text("progress: off\n")
    run = tap.run(*tap.write(config=tap.settings()), "--config", str(tmp_path / "off.yaml"))
    assert run.code == 0


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def test_a_line_of_the_log_comes_every_ten_seconds_at_most(log: pytest.LogCaptureFixture) -> None:
    now = 0.0
    shown = LogLines(logging.getLogger("tap-analytics"), clock=lambda: now)
    tally = StreamStats(stream="contacts", clock=lambda: now)
    progress = ListStats(totals={10_000})
    tally.open(progress)
    while now < 3 * INTERVAL + 1:
        now += 0.5
        progress.rows, progress.pages = progress.rows + 100, progress.pages + 1
        shown.tell(tally)
    assert log.messages == [
        "contacts: 2,000 of 10,000 rows (20%), 20 pages, 200 rows/s, 40 s left",
        "contacts: 4,000 of 10,000 rows (40%), 40 pages, 200 rows/s, 30 s left",
        "contacts: 6,000 of 10,000 rows (60%), 60 pages, 200 rows/s, 20 s left",
    ]


def test_a_sync_that_is_over_by_then_has_no_line(log: pytest.LogCaptureFixture) -> None:
    now = 0.0
    shown = LogLines(logging.getLogger("tap-analytics"), clock=lambda: now)
    tally = StreamStats(stream="contacts", clock=lambda: now)
    tally.open(ListStats(rows=1))
    now = INTERVAL - 0.1
    shown.tell(tally)
    assert log.messages == []


def test_single_requests_are_counted_at_debug_only(tap: TapRunner) -> None:
    quiet = tap(environment={"TAP_ANALYTICS_LOGLEVEL": "INFO"})
    assert "http_request" not in quiet.stderr
    assert quiet.stderr.count('"metric":"record_count"') == len(STREAMS)
    assert re.search(r"DEBUG .*http_request_count", tap().stderr)


def test_batches_are_counted_at_debug_only(tap: TapRunner, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("batches")
    batch = {"encoding": {"format": "jsonl", "compression": "gzip"}, "storage": {"root": folder.as_uri()}}
    quiet = tap(streams=["deals"], batch_config=batch, environment={"TAP_ANALYTICS_LOGLEVEL": "INFO"})
    assert quiet.code == 0
    assert "batch_count" not in quiet.stderr


def test_children_have_no_line_for_each_parent(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda request: Answer(200, {"data": [{"id": 1}], "total": 1}) if "/notes" in request.path else None)
    notes = {"name": "notes", "endpoint": {"path": "/v1/{resources.companies.id}/notes"}, "primary_key": "id"}
    run = tap(resources=["companies", notes], environment={"TAP_ANALYTICS_LOGLEVEL": "INFO"})
    assert run.code == 0, run.stderr
    assert len(run.records("notes")) == 120
    assert re.search(r"\| notes +120 +120 +120 +0 ", run.stderr)
    assert len(run.stderr.splitlines()) < 40


MARKED = [{"name": name, "primary_key": "id", "endpoint": "/v1/deals"} for name in ("a", "[/x]", ":warning:")]


def test_names_are_not_taken_for_the_markup_of_terminals(on_terminal: Callable[..., Seen]) -> None:
    seen = on_terminal(resources=MARKED)
    assert seen.code == 0
    for name in ("a", "[/x]", ":warning:"):
        assert re.search(rf"^{re.escape(name)} +30 .* ok", seen.text, re.MULTILINE)


def test_a_bookmark_is_not_taken_for_the_markup_of_terminals(on_terminal: Callable[..., Seen]) -> None:
    state = {"bookmarks": {"contacts": {"replication_key": "updated_at", "replication_key_value": "[/a]"}}}
    seen = on_terminal(state=state)
    assert seen.code == 1
    assert re.search(r"^contacts .* \[/a\] +failed", seen.text, re.MULTILINE)
    assert "Traceback" not in seen.text


def test_a_bar_is_shown_beside_messages_if_it_is_wanted(on_terminal: Callable[..., Seen]) -> None:
    assert "━" in on_terminal(both=True, progress="bar").text


def test_a_key_in_the_name_of_a_stream_is_masked_on_a_terminal(api: Sandbox, on_terminal: Callable[..., Seen]) -> None:
    api.reset(api_key="letters_only")
    named = [{"name": "letters_only", "primary_key": "id", "endpoint": "/v1/deals"}]
    seen = on_terminal(api_key="letters_only", resources=named)
    assert seen.code == 0
    assert "letters_only" not in seen.terminal


class Gone(io.StringIO):
    """A terminal that is not there any more."""

    @override
    def isatty(self) -> bool:
        return True

    @override
    def write(self, text: str) -> int:
        raise OSError(errno.EIO, "Input/output error")


def test_a_terminal_that_goes_away_ends_no_sync() -> None:
    with pytest.raises(OSError, match="error"):
        Gone().write("a line")
    bar = Bar(logging.getLogger("tap-analytics"), Console(file=Gone(), force_terminal=True), Redactor())
    tally = StreamStats(stream="contacts", requests=1)
    tally.open(ListStats(rows=1))
    bar.start()
    bar.tell(tally)
    bar.end([tally])


@pytest.mark.parametrize(("closed", "code"), [("2>&-", 0), (">&-", 1)])
def test_a_stream_that_the_shell_has_closed_is_none(tap: TapRunner, closed: str, code: int) -> None:
    command = shlex.join([sys.executable, "-m", "tap_analytics", *tap.write(config=tap.settings())])
    process = subprocess.run(["/bin/sh", "-c", f"{command} {closed}"], capture_output=True, text=True, check=False)
    assert process.returncode == code
    written = process.stdout.count('"type":"RECORD"')
    assert written == 0 if code else written >= 409
    assert "Traceback" not in process.stderr
    if code:
        assert "Standard output is closed" in process.stderr


def test_a_line_of_the_log_is_whole_beside_the_bar(on_terminal: Callable[..., Seen]) -> None:
    lines = [line for line in re.split(r"[\r\n]+", on_terminal(level="INFO").text) if "METRIC" in line]
    assert lines
    assert all(line.endswith("}") and len(line) > 140 for line in lines)


def test_handlers_of_the_log_are_as_before_when_the_bar_is_gone(on_terminal: Callable[..., Seen]) -> None:
    bookmark = {"replication_key": "updated_at", "replication_key_value": "never"}
    seen = on_terminal(state={"bookmarks": {"contacts": bookmark}})
    assert re.search(rf"\n\S+ \S+ \| ERROR .* 1 of {len(STREAMS)} streams failed: contacts\s*$", seen.text)
