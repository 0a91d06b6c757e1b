"""Classes of the file and their objects: what an attribute of one is, and what a method of one returns."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python import functions
from tap_analytics.resources.dlt_python.classes import CONSTRUCTORS
from tap_analytics.resources.dlt_python.scope import Class, Function, Instance
from tap_analytics.resources.dlt_python.values import Arguments, Imported, Method, Unknown, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.resources.dlt_python.scope import Scope

_MOST_BASES = 10


def create(of: Class, arguments: Arguments, scope: Scope) -> Instance | Words:
    """Return a new object of a class; its `__init__` is gone through for the attributes that it sets.

    Of a class that only gives arguments to one of dlt's, the words of that one are returned.
    """
    if (words := _of_dlt(of, arguments)) is not None:
        return words
    maker = method(of, "__init__")
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


def _of_dlt(of: Class, arguments: Arguments) -> Words | None:
    """Return the words of dlt's class that a class derives from, if all it does is to call its `__init__`."""
    bases = [of.scope.language.value(base, of.scope) for base in of.node.bases]
    known = CONSTRUCTORS.get(bases[0].name) if len(bases) == 1 and isinstance(bases[0], Imported) else None
    body = [each for each in of.node.body if not _says_nothing(each)]
    if known is None or len(body) > 1:
        return None
    given = _given_to_base(body[0], of, arguments) if body else arguments
    if given is None:
        return None
    words = Words({"type": known.type}, line=arguments.line)
    words.take(given.by_name(known.parameters))
    return words


def _given_to_base(maker: ast.stmt, of: Class, arguments: Arguments) -> Arguments | None:
    """Return what an `__init__` gives to that of the base, if it does nothing else."""
    if not isinstance(maker, ast.FunctionDef) or maker.name != "__init__":
        return None
    body = [each for each in maker.body if not _says_nothing(each)]
    call = body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != "super().__init__":
        return None
    if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
        return None
    own = Arguments([None, *arguments.positional], arguments.named, arguments.line)
    scope = functions.parameters(Function(maker, of.scope), own)
    named = Words({str(each.arg): scope.language.value(each.value, scope) for each in call.keywords})
    return Arguments([scope.language.value(each, scope) for each in call.args], named, arguments.line)


def _says_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def attribute(owner: Class | Instance, name: str) -> Any:  # noqa: ANN401 - an attribute may be anything
    """Return the attribute of a class or of one of its objects."""
    own = [owner.fields, owner.words] if isinstance(owner, Instance) else []
    for words in own:
        if name in words:
            return words[name]
    of = owner.of if isinstance(owner, Instance) else owner
    found = method(of, name)
    if found is not None:
        kinds = _decorators(found.node)
        if "staticmethod" in kinds:
            return found
        if "property" in kinds and isinstance(owner, Instance):
            line = found.node.lineno
            return functions.outcome(found, Arguments([owner], Words(line=line), line), found.scope)
        return Method(owner, name)
    for each in bodies(of):
        for statement in each.node.body:
            if name in _targets(statement) and (value := getattr(statement, "value", None)) is not None:
                return each.scope.language.value(value, each.scope)
    return Method(owner, name)


def outcome(owner: Class | Instance, name: str, arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    """Return what a method of a class or of one of its objects returns."""
    of = owner.of if isinstance(owner, Instance) else owner
    found = method(of, name)
    if found is None:
        return Unknown(arguments.line, f"calls `{name}`, which only running it tells")
    first = [of] if "classmethod" in _decorators(found.node) else [owner] if isinstance(owner, Instance) else []
    return functions.outcome(found, Arguments([*first, *arguments.positional], arguments.named, arguments.line), scope)


def methods_of(of: Class) -> list[tuple[str, ast.FunctionDef]]:
    """Return the methods that a class defines, by their names."""
    return [(each.name, each) for each in of.node.body if isinstance(each, ast.FunctionDef)]


def bodies(of: Class) -> Iterator[Class]:
    """Yield a class and those of the file that it derives from."""
    waiting, seen = [of], 0
    while waiting and seen < _MOST_BASES:
        each = waiting.pop(0)
        seen += 1
        yield each
        found = [each.scope.language.value(base, each.scope) for base in each.node.bases]
        waiting += [base for base in found if isinstance(base, Class)]


def method(of: Class, name: str) -> Function | None:
    """Return a method of a class, or of one that it derives from; None if there is none."""
    for each in bodies(of):
        for known, node in methods_of(each):
            if known == name:
                return Function(node, each.scope)
    return None


def _decorators(node: ast.AST) -> set[str]:
    return {each.id for each in getattr(node, "decorator_list", []) if isinstance(each, ast.Name)}


def _targets(statement: ast.stmt) -> set[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return {each.id for each in targets if isinstance(each, ast.Name)}
