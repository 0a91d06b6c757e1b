"""Statements of Python, one after another: names get values, configurations are found, nothing is run."""

from __future__ import annotations

import ast
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python import calls, expressions, functions, operators, sources, untold
from tap_analytics.resources.dlt_python.functions import ReturnedError
from tap_analytics.resources.dlt_python.scope import Class, Scope
from tap_analytics.resources.dlt_python.values import Imported, Text, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tap_analytics.resources.dlt_python.values import MadeSource


# A configuration has no more entries; a loop that takes longer waits for something.
_MOST_ROUNDS = 400


class _LoopEndedError(Exception):
    """A `break` or a `continue` within a loop that is gone through."""

    def __init__(self, *, is_last: bool) -> None:
        super().__init__()
        self.is_last = is_last


class Python:
    """The part of Python that configurations are written in."""

    def value(self, node: ast.expr, scope: Scope) -> Any:  # noqa: ANN401 - Python has values of any kind
        """Return the value of an expression."""
        return expressions.value(node, scope)

    def run(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        """Go through statements."""
        for statement in body:
            scope.findings.step()
            _run(statement, scope)

    def source(self, parts: Iterable[Any]) -> MadeSource | None:
        """Return the source of dlt's that these parts are, if they are any."""
        return sources.source_of_parts(parts)


@singledispatch
def _run(node: ast.stmt, scope: Scope) -> None:
    """Follow one statement; one that has no part in a configuration is passed over."""


@_run.register(ast.Import)
def _import(node: ast.Import, scope: Scope) -> None:
    for each in node.names:
        name = each.name if each.asname else each.name.partition(".")[0]
        files = scope.findings.files
        found = files.module(name, scope.language) if files else None
        scope.names[each.asname or name] = found or Imported(name)


@_run.register(ast.ImportFrom)
def _import_from(node: ast.ImportFrom, scope: Scope) -> None:
    module = "." * node.level + (node.module or "")
    for each in node.names:
        files = scope.findings.files
        found = files.name_of(module, each.name, scope.language) if files else Imported(f"{module}.{each.name}")
        scope.names[each.asname or each.name] = found


@_run.register(ast.FunctionDef)
@_run.register(ast.AsyncFunctionDef)
def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
    scope.names[node.name] = functions.define(node, scope)


@_run.register(ast.ClassDef)
def _class(node: ast.ClassDef, scope: Scope) -> None:
    scope.names[node.name] = Class(node, scope)


@_run.register(ast.Assign)
def _assignment(node: ast.Assign, scope: Scope) -> None:
    given = expressions.value(node.value, scope)
    for target in node.targets:
        expressions.bind(target, given, scope)
    _keep_candidate(given, scope)


@_run.register(ast.AnnAssign)
def _annotated_assignment(node: ast.AnnAssign, scope: Scope) -> None:
    if node.value is not None:
        given = expressions.value(node.value, scope)
        expressions.bind(node.target, given, scope)
        _keep_candidate(given, scope)


def _keep_candidate(given: object, scope: Scope) -> None:
    """Keep an object that looks like a configuration, for a file that makes no source."""
    if isinstance(given, Words) and {"client", "resources"} <= given.keys():
        scope.findings.candidates[given.line] = given


@_run.register(ast.AugAssign)
def _augmented_assignment(node: ast.AugAssign, scope: Scope) -> None:
    old, more = expressions.value(node.target, scope), expressions.value(node.value, scope)
    if isinstance(old, list) and isinstance(more, list):
        old += more
    else:
        expressions.bind(node.target, operators.combine(node.op, old, more, node.lineno), scope)


@_run.register(ast.Expr)
def _expression(node: ast.Expr, scope: Scope) -> None:
    inner = node.value
    if isinstance(inner, ast.Yield | ast.YieldFrom | ast.Await):
        if inner.value is not None:
            given = expressions.value(inner.value, scope)
            scope.yielded += given if isinstance(inner, ast.YieldFrom) and isinstance(given, list) else [given]
    else:
        expressions.value(inner, scope)


@_run.register(ast.Delete)
def _delete(node: ast.Delete, scope: Scope) -> None:
    for target in node.targets:
        if isinstance(target, ast.Subscript):
            owner, key = expressions.value(target.value, scope), expressions.value(target.slice, scope)
            if (isinstance(owner, Words) and key in owner) or (
                isinstance(owner, list) and isinstance(key, int) and -len(owner) <= key < len(owner)
            ):
                del owner[key]


@_run.register(ast.Return)
def _return(node: ast.Return, scope: Scope) -> None:
    raise ReturnedError(None if node.value is None else expressions.value(node.value, scope))


@_run.register(ast.If)
def _if(node: ast.If, scope: Scope) -> None:
    holds = operators.truth(expressions.value(node.test, scope))
    if holds is None:
        untold.pass_over(node.lineno, [*node.body, *node.orelse], scope)
    else:
        scope.language.run(node.body if holds else node.orelse, scope)


@_run.register(ast.While)
def _while(node: ast.While, scope: Scope) -> None:
    """Go through a loop as long as its condition is known to hold; one that holds for ever waits for an answer."""
    scope.loops += 1
    rounds = 0 if isinstance(node.test, ast.Constant) else _MOST_ROUNDS
    for _ in range(rounds):
        holds = operators.truth(expressions.value(node.test, scope))
        if holds is None:
            break
        if not holds or _is_last_round(node.body, scope):
            scope.loops -= 1
            return
    scope.loops -= 1
    untold.pass_over(node.lineno, node.body, scope)


def _is_last_round(body: Sequence[ast.stmt], scope: Scope) -> bool:
    """Go through the body of a loop, and return whether it ends there."""
    try:
        scope.language.run(body, scope)
    except _LoopEndedError as end:
        return end.is_last
    return False


@_run.register(ast.Match)
def _match(node: ast.Match, scope: Scope) -> None:
    subject = calls.plain_text(expressions.value(node.subject, scope), node.lineno, scope)
    for case in node.cases:
        holds = _fits(case, subject, scope)
        if holds is None:
            untold.pass_over(node.lineno, [each for any_case in node.cases for each in any_case.body], scope)
            return
        if holds:
            scope.language.run(case.body, scope)
            return


def _fits(case: ast.match_case, subject: Any, scope: Scope) -> bool | None:  # noqa: ANN401
    """Return whether a value fits a case; None if that is not known."""
    holds = _fits_pattern(case.pattern, subject, scope)
    if not holds or case.guard is None:
        return holds
    return operators.truth(expressions.value(case.guard, scope))


def _fits_pattern(pattern: ast.pattern, subject: Any, scope: Scope) -> bool | None:  # noqa: ANN401
    match pattern:
        case ast.MatchValue(value=given):
            return operators.truth(operators.holds(ast.Eq(), subject, expressions.value(given, scope), given.lineno))
        case ast.MatchSingleton(value=given):
            return operators.truth(operators.holds(ast.Is(), subject, given, pattern.lineno))
        case ast.MatchOr(patterns=ways):
            found = [_fits_pattern(way, subject, scope) for way in ways]
            return True if True in found else None if None in found else False
        case ast.MatchAs(pattern=None, name=name):
            scope.names |= {name: subject} if name else {}
            return True
    return None


@_run.register(ast.For)
@_run.register(ast.AsyncFor)
def _for(node: ast.For | ast.AsyncFor, scope: Scope) -> None:
    given = expressions.value(node.iter, scope)
    elements = operators.elements_of(given)
    if elements is None:
        # One round with an element that is not known, for the statements within.
        elements = [given if isinstance(given, Text) else operators.unreadable(given, node.lineno)]
    scope.loops += 1
    for element in elements:
        expressions.bind(node.target, element, scope)
        if _is_last_round(node.body, scope):
            break
    scope.loops -= 1


@_run.register(ast.Break)
def _break(node: ast.Break, scope: Scope) -> None:  # noqa: ARG001
    raise _LoopEndedError(is_last=True)


@_run.register(ast.Continue)
def _continue(node: ast.Continue, scope: Scope) -> None:  # noqa: ARG001
    raise _LoopEndedError(is_last=False)


@_run.register(ast.With)
@_run.register(ast.AsyncWith)
def _with(node: ast.With | ast.AsyncWith, scope: Scope) -> None:
    for each in node.items:
        given = expressions.value(each.context_expr, scope)
        if each.optional_vars is not None:
            expressions.bind(each.optional_vars, given, scope)
    scope.language.run(node.body, scope)


@_run.register(ast.Try)
def _try(node: ast.Try, scope: Scope) -> None:
    scope.language.run([*node.body, *node.orelse, *node.finalbody], scope)
