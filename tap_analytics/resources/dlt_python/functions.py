"""Works out a call of a function of the file: its parameters get values, and its statements are followed."""

from __future__ import annotations

import ast
import contextlib
import copy
import itertools
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python import closures
from tap_analytics.resources.dlt_python.scope import Class, Function, Resource
from tap_analytics.resources.dlt_python.values import (
    Arguments,
    Imported,
    ListedResource,
    ParentRow,
    Unknown,
    Words,
    variable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.resources.dlt_python.scope import Scope

_STORED = {"dlt.secrets.value", "dlt.config.value"}


class ReturnedError(Exception):
    """A function has returned a value, or an `Unknown`."""

    def __init__(self, value: Any) -> None:  # noqa: ANN401 - a function may return anything
        super().__init__()
        self.value = value


def define(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope) -> Function:
    """Return a function as it is defined here: in a loop, its defaults have the values of this round."""
    defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)] if scope.loops else []
    used = [inner for each in defaults for inner in ast.walk(each) if isinstance(inner, ast.Name)]
    values = {each.id: scope.lookup(each.id, each.lineno) for each in used}
    kept = {name: value for name, value in values.items() if not isinstance(value, Class | Function | Imported)}
    if not kept:
        return Function(node, scope)
    inner = scope.inner()
    inner.names.update(kept)
    return Function(node, inner)


def outcome(function: Function, arguments: Arguments, caller: Scope) -> Any:  # noqa: ANN401
    """Return what a function returns, or all that a generator yields; an `Unknown` for the rows of a resource."""
    node = function.node
    caller.findings.called.add(node)
    caller.findings.followed.add(function)
    scope = function.scope.inner()
    scope.depth = caller.depth + 1
    # What a resource calls reads its lists.
    scope.resource, scope.way = scope.resource or caller.resource, (*caller.way, node)
    _bind_parameters(function, arguments, scope)
    if isinstance(node, ast.Lambda):
        return scope.language.value(node.body, scope)
    if (words := _resource(node, scope)) is not None:
        scope.resource = Resource(words, list(scope.names.values()), node)
        scope.way = (node,)
    returned: Any = None
    try:
        scope.language.run(node.body, scope)
    except ReturnedError as end:
        returned = end.value
    _read_resources(scope)
    if words is not None and any(each.resource is scope.resource for each in scope.findings.listings):
        return ListedResource(words)
    if words is not None and not arguments.positional and not arguments.named:
        return function
    is_source = any(is_of_dlt(each, "source") for each in node.decorator_list)
    parts = [*scope.yielded, *([returned] if is_source else [])]
    if (source := scope.language.source(parts)) is not None:
        _tell_unknown(parts, node, scope)
        return source
    if not _is_generator(node):
        return returned
    return Unknown(arguments.line, f"is what `{node.name}` yields") if words is not None else scope.yielded


def _tell_unknown(parts: list[Any], node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
    """Tell of what a source gives beside its resources, and cannot be told."""
    for part in itertools.chain(*(each if isinstance(each, list) else [each] for each in parts)):
        if isinstance(part, Unknown):
            sentence = f"a part of what `{node.name}` gives {part.why}; it is left out"
            scope.findings.say(part.line or node.lineno, sentence, loses=True)


def _read_resources(scope: Scope) -> None:
    """Follow the resources of dlt that a function defines and does not call: they read lists too."""
    for each in list(scope.names.values()):
        if (
            isinstance(each, Function)
            and isinstance(each.node, ast.FunctionDef)
            and each not in scope.findings.followed
        ):
            line = each.node.lineno
            if any(is_of_dlt(decorator, "resource", "transformer") for decorator in each.node.decorator_list):
                outcome(each, Arguments([], Words(line=line), line), scope)


def parameters(function: Function, arguments: Arguments) -> Scope:
    """Return the names that the statements of a function see when it is called."""
    scope = function.scope.inner()
    _bind_parameters(function, arguments, scope)
    return scope


def _bind_parameters(function: Function, arguments: Arguments, scope: Scope) -> None:
    """Give each parameter its argument, its default, or else a variable of its name."""
    args = function.node.args
    positional = [*args.posonlyargs, *args.args]
    given = arguments.by_name([each.arg for each in positional])
    defaults: dict[str, ast.expr] = dict(
        zip([each.arg for each in positional[len(positional) - len(args.defaults) :]], args.defaults, strict=True)
    )
    defaults |= {
        each.arg: default
        for each, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)
        if default is not None
    }
    for each in [*positional, *args.kwonlyargs]:
        if each.arg in given:
            value = given.pop(each.arg)
        elif each.arg in defaults:
            value = function.scope.language.value(defaults[each.arg], function.scope)
        else:
            value = variable(each.arg)
        is_stored = isinstance(value, Imported) and value.path in _STORED
        scope.names[each.arg] = variable(each.arg) if is_stored else value
    if args.vararg:
        scope.names[args.vararg.arg] = list(arguments.positional[len(positional) :])
    if args.kwarg:
        scope.names[args.kwarg.arg] = given


def resource_of(function: Function) -> Words | None:
    """Return the resource that a function with dlt's decorator makes, its records as `values`; else None."""
    if isinstance(function.node, ast.Lambda):
        return None
    words = _resource(function.node, function.scope.inner())
    if words is not None:
        words.setdefault("selected", True)
        words.put("values", function)
    return words


def as_resource(function: Function, words: Words) -> Function:
    """Return a function as `dlt.resource(function, name=...)` makes it a resource: as if it had the decorator."""
    if isinstance(function.node, ast.Lambda):
        return function
    named = []
    for name, value in words.items():
        with contextlib.suppress(closures.NotPlainError):
            named.append(f"{name}={closures.python_of(value)}")
    decorator = ast.parse(f"dlt.resource({', '.join(named)})", mode="eval").body
    for each in ast.walk(decorator):
        ast.copy_location(each, function.node)
    node = copy.copy(function.node)
    node.decorator_list = [decorator]
    function.scope.findings.called.add(function.node)
    return Function(node, function.scope)


def _resource(node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> Words | None:
    """Return what the decorator of a resource says; None for a function that has none."""
    for decorator in node.decorator_list:
        if not is_of_dlt(decorator, "resource", "transformer"):
            continue
        words = Words({"name": node.name}, line=node.lineno)
        parameters = [each.arg for each in node.args.args]
        if isinstance(decorator, ast.Call):
            named = ((each.arg, each.value) for each in decorator.keywords if each.arg)
            for name, value in named:
                words.put(name, scope.language.value(value, scope), value.lineno)
        if parameters and isinstance(parent := words.get("data_from"), Function):
            scope.names[parameters[0]] = ParentRow(_resource_name(parent))
        return words
    return None


def _resource_name(function: Function) -> str:
    words = None if isinstance(function.node, ast.Lambda) else _resource(function.node, function.scope.inner())
    return str(words["name"]) if words else ""


def is_of_dlt(decorator: ast.expr, *names: str) -> bool:
    """Return whether a decorator is one of these of dlt."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    if isinstance(called, ast.Attribute):
        return isinstance(called.value, ast.Name) and called.value.id == "dlt" and called.attr in names
    return isinstance(called, ast.Name) and called.id in names


def _is_generator(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(each, ast.Yield | ast.YieldFrom) for each in own_nodes(node))


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes below this one, but not those of functions and classes within it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield from own_nodes(child)
