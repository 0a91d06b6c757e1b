"""The names that code takes from around it, so that a file of its own has them too."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def bound(alias: ast.alias) -> str:
    """Return the name that an import gives."""
    return alias.asname or alias.name.partition(".")[0]


def free_names(node: ast.AST) -> Mapping[str, bool]:
    """Return the names that code takes from around it; true where it needs them to run, false in hints of types."""
    hints = {id(inner) for each in ast.walk(node) for hint in _hints(each) for inner in ast.walk(hint)}
    bound = set(_bindings(node))
    free: dict[str, bool] = {}
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load) and each.id not in bound:
            free[each.id] = free.get(each.id, False) or id(each) not in hints
    # A default is worked out where the code is defined: a parameter of its name is another one.
    args = [node.args] if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) else []
    defaults = [default for each in args for default in [*each.defaults, *each.kw_defaults] if default]
    return free | {each.id: True for default in defaults for each in ast.walk(default) if isinstance(each, ast.Name)}


def _hints(node: ast.AST) -> Iterator[ast.AST]:
    for name in ("annotation", "returns"):
        if (hint := getattr(node, name, None)) is not None:
            yield hint


def _bindings(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.arg):
            yield each.arg
        elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id
        elif isinstance(each, ast.ExceptHandler) and each.name:
            yield each.name
        elif isinstance(each, ast.alias):
            yield bound(each)
        elif isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield each.name
