"""What is known at a place of the code, and what only running it would tell."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.resources.dlt_python import source
from tests.resources.dlt_python.readings import endpoint, params, sentences


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("datetime.fromtimestamp(0)", "calls `datetime.datetime.fromtimestamp`"),
        ("missing", "needs `missing`, which the file does not define"),
        ("settings.NAMES", "comes from another file"),
        ("open('secret.txt').read()", "is read from `secret.txt`"),
        ("[x for x in missing]", "loops over something"),
        ("1 if missing else 2", "depends on a condition"),
        ("...", "is left to the reader"),
        ("forever()", "call each other too often"),
    ],
)
def test_what_only_running_the_code_tells_is_named_and_left_out(expression: str, reason: str) -> None:
    before = """
        from datetime import datetime
        from . import settings
        def forever():
            return forever()
    """
    made = endpoint(f'{{"params": {{"x": {expression}, "y": 1}}}}', before)
    assert made.content["resources"][0]["endpoint"] == {"params": {"y": 1}}
    (sentence,) = sentences(made, losing=True)
    assert sentence.startswith("`resources[0].endpoint.params.x` ")
    assert reason in sentence


def test_nothing_is_run(tmp_path: Any) -> None:  # noqa: ANN401 - a path
    mark = tmp_path / "mark"
    params("1", f"from pathlib import Path\nPath({str(mark)!r}).touch()\nopen({str(mark)!r}, 'w')")
    assert not mark.exists()


def test_code_that_would_never_end_is_given_up() -> None:
    loops = "".join(f"{' ' * depth}for _{depth} in range(1000):\n" for depth in range(4))
    found = source.read(f"{loops}{' ' * 4}x = 1\n")
    assert [remark.sentence for remark in found.remarks] == ["the code takes too many steps to be worked out"]
