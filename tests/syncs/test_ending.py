"""The tap ends when it is told to: with its state written, a code that tells why, and without delay."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tap_analytics.sandbox import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_analytics.sandbox import Sandbox
    from tests.conftest import TapRunner

SIGNALS = {signal.SIGTERM: 143, signal.SIGINT: 130}


@contextmanager
def running(tap: TapRunner, **settings: object) -> Iterator[subprocess.Popen[bytes]]:
    """Give the tap as a process whose output nobody reads yet."""
    command = [sys.executable, "-m", "tap_analytics", *tap.write(config=tap.settings(**settings))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(condition: Callable[[], object], *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize(("number", "code"), SIGNALS.items())
def test_a_signal_while_it_waits_for_the_api_ends_it_at_once(
    api: Sandbox, tap: TapRunner, number: signal.Signals, code: int
) -> None:
    api.reset(rows={"contacts": 3, "companies": 3})  # little enough for the pipe
    api.intercept(lambda request: Answer(200, {"data": []}, delay=30) if request.resource == "deals" else None)
    with running(tap) as process:
        wait_for(lambda: api.requests_to("deals"))
        began = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
        assert time.monotonic() - began < 5
    assert process.returncode == code
    assert b"Traceback" not in err
    state = json.loads(out.splitlines()[-1])
    assert state["type"] == "STATE"
    assert state["value"]["bookmarks"]["contacts"]["replication_key_value"]
    assert "replication_key_value" not in state["value"]["bookmarks"].get("deals", {})


def test_a_signal_while_it_waits_to_try_again_ends_it_at_once(api: Sandbox, tap: TapRunner) -> None:
    api.fault("unavailable")
    with running(tap, backoff_factor=60) as process:
        wait_for(lambda: api.requests)
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=5)
    assert process.returncode == 143


def test_a_signal_while_the_pipe_is_full_still_writes_whole_lines_and_the_state(api: Sandbox, tap: TapRunner) -> None:
    with running(tap) as process:
        wait_for(lambda: len(api.requests) >= 3)
        time.sleep(0.5)  # by now the pipe is full, and a write waits
        process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        out, _ = process.communicate(timeout=10)
    assert process.returncode == 143
    messages = [json.loads(line) for line in out.splitlines()]
    assert messages[-1]["type"] == "STATE"


def test_a_target_that_goes_away_ends_it_with_one_line(api: Sandbox, tap: TapRunner) -> None:
    with running(tap) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        os.read(process.stdout.fileno(), 100)
        process.stdout.close()
        err = process.stderr.read().decode()
        process.wait(timeout=10)
    assert process.returncode == 1
    told = [line for line in err.splitlines() if "INFO" not in line]
    assert len(told) == 1
    assert "The target has closed the pipe" in told[0]
    assert len(api.requests) < 10


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk that is always full")  # noqa: PTH110
def test_output_that_cannot_be_written_ends_it_with_one_line(api: Sandbox, tap: TapRunner) -> None:
    command = [sys.executable, "-m", "tap_analytics", *tap.write(config=tap.settings())]
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        process = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=30, check=False)
    assert process.returncode == 1
    assert "The output cannot be written" in process.stderr
    assert "Traceback" not in process.stderr
    assert len(api.requests) < 10
