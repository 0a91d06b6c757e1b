"""Each row of the table of failures names the tests that show it, and they exist."""

from __future__ import annotations

import ast
import re

import pytest

from scripts.reference import DOCS

TABLE = [
    line.strip("| ").split(" | ")
    for line in (DOCS / "failures.md").read_text().split("\n## ")[0].splitlines()
    if line.startswith("| ")
]
TITLES, _, *ROWS = TABLE
TEST = re.compile(r'\[\d+\]\((?P<file>[^ )]+) "(?P<name>\w+)"\)')


def test_the_table_says_when_then_and_what_shows_it() -> None:
    assert TITLES == ["When", "Then", "Shown by"]
    assert len(ROWS) > 40


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_failure_has_tests_that_exist(row: list[str]) -> None:
    _, _, shown_by = row
    found = list(TEST.finditer(shown_by))
    assert found
    assert ", ".join(each[0] for each in found) == shown_by
    for each in found:
        file = (DOCS / each["file"]).resolve()
        assert each["name"] in functions(file.read_text()), f"{file.name} has no {each['name']}"


def functions(code: str) -> set[str]:
    return {node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)}
