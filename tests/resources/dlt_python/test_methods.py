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
        (r"re.sub(r'(?<!^)(?=[A-Z])', '_', 'SalesReceipt').lower()", "sales_receipt"),
        ("[re.sub('(a+)+', '', 'aaa'), 1]", [1]),
        ("textwrap.dedent('  a')", "a"),
        ("list(itertools.chain(NAMES, [1]))", ["a", "b", 1]),
        ("list(itertools.chain.from_iterable([NAMES, [1]]))", ["a", "b", 1]),
        ("['-'.join(each) for each in itertools.product(NAMES, ['x'])]", ["a-x", "b-x"]),
    ],
)
def test_a_method_or_a_builtin_gives_what_it_gives_in_python(expression: str, expected: object) -> None:
    assert work_out(expression) == expected
