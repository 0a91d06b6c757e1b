"""How long the tap takes to print its version, beside the import of the SDK alone."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median

VERSION = ("-m", "tap_analytics", "--version")
IMPORT = ("-c", "import singer_sdk")


@dataclass(frozen=True)
class Startup:
    """Seconds, medians of runs in turn."""

    version: float
    sdk: float

    @property
    def ratio(self) -> float:
        """How many times as long the version takes as the import."""
        return self.version / self.sdk


def time_startup(times: int) -> Startup:
    """Time both, in turn, after one run of each that does not count."""
    for command in (VERSION, IMPORT):
        _seconds(command)
    pairs = [(_seconds(VERSION), _seconds(IMPORT)) for _ in range(times)]
    version, sdk = zip(*pairs, strict=True)
    return Startup(median(version), median(sdk))


def _seconds(command: tuple[str, ...]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, capture_output=True)  # noqa: S603 - our own commands
    return time.perf_counter() - started
