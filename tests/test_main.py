"""`python -m tap_analytics` starts quickly, and finds its commands."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import TapRunner


def test_nothing_is_imported_that_a_start_does_not_need() -> None:
    program = "import sys; import tap_analytics.cli.command; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    late = {
        "yaml",
        "genson",
        "tap_analytics.cli.check",
        "tap_analytics.cli.preview",
        "tap_analytics.streams",
        "pyarrow",
    }
    assert late.isdisjoint(run.stdout.split())


def test_a_word_that_is_the_value_of_an_option_is_no_command(tap: TapRunner) -> None:
    run = tap.run("--config", "preview")
    assert run.code == 2
    assert "--config" in run.stderr
