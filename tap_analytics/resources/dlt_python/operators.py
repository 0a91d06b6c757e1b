"""What Python's operators make of values that may be text with variables, or not known."""

from __future__ import annotations

import ast
import contextlib
import operator
import re
from datetime import date
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python import instances, moments
from tap_analytics.resources.dlt_python.command_line import ARGUMENTS
from tap_analytics.resources.dlt_python.scope import Class, Instance
from tap_analytics.resources.dlt_python.values import (
    File,
    Imported,
    Incremental,
    MadeResource,
    MadeSource,
    Method,
    ModuleOf,
    Namespace,
    ParentRow,
    Session,
    Text,
    Unknown,
    Words,
    parts_of,
    secret_name,
    text_of,
    variable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# A text or a list that is longer is no part of a configuration.
_LONGEST = 100_000
_STORES = ("dlt.secrets", "dlt.config")
_BOUNDS = {
    "start_value": "{incremental.start_value}",
    "last_value": "{incremental.start_value}",
    "end_value": "{incremental.end_value}",
}


@singledispatch
def attribute(owner: Any, name: str) -> Any:  # noqa: ANN401
    """Return the attribute of a value."""
    return Method(owner, name)


@attribute.register
def _of_unknown(owner: Unknown, name: str) -> Unknown:  # noqa: ARG001
    return owner


@attribute.register
def _of_import(owner: Imported, name: str) -> Any:  # noqa: ANN401
    path = f"{owner.path}.{name}"
    return ["_"] if path == ARGUMENTS else Imported(path)


@attribute.register
def _of_namespace(owner: Namespace, name: str) -> Any:  # noqa: ANN401
    return owner.words.get(name, Method(owner, name))


@attribute.register
def _of_module(owner: ModuleOf, name: str) -> Any:  # noqa: ANN401
    return owner.names.get(name, Imported(f"{owner.name}.{name}"))


@attribute.register
def _of_file(owner: File, name: str) -> Any:  # noqa: ANN401
    return owner.parent if name == "parent" else Method(owner, name)


@attribute.register(Class)
@attribute.register(Instance)
def _of_class(owner: Class | Instance, name: str) -> Any:  # noqa: ANN401
    return instances.attribute(owner, name)


@attribute.register
def _of_incremental(owner: Incremental, name: str) -> Any:  # noqa: ANN401
    return _BOUNDS.get(name) or owner.get(name)


@attribute.register(date)
@attribute.register(moments.Moment)
def _of_moment(owner: moments.Moment | date, name: str) -> Any:  # noqa: ANN401
    found = moments.attribute(owner, name)
    return Method(owner, name) if found is None else found


@attribute.register
def _of_resource(owner: MadeResource, name: str) -> Any:  # noqa: ANN401
    return owner.name if name == "name" else Method(owner, name)


@attribute.register
def _of_session(owner: Session, name: str) -> Any:  # noqa: ANN401
    # dlt's own `requests.Client` has its session.
    return owner if name == "session" else owner.words.get(name, Method(owner, name))


@attribute.register
def _of_source(owner: MadeSource, name: str) -> Any:  # noqa: ANN401
    resources = Words({each.name: each for each in owner.resources})
    return resources if name in {"resources", "selected_resources"} else resources.get(name, Method(owner, name))


def item(owner: Any, key: Any, line: int) -> Any:  # noqa: ANN401
    """Return what stands under a key of a value."""
    if isinstance(owner, Imported) and isinstance(key, str):
        if owner.path in _STORES or owner.path == "os.environ":
            return variable(key)
        store = next((each for each in _STORES if owner.path.startswith(f"{each}.")), None)
        if store:
            return variable(f"{owner.path.removeprefix(f'{store}.')}.{key}")
    if isinstance(owner, ParentRow) and isinstance(key, str):
        return f"{{resources.{owner.resource}.{key}}}"
    if isinstance(owner, Text) and isinstance(key, str) and (name := secret_name(owner)):
        return variable(f"{name}.{key}")
    if isinstance(owner, MadeSource) and isinstance(key, int):
        owner = list(owner.resources)
    try:
        return owner[key]
    except (KeyError, IndexError, TypeError):
        return unreadable(owner, line)


def unreadable(owner: object, line: int) -> Unknown:
    """Return an `Unknown` with the reason of the value that it is made from."""
    return owner if isinstance(owner, Unknown) else Unknown(line, "needs a value that only running the code tells")


def truth(given: object) -> bool | None:
    """Return whether a value counts as true, None if that is not known; a variable is taken to be set."""
    if isinstance(given, Unknown):
        return None
    if isinstance(given, str | int | float | list | dict) or given is None:
        return bool(given)
    return True


def elements_of(given: object) -> list[Any] | None:
    """Return the elements that a loop over a value goes through, None if they are not known."""
    if isinstance(given, ParentRow):
        return [given]
    if isinstance(given, MadeSource):
        return list(given.resources)
    return list(given) if isinstance(given, list | dict | str) else None


def parts_for(given: object, targets: Sequence[ast.expr]) -> list[Any]:
    """Return what each target of a tuple stands for; nothing where the value has not as many parts."""
    starred = next((index for index, each in enumerate(targets) if isinstance(each, ast.Starred)), None)
    if not isinstance(given, list) or (starred is None and len(given) != len(targets)):
        return []
    if starred is None or len(given) < len(targets) - 1:
        return given if starred is None else []
    end = len(given) - (len(targets) - starred - 1)
    return [*given[:starred], given[starred:end], *given[end:]]


_OPERATIONS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
}


def combine(operation: ast.operator, left: Any, right: Any, line: int) -> Any:  # noqa: ANN401
    """Return what an operator makes of two values: numbers, texts, lists, moments, and objects that are merged."""
    if (joined := _junction(operation, left, right)) is not None:
        return joined
    if (moment := moments.combination(operation, left, right)) is not None:
        return moment
    calculation = _OPERATIONS.get(type(operation))
    if calculation and all(isinstance(each, int | float) and abs(each) < 10**15 for each in (left, right)):
        with contextlib.suppress(ArithmeticError, ValueError):
            return calculation(left, right)
    return next((each for each in (left, right) if isinstance(each, Unknown)), unreadable(None, line))


def _junction(operation: ast.operator, left: Any, right: Any) -> Any:  # noqa: ANN401
    """Return what an operator makes of objects, paths, lists and texts; None of anything else."""
    if isinstance(operation, ast.Add):
        left, right = (list(each.resources) if isinstance(each, MadeSource) else each for each in (left, right))
    match operation, left, right:
        case ast.BitOr(), Words(), dict():
            merged = Words(left, line=left.line, lines=left.lines)
            merged.take(right)
            return merged
        case ast.Div(), File(), str():
            return left.joinpath(right)
        case ast.Add(), list(), list() if len(left) + len(right) < _LONGEST:
            return left + right
        case ast.Add(), str() | Text(), str() | Text():
            return text_of((*(parts_of(left) or ()), *(parts_of(right) or ())))
        case ast.Mod(), str(), _:
            return percent(left, right)
    return None


def percent(layout: str, given: Any) -> Any:  # noqa: ANN401
    """Return text with its `%s` filled; None where a value in it cannot be told, or the layout is another one."""
    values = iter(given if isinstance(given, list) else [given])
    parts: list[Any] = []
    for piece in re.split(r"(%[sdi%])", layout):
        part = "%" if piece == "%%" else next(values, None) if piece in {"%s", "%d", "%i"} else piece
        if "%" in piece.replace("%%", "") and piece not in {"%s", "%d", "%i"}:
            return None
        found = parts_of(moments.text_of_moment(part))
        if found is None:
            return None
        parts += found
    return text_of(parts)


_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def holds(operation: ast.cmpop, left: Any, right: Any, line: int) -> bool | Unknown:  # noqa: ANN401
    """Return whether a comparison holds; of a variable it is only known that it is set."""
    is_none = isinstance(operation, ast.Is | ast.IsNot) and (left is None or right is None)
    for each in (left, right):
        if isinstance(each, Unknown) or (isinstance(each, Text | moments.Moment | moments.Span) and not is_none):
            return unreadable(each, line)
    try:
        return _COMPARISONS[type(operation)](left, right)
    except TypeError:
        return unreadable(None, line)
