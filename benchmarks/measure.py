"""One run of one contestant against the sandbox, and what it took."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from benchmarks.contestants import Task
from benchmarks.environments import Environment
from tap_analytics.sandbox.table import Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.contestants import Contestant
    from benchmarks.plan import Case
    from tap_analytics.sandbox import Sandbox

STOPWATCH = Path(__file__).with_name("stopwatch.py")
# `ru_maxrss` is in bytes on macOS and in kibibytes elsewhere.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
# Seconds between two ticks of the clock that files are dated with.
CLOCK = 0.004

_ENCODED_AT_MOST = 250_000
_TIMEOUT = 600
_REASON_LENGTH = 200


class RunFailed(Exception):  # noqa: N818 - it says what happened
    """A contestant ended with an error, or without all records; the message says which."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run took.

    Args:
        rows: Records it wrote: all there are.
        requests: Requests for them that reached the sandbox.
        sync: Seconds from the first of those requests to the last byte of output.
        process: Seconds from the start of the process to its end.
        peak: Megabytes of resident memory at most.
    """

    rows: int
    requests: int
    sync: float
    process: float
    peak: float

    @property
    def rate(self) -> float:
        """Records per second of `sync`."""
        return self.rows / self.sync


def set_up(api: Sandbox, case: Case) -> None:
    """Give the sandbox the rows of a case, encoded beforehand unless they are too many: then serving costs little."""
    api.reset(rows={"contacts": case.rows}, latency=case.latency)
    if case.rows <= _ENCODED_AT_MOST:
        contacts = api.table("contacts")
        rows, _ = contacts.page(Query(), 0, case.rows)
        if case.shape:
            rows = [msgspec.json.encode(case.shape.row(msgspec.json.decode(row))) for row in rows]
        contacts.load(map(msgspec.Raw, rows))


def measure(contestant: Contestant, case: Case, api: Sandbox) -> Run:
    """Let a contestant read the contacts once; the sandbox is as `set_up` left it.

    Raises:
        RunFailed: It ended with an error, too late, or without all records.
    """
    asked = len(api.requests_to("contacts"))
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        task = Task(
            python=Environment(contestant.requirements).python,
            api_url=api.url,
            api_key=api.api_key,
            page_size=case.page_size,
            shape=case.shape,
            folder=Path(folder),
        )
        started, ended, peak = _time(contestant.command(task), task, contestant.variables)
        written = _end_of_writing(contestant.files(task), contestant, case)
    requests = api.requests_to("contacts")[asked:]
    asked_at = requests[0].received_at + time.time() - time.monotonic()
    return Run(
        rows=case.rows,
        requests=len(requests),
        sync=max(written - asked_at, CLOCK),
        process=ended - started,
        peak=peak * RSS_UNIT / 1e6,
    )


def _end_of_writing(files: list[Path], contestant: Contestant, case: Case) -> float:
    """Return when the last byte was written to these files, which must hold all records."""
    rows = sum(map(contestant.count, files))
    if rows != case.rows:
        message = f"{rows:,} of {case.rows:,} records arrived"
        raise RunFailed(message)
    return max(file.stat().st_mtime for file in files)


def _time(command: list[str], task: Task, variables: Mapping[str, str]) -> tuple[float, float, int]:
    """Return when the command started and ended, and its peak of memory as the system tells it."""
    figures, log = task.folder / "figures", task.folder / "log"
    # Nothing comes from the user's environment: no proxies, no settings of taps, no home folder.
    own = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(task.folder)}
    with task.output.open("wb") as output, log.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-S", "-E", str(STOPWATCH), str(figures), *command],
            cwd=task.folder,
            env=own | dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
        _wait(process)
    code, started, ended, peak, _ = figures.read_text().split()
    if code != "0":
        raise RunFailed(_reason(code, log))
    return float(started), float(ended), int(peak)


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_TIMEOUT)
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            message = f"it did not end within {_TIMEOUT} s"
            raise RunFailed(message) from None
        raise


def _reason(code: str, log: Path) -> str:
    """Return the exit code with the last line of the log, without the name of our own folder."""
    lines = log.read_text(errors="replace").replace(str(log.parent), "").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "nothing was logged")
    return f"it ended with {code}: {last[:_REASON_LENGTH]}"
