"""Borders and stretches are plain data, and their marks the same in every process."""

from __future__ import annotations

import json
import subprocess
import sys

from tap_analytics.pagination.offset.stretch import Border, Mark, Stretch, marks_of

STRETCH = Stretch(Border(5, [Mark("a", "1"), Mark("b", "2")], [Mark("c", "3")]), None)


def test_a_stretch_is_plain_data() -> None:
    assert Stretch.of(json.loads(json.dumps(STRETCH.words()))) == STRETCH
    assert Stretch.of(Stretch().words()) == Stretch()


def test_a_mark_is_of_the_key_and_the_version() -> None:
    mark = marks_of(lambda row: row["id"], lambda row: row["at"])
    first, same, changed, other = (mark({"id": each, "at": at}) for each, at in [(1, 1), (1, 1), (1, 2), (2, 1)])
    assert first == same
    assert (first.key, first.version == changed.version) == (changed.key, False)
    assert first.key != other.key


def test_another_process_makes_the_same_mark() -> None:
    program = (
        "from tap_analytics.pagination.offset.stretch import marks_of;"
        "print(*marks_of(lambda row: row, lambda row: row)(('a', 1)))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert run.stdout.split() == [*marks_of(lambda row: row, lambda row: row)(("a", 1))]
