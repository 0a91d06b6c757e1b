"""Calls give what they would give in Python, or the words of dlt."""

from __future__ import annotations

import pytest

from tests.resources.dlt_python.readings import params, work_out


def test_incremental_of_dlt_is_a_parameter() -> None:
    expression = 'dlt.sources.incremental("updated_at", "2024-01-01", last_value_func=max)'
    assert params(expression) == {
        "type": "incremental",
        "cursor_path": "updated_at",
        "initial_value": "2024-01-01",
        "last_value_func": "max",
    }


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("dict(a=1, **MORE)", {"a": 1, "b": 2}),
        ("dict([('a', 1)])", {"a": 1}),
        ("double(VERSION)", 6),
        ("(lambda x: x + 1)(1)", 2),
        ("Entry().keys + Entry().more", ["id"]),
    ],
)
def test_a_call_is_worked_out(expression: str, expected: object) -> None:
    assert work_out(expression) == expected
