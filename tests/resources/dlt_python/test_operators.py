"""Operators give what they give in Python."""

from __future__ import annotations

import pytest

from tests.resources.dlt_python.readings import work_out


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("60 * 60", 3600),
        ("7 // 2 + 1.5", 4.5),
        ("MORE | {'c': 3}", {"b": 2, "c": 3}),
        ("NAMES[-1]", "b"),
        ("MORE['b']", 2),
        ("VERSION in (1, 3)", True),
    ],
)
def test_an_operator_gives_what_it_gives_in_python(expression: str, expected: object) -> None:
    assert work_out(expression) == expected
