"""Classes of the file and their objects: what an attribute of one is, and what a method of one returns."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python import functions
from tap_analytics.resources.dlt_python.scope import Class, Function, Instance
from tap_analytics.resources.dlt_python.values import Arguments, Method, Unknown, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.resources.dlt_python.scope import Scope

_MOST_BASES = 10


def create(of: Class, arguments: Arguments, scope: Scope) -> Instance:
    """Return a new object of a class; its `__init__` is gone through for the attributes that it sets."""
    maker = _method(of, "__init__")
    fields = [
        each.target.id for each in of.node.body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    ]
    names = [each.arg for each in maker.node.args.args[1:]] if maker else fields
    made = Instance(of, arguments.by_name(names))
    if maker is not None:
        said = len(scope.findings.remarks)
        functions.outcome(maker, Arguments([made, *arguments.positional], arguments.named, arguments.line), scope)
        # What cannot be told of it is told where it is used.
        del scope.findings.remarks[said:]
    return made


def attribute(owner: Class | Instance, name: str) -> Any:  # noqa: ANN401 - an attribute may be anything
    """Return the attribute of a class or of one of its objects."""
    own = [owner.fields, owner.words] if isinstance(owner, Instance) else []
    for words in own:
        if name in words:
            return words[name]
    of = owner.of if isinstance(owner, Instance) else owner
    method = _method(of, name)
    if method is not None:
        kinds = _decorators(method.node)
        if "staticmethod" in kinds:
            return method
        if "property" in kinds and isinstance(owner, Instance):
            line = method.node.lineno
            return functions.outcome(method, Arguments([owner], Words(line=line), line), method.scope)
        return Method(owner, name)
    for each in _bodies(of):
        for statement in each.node.body:
            if name in _targets(statement) and (value := getattr(statement, "value", None)) is not None:
                return each.scope.language.value(value, each.scope)
    return Method(owner, name)


def outcome(owner: Class | Instance, name: str, arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    """Return what a method of a class or of one of its objects returns."""
    of = owner.of if isinstance(owner, Instance) else owner
    method = _method(of, name)
    if method is None:
        return Unknown(arguments.line, f"calls `{name}`, which only running it tells")
    first = [of] if "classmethod" in _decorators(method.node) else [owner] if isinstance(owner, Instance) else []
    return functions.outcome(method, Arguments([*first, *arguments.positional], arguments.named, arguments.line), scope)


def methods_of(of: Class) -> list[tuple[str, ast.FunctionDef]]:
    """Return the methods that a class defines, by their names."""
    return [(each.name, each) for each in of.node.body if isinstance(each, ast.FunctionDef)]


def _bodies(of: Class) -> Iterator[Class]:
    """Yield a class and those of the file that it derives from."""
    waiting, seen = [of], 0
    while waiting and seen < _MOST_BASES:
        each = waiting.pop(0)
        seen += 1
        yield each
        found = [each.scope.language.value(base, each.scope) for base in each.node.bases]
        waiting += [base for base in found if isinstance(base, Class)]


def _method(of: Class, name: str) -> Function | None:
    for each in _bodies(of):
        for known, node in methods_of(each):
            if known == name:
                return Function(node, each.scope)
    return None


def _decorators(node: ast.AST) -> set[str]:
    return {each.id for each in getattr(node, "decorator_list", []) if isinstance(each, ast.Name)}


def _targets(statement: ast.stmt) -> set[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return {each.id for each in targets if isinstance(each, ast.Name)}
