"""Methods and builtins that a configuration may be made with."""

from __future__ import annotations

import pytest

from tests.resources.dlt_python.readings import work_out


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("{n: n.upper() for n in NAMES}", {"a": "A", "b": "B"}),
        ("','.join(NAMES)", "a,b"),
        ("MORE.get('x', 9)", 9),
        ("str(VERSION)", "3"),
        ("list(range(2))", [0, 1]),
    ],
)
def test_a_method_or_a_builtin_gives_what_it_gives_in_python(expression: str, expected: object) -> None:
    assert work_out(expression) == expected
