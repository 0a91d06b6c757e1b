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
    from pathlib import Path

    from tap_analytics.sandbox import Sandbox
    from tests.conftest import TapRunner

SIGNALS = {signal.SIGTERM: 143, signal.SIGINT: 130, signal.SIGHUP: 129}


@contextmanager
def running(tap: TapRunner, *arguments: str, **settings: object) -> Iterator[subprocess.Popen[bytes]]:
    """Give the tap as a process whose output is not read yet."""
    command = [sys.executable, "-m", "tap_analytics", *(arguments or tap.write(config=tap.settings(**settings)))]
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


@pytest.mark.parametrize(("number", "code"), SIGNALS.items())
def test_a_signal_before_the_tap_has_its_settings_ends_it_with_the_same_code(
    tap: TapRunner, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    os.mkfifo(tmp_path / "waiting.json")
    waiting = tmp_path / "waiting.json"
    # Whoever opens it for writing waits until the tap opens it for reading.
    with running(tap, "--config", str(waiting)) as process, waiting.open("w"):
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (code, b"")
    assert b"Traceback" not in err


@pytest.mark.parametrize(("number", "code"), SIGNALS.items())
def test_a_signal_while_fields_are_looked_for_is_no_success(
    api: Sandbox, tap: TapRunner, number: signal.Signals, code: int
) -> None:
    api.intercept(lambda _: Answer(200, {"data": []}, delay=30))
    with running(
        tap, resources=[{"name": "things", "primary_key": "id", "endpoint": {"path": "/v1/things"}}]
    ) as process:
        wait_for(lambda: api.requests)
        process.send_signal(number)
        process.communicate(timeout=10)
    assert process.returncode == code


def test_a_hang_up_that_is_ignored_stays_ignored(api: Sandbox, tap: TapRunner) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as `nohup` does; a process that is started inherits it
    try:
        api.reset(rows={"contacts": 3, "companies": 3})
        api.intercept(lambda request: Answer(200, {"data": []}, delay=30) if request.resource == "deals" else None)
        with running(tap) as process:
            wait_for(lambda: api.requests_to("deals"))
            process.send_signal(signal.SIGHUP)
            time.sleep(0.2)
            assert process.poll() is None
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=10)
        assert process.returncode == 143
    finally:
        signal.signal(signal.SIGHUP, before)


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
@pytest.mark.parametrize("options", [[], ["--discover"]], ids=["sync", "discovery"])
def test_output_that_cannot_be_written_ends_it_with_one_line(api: Sandbox, tap: TapRunner, options: list[str]) -> None:
    command = [sys.executable, "-m", "tap_analytics", *options, *tap.write(config=tap.settings())]
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        process = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=30, check=False)
    assert process.returncode == 1
    assert "The output cannot be written" in process.stderr
    assert "Traceback" not in process.stderr
    assert len(api.requests) < 10
