"""A Python that has imported the tap and waits: what it forks runs the tap at once, as a process of its own.

A fresh Python takes longer to import what the tap stands on than most syncs of the tests take. `python -m tests.ready`
is the one that waits; `Ready` starts it and asks it for runs.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import re
import runpy
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tap_analytics
from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

# A run that takes longer is ended by the system: its exit status is the negative number of the signal.
SECONDS = 60
ROOT = Path(__file__).parents[1]


class Ready:
    """Runs the tap in forks of one process; a run differs from `python -m tap_analytics` in its start alone."""

    def __init__(self) -> None:
        self._output = tempfile.TemporaryDirectory()
        command = [sys.executable, "-m", "tests.ready", self._output.name]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()
        self._output.cleanup()

    def run(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
        """Run the tap in a folder, and return its exit status and all that it wrote to stdout and to stderr."""
        assert self._process.stdin
        assert self._process.stdout
        if any(name.startswith("PYTHON") and os.environ.get(name) != environment[name] for name in environment):
            return start(arguments, folder, environment)  # Python reads these when it starts
        order = {"arguments": arguments, "folder": str(folder), "environment": dict(environment)}
        self._process.stdin.write(json.dumps(order) + "\n")
        code = int(self._process.stdout.readline())
        return code, Path(self._output.name, "stdout").read_text(), Path(self._output.name, "stderr").read_text()

    def kill(self) -> None:
        """Kill the run that is under way, as the system does: it gets no chance to write or to tidy up."""
        os.kill(int(Path(self._output.name, "pid").read_text()), signal.SIGKILL)


def start(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
    """Run the tap in a Python of its own, and return what `Ready.run` does."""
    command = [sys.executable, "-m", "tap_analytics", *arguments]
    process = subprocess.run(
        command, capture_output=True, text=True, timeout=SECONDS, check=False, cwd=folder, env=environment
    )
    return process.returncode, process.stdout, process.stderr


def main() -> None:
    """Fork for each order that comes, and say how the run ended."""
    import_all()
    gc.freeze()  # what stands now is looked through in no run
    output = Path(sys.argv[1])
    for line in sys.stdin:
        if (run := os.fork()) == 0:
            become_tap(json.loads(line), output)
            return
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(run, 0)[1])}\n")
        sys.stdout.flush()


def import_all() -> None:
    """Import what any run of the tap may import, and compile its patterns, so that no run has to."""
    for module in pkgutil.walk_packages(tap_analytics.__path__, "tap_analytics."):
        if not module.name.startswith(("tap_analytics.spark", "tap_analytics.sandbox", "tap_analytics.__main__")):
            imported = importlib.import_module(module.name)
            for each in vars(imported).values():
                if isinstance(each, type(pattern(""))):
                    re.compile(each.pattern, each.flags)


def become_tap(order: dict[str, Any], output: Path) -> None:
    """Make this process what `python -m tap_analytics` would be, and run it."""
    signal.alarm(SECONDS)
    (output / "pid").write_text(str(os.getpid()))
    to_write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(output / "stdout", to_write), 1)
    os.dup2(os.open(output / "stderr", to_write), 2)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    sys.path[0] = order["folder"]
    sys.argv[1:] = order["arguments"]
    runpy.run_module("tap_analytics", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
