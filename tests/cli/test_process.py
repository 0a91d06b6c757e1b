"""A process ends with the code of its command once all that waits for its end is done."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

COMMAND = """
import atexit, os, signal, sys
from tap_analytics.cli.process import run_and_end

def command():
    print("buffered", end="")
    {body}

class Freed:
    def __del__(self):
        os.write(1, b" freed")

freed = Freed()
atexit.register(os.write, 2, b"at its end")
run_and_end(command)
"""


# So that what is printed waits for the end, wherever the tests run.
BUFFERED = {**os.environ, "PYTHONUNBUFFERED": ""}


def _end_of(body: str) -> subprocess.CompletedProcess[str]:
    """Return how a process ends whose command has this body."""
    return subprocess.run(
        [sys.executable, "-c", COMMAND.format(body=body)], capture_output=True, text=True, check=False, env=BUFFERED
    )


@pytest.mark.parametrize(("body", "code"), [("pass", 0), ("sys.exit()", 0), ("sys.exit(3)", 3), ("sys.exit(256)", 0)])
def test_what_is_buffered_is_written_and_what_waits_for_the_end_is_called_and_nothing_is_freed(
    body: str, code: int
) -> None:
    end = _end_of(body)
    assert (end.returncode, end.stdout, end.stderr) == (code, "buffered", "at its end")


def test_a_signal_that_comes_while_it_ends_leaves_the_code_as_it_is() -> None:
    end = _end_of("atexit.register(os.kill, os.getpid(), signal.SIGTERM); sys.exit(3)")
    assert (end.returncode, end.stdout) == (3, "buffered")


@pytest.mark.parametrize(("body", "last"), [("sys.exit('why')", "why"), ("raise ValueError('why')", "ValueError: why")])
def test_what_python_prints_at_the_end_is_printed(body: str, last: str) -> None:
    end = _end_of(body)
    assert (end.returncode, last in end.stderr, "at its end" in end.stderr) == (1, True, True)


def test_a_reader_that_is_gone_leaves_the_code_as_it_is() -> None:
    read, write = os.pipe()
    command = [sys.executable, "-c", COMMAND.format(body="sys.exit(3)")]
    with subprocess.Popen(command, stdout=write, env=BUFFERED) as process:
        os.close(read)
        os.close(write)
    assert process.returncode == 3
