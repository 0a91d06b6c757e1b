"""Statements that only running the code tells: what they would set is not known afterwards, and that is said."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tap_analytics.resources.dlt_python.functions import ReturnedError, own_nodes
from tap_analytics.resources.dlt_python.sources import STEPS
from tap_analytics.resources.dlt_python.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_analytics.resources.dlt_python.scope import Scope

_WHY = "depends on a condition that only running the code tells"
# Methods that change what they are called of.
_CHANGING = frozenset(
    {"add", "append", "apply_hints", "clear", "extend", "insert", "pop", "remove", "setdefault", "update", *STEPS}
)


def pass_over(line: int, body: Sequence[ast.stmt], scope: Scope) -> None:
    """Pass over statements of which nobody can say whether they run; what they change is told.

    Raises:
        ReturnedError: One of them returns from the function.
    """
    found = [each for statement in body for each in (statement, *own_nodes(statement))]
    stored = {each.id for each in found if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    scope.names |= dict.fromkeys(stored, Unknown(line, _WHY))
    if any(isinstance(each, ast.Yield | ast.YieldFrom) for each in found):
        scope.yielded.append(Unknown(line, _WHY))
    if any(isinstance(each, ast.Return) for each in found):
        raise ReturnedError(Unknown(line, _WHY))
    if any(_changes(found, stored)):
        scope.findings.say(line, f"what is set here {_WHY}; it is left out", loses=True)


def _changes(found: Sequence[ast.AST], stored: set[str]) -> Iterator[bool]:
    """Yield whether a node changes an object that is known elsewhere too."""
    for each in found:
        if isinstance(each, ast.Subscript) and isinstance(each.ctx, ast.Store | ast.Del):
            yield True
        elif isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr in _CHANGING:
            owner = each.func.value
            yield not isinstance(owner, ast.Name) or owner.id not in stored
