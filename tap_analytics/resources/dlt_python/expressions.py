"""An expression of Python -> its value, as far as it can be told without running anything."""

from __future__ import annotations

import ast
import re
from datetime import date
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python import calls, functions, moments, operators, sessions, sources
from tap_analytics.resources.dlt_python.scope import Instance, Scope
from tap_analytics.resources.dlt_python.values import (
    Arguments,
    Imported,
    MadeResource,
    MadeSource,
    Session,
    Text,
    Unknown,
    Variable,
    Words,
    parts_of,
    text_of,
    variable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


# No layout of a configuration needs such a width, which would take much memory.
_WIDE = re.compile(r"\d{4}")


def value(node: ast.expr, scope: Scope) -> Any:  # noqa: ANN401 - Python has values of any kind
    """Return the value of an expression, or an `Unknown` that says why it cannot be told."""
    scope.findings.step()
    return _value(node, scope)


@singledispatch
def _value(node: ast.expr, scope: Scope) -> Any:  # noqa: ANN401, ARG001
    return Unknown(node.lineno, "is Python that only running it tells")


@_value.register(ast.Constant)
def _constant(node: ast.Constant, scope: Scope) -> Any:  # noqa: ANN401, ARG001
    if node.value is ...:
        return Unknown(node.lineno, "is `...`: it is left to the reader")
    return node.value


@_value.register(ast.Name)
def _name(node: ast.Name, scope: Scope) -> Any:  # noqa: ANN401
    return scope.lookup(node.id, node.lineno)


@_value.register(ast.Dict)
def _dict(node: ast.Dict, scope: Scope) -> Any:  # noqa: ANN401
    words = Words(line=node.lineno)
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        part = value(value_node, scope)
        if key_node is None:
            if isinstance(part, dict):
                words.take(part)
            else:
                calls.refuse_merge(part, value_node.lineno, scope)
            continue
        key = value(key_node, scope)
        if isinstance(key, str | int | float):
            words.put(key if isinstance(key, str) else str(key), part, key_node.lineno)
        else:
            scope.findings.say(key_node.lineno, "a key cannot be told without running the code", loses=True)
    return words


def _elements(nodes: list[ast.expr], scope: Scope) -> list[Any]:
    elements: list[Any] = []
    for node in nodes:
        if not isinstance(node, ast.Starred):
            elements.append(value(node, scope))
            continue
        part = value(node.value, scope)
        if isinstance(part, list | MadeSource):
            elements += operators.elements_of(part) or []
        else:
            elements.append(part if isinstance(part, Unknown) else Unknown(node.lineno, "is not a list"))
    return elements


@_value.register(ast.List)
@_value.register(ast.Tuple)
@_value.register(ast.Set)
def _list(node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Any:  # noqa: ANN401
    return _elements(node.elts, scope)


@_value.register(ast.JoinedStr)
def _f_string(node: ast.JoinedStr, scope: Scope) -> Any:  # noqa: ANN401
    parts: list[Any] = []
    for each in node.values:
        if isinstance(each, ast.FormattedValue):
            part = value(each.value, scope)
            if each.format_spec is None:
                part = moments.text_of_moment(part)
            else:
                part = _with_format(part, value(each.format_spec, scope), each.lineno)
        else:
            part = value(each, scope)
        if isinstance(part, Unknown):
            return part
        found = parts_of(part)
        if found is None:
            return Unknown(each.lineno, "is text that only running it tells")
        parts += found
    return text_of(parts)


def _with_format(part: Any, layout: Any, line: int) -> Any:  # noqa: ANN401
    """Return a number, a text or a moment in a layout such as `02d`."""
    if isinstance(part, moments.Moment | date):
        return moments.in_layout(part, layout) or Unknown(line, "is text whose format only running it tells")
    try:
        if isinstance(part, str | int | float) and isinstance(layout, str) and not _WIDE.search(layout):
            return format(part, layout)
    except ValueError:
        pass
    return part if isinstance(part, Unknown) else Unknown(line, "is text whose format only running it tells")


@_value.register(ast.Attribute)
def _attribute(node: ast.Attribute, scope: Scope) -> Any:  # noqa: ANN401
    return operators.attribute(value(node.value, scope), node.attr)


@_value.register(ast.Subscript)
def _subscript(node: ast.Subscript, scope: Scope) -> Any:  # noqa: ANN401
    owner = value(node.value, scope)
    if isinstance(node.slice, ast.Slice):
        bounds = [each and value(each, scope) for each in (node.slice.lower, node.slice.upper, node.slice.step)]
        is_plain = isinstance(owner, str | list) and all(each is None or isinstance(each, int) for each in bounds)
        return owner[slice(*bounds)] if is_plain else operators.unreadable(owner, node.lineno)
    return operators.item(owner, value(node.slice, scope), node.lineno)


@_value.register(ast.Call)
def _call(node: ast.Call, scope: Scope) -> Any:  # noqa: ANN401
    positional = _elements(node.args, scope)
    named = Words(line=node.lineno)
    for keyword in node.keywords:
        part = value(keyword.value, scope)
        if keyword.arg is not None:
            named.put(keyword.arg, part, keyword.value.lineno)
        elif isinstance(part, dict):
            named.take(part)
        else:
            calls.refuse_merge(part, keyword.value.lineno, scope)
    called = value(node.func, scope)
    if isinstance(called, Unknown) and isinstance(node.func, ast.Attribute) and node.func.attr in sources.STEPS:
        sentence = f"`{node.func.attr}` is called of something that {called.why}; the step is left out"
        scope.findings.say(node.lineno, sentence, loses=True)
    return calls.result(called, Arguments(positional, named, node.lineno), scope)


@_value.register(ast.Lambda)
def _lambda(node: ast.Lambda, scope: Scope) -> Any:  # noqa: ANN401
    return functions.define(node, scope)


@_value.register(ast.IfExp)
def _choice(node: ast.IfExp, scope: Scope) -> Any:  # noqa: ANN401
    holds = operators.truth(value(node.test, scope))
    if holds is None:
        return Unknown(node.lineno, "depends on a condition that only running the code tells")
    return value(node.body if holds else node.orelse, scope)


@_value.register(ast.BoolOp)
def _either(node: ast.BoolOp, scope: Scope) -> Any:  # noqa: ANN401
    is_or = isinstance(node.op, ast.Or)
    found: Any = None
    for each in node.values:
        found = value(each, scope)
        holds = operators.truth(found)
        if isinstance(found, Text) and is_or:
            (first, *_), default = found.parts, value(node.values[-1], scope)
            is_alone = len(found.parts) == 1
            return variable(first.name, default) if is_alone and isinstance(first, Variable) else found
        if holds is None or holds == is_or:
            return found
    return found


@_value.register(ast.UnaryOp)
def _unary(node: ast.UnaryOp, scope: Scope) -> Any:  # noqa: ANN401
    operand = value(node.operand, scope)
    if isinstance(node.op, ast.Not):
        holds = operators.truth(operand)
        return operators.unreadable(operand, node.lineno) if holds is None else not holds
    if isinstance(node.op, ast.USub) and isinstance(operand, int | float):
        return -operand
    return operators.unreadable(operand, node.lineno)


@_value.register(ast.BinOp)
def _binary(node: ast.BinOp, scope: Scope) -> Any:  # noqa: ANN401
    left, right = value(node.left, scope), value(node.right, scope)
    return operators.combine(node.op, left, right, node.lineno)


@_value.register(ast.Compare)
def _comparison(node: ast.Compare, scope: Scope) -> Any:  # noqa: ANN401
    left = value(node.left, scope)
    for operation, right_node in zip(node.ops, node.comparators, strict=True):
        right = value(right_node, scope)
        if not isinstance(operation, ast.Is | ast.IsNot):
            left, right = (calls.plain_text(each, node.lineno, scope) for each in (left, right))
        if (found := operators.holds(operation, left, right, node.lineno)) is not True:
            return found
        left = right
    return True


@_value.register(ast.ListComp)
@_value.register(ast.SetComp)
@_value.register(ast.GeneratorExp)
def _comprehension(node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Any:  # noqa: ANN401
    elements = []
    for inner in _rounds(node.generators, scope):
        if isinstance(inner, Unknown):
            return inner
        elements.append(value(node.elt, inner))
    return elements


@_value.register(ast.DictComp)
def _dict_comprehension(node: ast.DictComp, scope: Scope) -> Any:  # noqa: ANN401
    words = Words(line=node.lineno)
    for inner in _rounds(node.generators, scope):
        key = inner if isinstance(inner, Unknown) else value(node.key, inner)
        if isinstance(inner, Unknown) or not isinstance(key, str):
            return operators.unreadable(key, node.lineno)
        words.put(key, value(node.value, inner), node.value.lineno)
    return words


def _rounds(generators: list[ast.comprehension], scope: Scope) -> Iterator[Scope | Unknown]:
    """Yield a scope for each round of a comprehension, or an `Unknown` where these cannot be told."""
    first, *rest = generators
    elements = operators.elements_of(value(first.iter, scope))
    if elements is None:
        yield Unknown(first.iter.lineno, "loops over something that only running the code tells")
        return
    for element in elements:
        inner = scope.inner()
        bind(first.target, element, inner)
        holds = [operators.truth(value(condition, inner)) for condition in first.ifs]
        if None in holds:
            yield Unknown(first.iter.lineno, "depends on a condition that only running the code tells")
        elif all(holds):
            yield from _rounds(rest, inner) if rest else [inner]


def bind(target: ast.expr, given: Any, scope: Scope) -> None:  # noqa: ANN401
    """Let a name, or each name of a tuple, stand for a value."""
    if isinstance(target, ast.Name):
        scope.names[target.id] = given
    elif isinstance(target, ast.Tuple | ast.List):
        parts = operators.parts_for(given, target.elts)
        for index, each in enumerate(target.elts):
            name = each.value if isinstance(each, ast.Starred) else each
            bind(name, parts[index] if parts else operators.unreadable(given, target.lineno), scope)
    elif isinstance(target, ast.Attribute):
        _set_attribute(value(target.value, scope), target, given, scope)
    elif isinstance(target, ast.Subscript):
        owner, key = value(target.value, scope), value(target.slice, scope)
        if isinstance(owner, Words) and isinstance(key, str):
            owner.put(key, given, target.lineno)
        elif isinstance(owner, list) and isinstance(key, int) and -len(owner) <= key < len(owner):
            owner[key] = given
        elif not isinstance(owner, Imported):
            scope.findings.say(target.lineno, "what is set here cannot be told without running the code", loses=True)


def _set_attribute(owner: Any, target: ast.Attribute, given: Any, scope: Scope) -> None:  # noqa: ANN401
    if isinstance(owner, Session):
        sessions.assign(owner, target.attr, given, target.lineno, scope)
    elif isinstance(owner, MadeResource):
        sources.assign(owner, target.attr, given)
    elif isinstance(owner, Instance):
        owner.fields.put(target.attr, given, target.lineno)
