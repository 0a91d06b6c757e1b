"""Meltano as a subprocess: in this repository, with a state, a log and settings of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REPOSITORY = Path(__file__).resolve().parents[1]
EXTRACTOR = "tap-analytics"
LOADER = "target-postgres"

_STOP_TIMEOUT = 10.0
_TAIL = 25
# Whatever the user's own shell says about the project must not reach the demo's, except how plugins are installed.
_FOREIGN = ("TAP_ANALYTICS_", "TARGET_POSTGRES_", "MELTANO_")
_KEPT = "MELTANO_VENV_BACKEND"


class MeltanoFailed(Exception):  # noqa: N818 - it says what happened
    """Meltano ended with an error; the message holds the end of its log."""


@dataclass(frozen=True)
class Run:
    """What one command of Meltano took and logged."""

    seconds: float
    log: str

    def sync_seconds(self) -> dict[str, float]:
        """Return the seconds that the tap says each stream took, by stream."""
        metrics = [entry["metric_info"] for entry in _entries(self.log) if "metric_info" in entry]
        syncs = [metric for metric in metrics if metric.get("metric") == "sync_duration"]
        return {metric["tags"]["stream"]: metric["value"] for metric in syncs}


class Meltano:
    """Runs Meltano with these settings in its environment, and nothing but them.

    Args:
        directory: Where its state and its logs go.
        settings: Environment variables for the plugins.
    """

    def __init__(self, directory: Path, settings: Mapping[str, str]) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN) or name == _KEPT}
        state = {"MELTANO_DATABASE_URI": f"sqlite:///{directory}/meltano.db", "MELTANO_CLI_LOG_FORMAT": "json"}
        self._directory = directory
        self._environment = own | state | dict(settings)

    @property
    def installed(self) -> bool:
        """Whether both plugins have been installed."""
        homes = ("extractors", EXTRACTOR), ("loaders", LOADER)
        return all((REPOSITORY / ".meltano" / kind / name / "venv").exists() for kind, name in homes)

    def install(self) -> Run:
        """Install both plugins."""
        return self._call("install", EXTRACTOR, LOADER)

    def run(self) -> Run:
        """Run the pipeline."""
        return self._call("run", EXTRACTOR, LOADER)

    def _call(self, *command: str) -> Run:
        """Run a command of Meltano to its end.

        Raises:
            MeltanoFailed: It ended with an error.
        """
        started = time.monotonic()
        path = self._directory / "meltano.log"
        with path.open("w") as log:
            code = self._wait(self._start(command, log))
        seconds = time.monotonic() - started
        text = path.read_text(errors="replace")
        if code:
            message = f"`meltano {' '.join(command)}` ended with {code}. The end of its log:\n{_tail(text)}"
            raise MeltanoFailed(message)
        return Run(seconds, text)

    def _start(self, command: tuple[str, ...], log: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401 - an open file
        # An empty file takes the place of the user's .env, and a session of its own keeps Ctrl-C for us to pass on.
        no_settings = self._directory / "no.env"
        no_settings.touch()
        return subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "meltano.cli", "--env-file", no_settings, *command],
            cwd=REPOSITORY,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        try:
            return process.wait()
        except BaseException:
            _stop(process)
            raise


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop Meltano and its plugins: they are one process group."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(_STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _entries(log: str) -> Iterator[dict[str, Any]]:
    for line in log.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry


def _tail(log: str) -> str:
    lines = [_readable(line) for line in log.splitlines() if '"METRIC"' not in line]
    return "\n".join(lines[-_TAIL:])


def _readable(line: str) -> str:
    entry = next(_entries(line), None)
    if entry is None:
        return f"  {line}"
    plugin = entry.get("name", "meltano")
    return f"  {entry.get('level', ''):7} {plugin:15} {entry.get('event', '').strip()}"
