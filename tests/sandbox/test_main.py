"""`python -m tap_analytics.sandbox`."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import requests

from tap_analytics.sandbox.faults import FAULTS

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "tap_analytics.sandbox", *arguments]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_command_says_how_to_use_it_and_ends_silently(ending: signal.Signals) -> None:
    arguments = ("--port", "0", "--rows", "contacts=5", "--rows", "deals=2", "--api-key", "k", "--page-cap", "3")
    with subprocess.Popen(command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(6)]
        (example,) = re.findall("curl '(.*)'", "".join(lines))
        assert requests.get(example, timeout=5).json()["total"] == 5
        process.send_signal(ending)
        assert process.communicate(timeout=5) == ("", "")
    assert process.returncode == 0
    assert "contacts (5), companies (200), deals (2)" in "".join(lines)
    assert all(fault in lines[5] for fault in FAULTS)


def test_the_command_says_when_its_port_is_taken(api: Sandbox) -> None:
    done = subprocess.run(command("--port", str(api.port)), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"Cannot listen at 127.0.0.1:{api.port}: Address already in use. Choose another --port."
    ]


def test_the_command_says_what_to_install_when_the_parser_is_missing() -> None:
    program = (
        "import runpy, sys; sys.modules['httptools'] = None; sys.argv = ['sandbox', '--port', '0'];"
        "runpy.run_module('tap_analytics.sandbox', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "pip install 'tap-analytics[sandbox]'" in done.stderr
