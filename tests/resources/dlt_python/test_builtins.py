"""Builtins that call a function for each element."""

from __future__ import annotations

import pytest

from tests.resources.dlt_python.readings import endpoint, params, sentences

BEFORE = """
    ENTRIES = [{"name": "b", "size": 2}, {"name": "a", "size": 1}, {"name": "c", "size": 3}]
    def name_of(entry):
        return entry["name"]
"""


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("','.join(map(name_of, ENTRIES))", "b,a,c"),
        ("','.join(name_of(each) for each in sorted(ENTRIES, key=lambda each: each['size'], reverse=True))", "c,b,a"),
        ("','.join(sorted(['b', 'a']))", "a,b"),
        ("','.join(sorted({'b': 1, 'a': 2}))", "a,b"),
        ("','.join(map(name_of, filter(lambda each: each['size'] > 1, ENTRIES)))", "b,c"),
        ("','.join(filter(None, ['a', '', 'b']))", "a,b"),
        ("max([1, 3, 2])", 3),
        ("'y' if any(each['size'] > 2 for each in ENTRIES) else 'n'", "y"),
        ("'y' if all(each['size'] > 2 for each in ENTRIES) else 'n'", "n"),
        ("sum(each['size'] for each in ENTRIES)", 6),
        ("','.join(dict.fromkeys(['a', 'b', 'a']))", "a,b"),
        ("'%s-%d%%' % ('a', 5)", "a-5%"),
        ("'{:03d}/{name}'.format(7, name='x')", "007/x"),
        ("'a.b.c'.rpartition('.')[2]", "c"),
    ],
)
def test_a_call_is_worked_out(expression: str, value: object) -> None:
    assert params(expression, BEFORE) == value


@pytest.mark.parametrize(
    "expression",
    [
        "sorted([missing])[0]",
        "sorted([1, 'a'])[0]",
        "map(name_of, missing)[0]",
        "list(filter(lambda each: missing, ENTRIES))[0]",
        "'y' if any([missing]) else 'n'",
        "'%5.2f' % 1.5",
    ],
)
def test_what_cannot_be_worked_out_is_told(expression: str) -> None:
    made = endpoint(f'{{"params": {{"x": {expression}, "y": 1}}}}', BEFORE)
    assert made.content["resources"][0]["endpoint"] == {"params": {"y": 1}}
    assert sentences(made, losing=True)
