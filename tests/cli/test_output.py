"""Output that cannot be written ends the process with one line, whatever it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("option", ["--about", "--help", "--version"])
def test_a_full_disk_is_told_in_one_line(option: str) -> None:
    with FULL.open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "tap_analytics", option], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "The output cannot be written: No space left on device" in line
