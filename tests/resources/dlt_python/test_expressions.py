"""Expressions are worked out as far as that goes without running anything."""

from __future__ import annotations

import pytest

from tests.resources.dlt_python.readings import work_out


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("-1", -1),
        ("'a' 'b'", "ab"),
        ("f'v{VERSION}'", "v3"),
        ("f'{VERSION:02d}-{VERSION:.1f}'", "03-3.0"),
        ("{**MORE, 'b': 3}", {"b": 3}),
        ("[n for n in NAMES if n != 'a']", ["b"]),
        ("[*NAMES, 'c']", ["a", "b", "c"]),
        ("'x' if VERSION > 2 else 'y'", "x"),
        ("not VERSION", False),
        ("(1, 2)", [1, 2]),
        ("None", None),
    ],
)
def test_an_expression_is_worked_out(expression: str, expected: object) -> None:
    assert work_out(expression) == expected
