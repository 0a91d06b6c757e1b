"""A Python that has imported the tap and waits: what it forks runs the tap at once, as a process of its own.

A fresh Python takes longer to import what the tap stands on than most syncs of the tests take. `python -m tests.ready`
is the one that waits; `Ready` starts it and asks it for runs, and so does the program that it has for scripts.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
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
# Stands for the command in scripts: it hands on what it was started with, and ends as the run does.
PROGRAM = f"""#!{sys.executable} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as asked:
    asked.connect("SOCKET")
    order = {{"arguments": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)}}
    socket.send_fds(asked, [b" "], [0, 1, 2])
    asked.sendall(json.dumps(order).encode())
    asked.shutdown(socket.SHUT_WR)
    sys.exit(int(asked.recv(16)))
"""


class Ready:
    """Runs the tap in forks of one process; a run differs from `python -m tap_analytics` in its start alone.

    `program` is `tap-analytics` for scripts, which find it in `folder`. A signal that it gets does not reach the run.
    """

    def __init__(self) -> None:
        self._output = tempfile.TemporaryDirectory()
        with socket.socket(socket.AF_UNIX) as programs:  # here, so that they may come while all is imported
            programs.bind(f"{self._output.name}/socket")
            programs.listen()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.ready", self._output.name, str(programs.fileno())],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                bufsize=1,
                pass_fds=[programs.fileno()],
            )
        self.folder = Path(self._output.name, "bin")
        self.program = self.folder / "tap-analytics"
        self.folder.mkdir()
        self.program.write_text(PROGRAM.replace("SOCKET", f"{self._output.name}/socket"))
        self.program.chmod(0o755)

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
    """Fork for each order that comes, by a line or from a program, and say how the run ended."""
    import_all()
    gc.freeze()  # what stands now is looked through in no run
    output = Path(sys.argv[1])
    with socket.socket(fileno=int(sys.argv[2])) as programs, selectors.DefaultSelector() as selector:
        selector.register(programs, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        while True:
            asking = {key.fileobj for key, _ in selector.select()}
            reap()
            if programs in asking:
                answer(programs)
            if sys.stdin in asking:
                if not (line := sys.stdin.readline()):
                    return
                sys.stdout.write(f"{run_in_fork(json.loads(line), files(output), output)}\n")
                sys.stdout.flush()


def reap() -> None:
    """Let the system forget the forks that have ended."""
    with suppress(ChildProcessError):  # there are none
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def answer(programs: socket.socket) -> None:
    """Have a fork wait for the run of a program, while others may come: commands of a pipe run at once."""
    asking, _ = programs.accept()
    with asking:
        _, streams, _, _ = socket.recv_fds(asking, 1, 3)
        if os.fork() == 0:
            order = asking.makefile("rb").read()  # it may come in pieces
            code = run_in_fork(json.loads(order), streams)
            asking.send(f"{code if code >= 0 else 128 - code}".encode())
            os._exit(0)
        for each in streams:
            os.close(each)


def files(output: Path) -> list[int]:
    """Open what a run reads and writes where nobody else gives it: nothing, and two files."""
    to_write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    return [os.open(os.devnull, os.O_RDONLY), *(os.open(output / name, to_write) for name in ("stdout", "stderr"))]


def run_in_fork(order: dict[str, Any], streams: list[int], output: Path | None = None) -> int:
    """Run the tap with these for its input and outputs, and return its exit status; its number stands in `output`."""
    if (run := os.fork()) == 0:
        if output:
            (output / "pid").write_text(str(os.getpid()))
        become_tap(order, streams)
        sys.exit()
    for each in streams:
        os.close(each)
    return os.waitstatus_to_exitcode(os.waitpid(run, 0)[1])


def import_all() -> None:
    """Import what any run of the tap may import, and compile its patterns, so that no run has to."""
    for module in pkgutil.walk_packages(tap_analytics.__path__, "tap_analytics."):
        if not module.name.startswith(("tap_analytics.spark", "tap_analytics.sandbox", "tap_analytics.__main__")):
            try:
                imported = importlib.import_module(module.name)
            except ModuleNotFoundError as absent:  # of an extra, such as pyarrow
                if str(absent.name).startswith("tap_analytics"):
                    raise
                continue
            for each in vars(imported).values():
                if isinstance(each, type(pattern(""))):
                    _ = each.pattern  # the first use compiles it


def become_tap(order: dict[str, Any], streams: list[int]) -> None:
    """Make this process what `python -m tap_analytics` would be, and run it."""
    signal.alarm(SECONDS)
    for number, each in enumerate(streams):
        os.dup2(each, number)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    sys.path[0] = order["folder"]
    sys.argv[1:] = order["arguments"]
    runpy.run_module("tap_analytics", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
