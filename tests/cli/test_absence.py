"""What the SDK imports for its targets alone is not imported when the tap starts, and can be had afterwards."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tap_analytics.cli.absence import absence_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PROGRAM = """
import sys
from tap_analytics.__main__ import main
sys.argv[1:] = ["--version"]
import atexit
atexit.register(lambda: print("joblib" in sys.modules, "singer_sdk.target_base" in sys.modules))
main()
"""


def test_a_module_is_none_within_and_can_be_had_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "left_out.py").write_text("word = 'there'")
    monkeypatch.syspath_prepend(tmp_path)
    with absence_of("left_out"):
        from left_out import word  # type: ignore[import-not-found]  # noqa: PLC0415 - it is of this test

        assert word is None
    from left_out import word  # noqa: PLC0415 - likewise

    assert word == "there"


def test_a_module_that_is_there_stays() -> None:
    with absence_of("json"):
        import json  # noqa: PLC0415 - this is what is looked at

        assert json.dumps(1) == "1"
    assert "json" in sys.modules


def test_the_tap_starts_without_what_targets_need() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "False True"
