"""Locals that code takes from the function around it, written so that the code has them in a file of its own."""

from __future__ import annotations

import ast
import copy
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_analytics.resources.dlt_python.values import PresentText, Text, Unknown, Variable, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.resources.dlt_python.scope import Scope

_MISSING = object()


class NotPlainError(Exception):
    """Code needs more than its file can hold; its text ends a sentence that begins with its place."""


def local(name: str, scope: Scope) -> Any:  # noqa: ANN401 - a name may stand for anything
    """Return what a name stands for in the functions around code; `is_missing` tells where it is none of theirs."""
    inner: Scope | None = scope
    while inner is not None and inner.outer is not None:
        if name in inner.names:
            return inner.names[name]
        inner = inner.outer
    return _MISSING


def is_missing(value: object) -> bool:
    """Return whether no local was found."""
    return value is _MISSING


@singledispatch
def python_of(value: Any) -> str:  # noqa: ANN401, ARG001 - any value; those that can be written are below
    """Return the Python that gives a value.

    Raises:
        NotPlainError: There is none.
    """
    message = "is a local that only running the code tells"
    raise NotPlainError(message)


@python_of.register(str)
@python_of.register(int)
@python_of.register(float)
@python_of.register(type(None))
def _plain(value: object) -> str:
    return repr(value)


@python_of.register(list)
def _list(value: list[Any]) -> str:
    return f"[{', '.join(map(python_of, value))}]"


@python_of.register(Words)
def _object(value: Words) -> str:
    return f"{{{', '.join(f'{key!r}: {python_of(part)}' for key, part in value.items())}}}"


@python_of.register(Text)
def _text(value: Text) -> str:
    if any(isinstance(part, PresentText) for part in value.parts):
        message = "is a moment that only running the code tells"
        raise NotPlainError(message)
    parts = [f"os.environ[{part.name!r}]" if isinstance(part, Variable) else repr(part) for part in value.parts]
    return " + ".join(parts)


@python_of.register(Unknown)
def _unknown(value: Unknown) -> str:
    raise NotPlainError(value.why)


def definition(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef, name: str, given: Mapping[str, str]
) -> str:
    """Return the definition of code under a name, with the locals that it needs within it."""
    parsed = {local: ast.parse(text, mode="eval").body for local, text in given.items()}
    if isinstance(node, ast.ClassDef):
        inner = _Filled(parsed).visit(copy.deepcopy(node))
        inner.name = name
        return ast.unparse(inner)
    arguments = _Filled(parsed).visit(copy.deepcopy(node.args))
    body = [ast.Return(node.body)] if isinstance(node, ast.Lambda) else list(node.body)
    own = {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
    lines = [ast.Assign([ast.Name(each, ast.Store())], value) for each, value in parsed.items() if each not in own]
    kind = ast.AsyncFunctionDef if isinstance(node, ast.AsyncFunctionDef) else ast.FunctionDef
    made = kind(name=name, args=arguments, body=[*lines, *body], decorator_list=[])
    return ast.unparse(ast.fix_missing_locations(made))


class _Filled(ast.NodeTransformer):
    """Puts values in the place of names: in defaults, which are worked out where the code is defined."""

    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self._values = values

    @override
    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._values.get(node.id, node) if isinstance(node.ctx, ast.Load) else node
