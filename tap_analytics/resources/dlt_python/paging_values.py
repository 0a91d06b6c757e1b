"""The expressions in a paginator class of the file: which part of a response, or of the request, each one is."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MORE = re.compile(r"(?:is_?|has_?)?more(?:_?\w+)?|has_?next(?:_?page)?", re.IGNORECASE)
_LAST = re.compile(
    r"(?:is_?)?(?:last|final)(?:_?page)?|(?:is_?)?(?:done|finished|completed?)|end_?of_?\w+", re.IGNORECASE
)
_PASSED_ON = frozenset({"int", "str", "dict"})


class UnusualError(Exception):
    """A method does what no word says."""


@dataclass(frozen=True, slots=True)
class Part:
    """A value of the response: the way to it in the body, or the name of a header."""

    path: tuple[str | int, ...]
    is_header: bool = False

    def inner(self, key: object) -> Part:
        """Return what stands in it."""
        if self.is_header or isinstance(key, bool) or not isinstance(key, str | int):
            raise UnusualError
        return Part((*self.path, key))

    @property
    def text(self) -> str:
        """The way as a path of a configuration."""
        steps = [f"[{key}]" if isinstance(key, int) else f"['{key}']" if "." in key else key for key in self.path]
        return re.sub(r"\.\[", "[", ".".join(steps))


@dataclass(frozen=True, slots=True)
class Given:
    """A value that methods are given: the response, its headers, the request, or the rows of the page."""

    what: str


@dataclass
class PagingValues:
    """Works out expressions; whatever is not usual raises `UnusualError`."""

    # The attributes of the object, as its `__init__` leaves them.
    fields: Mapping[str, Any]
    value_of: Callable[[ast.expr], Any]
    names: dict[str, Any] = field(default_factory=dict)
    # What attributes are set to, and what a page adds to one; None for the number of its rows.
    parts: dict[str, Part] = field(default_factory=dict)
    steps: dict[str, int | None] = field(default_factory=dict)
    # What says whether there is more, by the option for it.
    flags: dict[str, Part] = field(default_factory=dict)

    def text(self, node: ast.expr | None) -> str:
        """Return the text that an expression is."""
        value = self.value(node) if node is not None else None
        if not isinstance(value, str):
            raise UnusualError
        return value

    def value(self, node: ast.expr) -> Any:  # noqa: ANN401, PLR0911 - a line for each kind of expression
        """Return what an expression is: a part of the response, or what it is for all pages."""
        match node:
            case ast.Name(id=name) if name in self.names:
                return self.names[name]
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                return self.parts.get(name, self.fields.get(name))
            case ast.Attribute(value=owner, attr="headers") if self.value(owner) == Given("response"):
                return Given("headers")
            case ast.Subscript(value=owner, slice=key):
                return self._inner(self.value(owner), self.value(key))
            case ast.BoolOp(op=ast.Or(), values=[first, *others]) if all(map(is_nothing, others)):
                return self.value(first)
            case ast.BoolOp() | ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return self.test(node)
            case ast.IfExp(test=test, body=body, orelse=other) if is_nothing(other):
                self.test(test)
                return self.value(body)
            case ast.Call():
                return self._result(node)
        return self.value_of(node)

    def _result(self, call: ast.Call) -> Any:  # noqa: ANN401 - likewise
        match call:
            case ast.Call(func=ast.Attribute(value=owner, attr="json"), args=[]):
                if self.value(owner) == Given("response"):
                    return Part(())
            case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[key, *others]) if all(
                is_nothing(each) or ast.unparse(each) == "1" for each in others
            ):
                return self._inner(self.value(owner), self.value(key))
            case ast.Call(func=ast.Name(id="bool" | "isinstance" | "len"), args=[first, *_]):
                return self.test(first)
            case ast.Call(func=ast.Name(id=name), args=[first]) if name in _PASSED_ON:
                return self.value(first)
        raise UnusualError

    @staticmethod
    def _inner(owner: object, key: object) -> Part:
        if isinstance(owner, Part):
            return owner.inner(key)
        if owner == Given("headers") and isinstance(key, str):
            return Part((key,), is_header=True)
        raise UnusualError

    def test(self, node: ast.expr) -> None:
        """Look at a condition: how the tap ends a list says it too, unless a value of a row decides."""
        match node:
            case ast.BoolOp(values=parts):
                for each in parts:
                    self.test(each)
            case ast.UnaryOp(op=ast.Not(), operand=inner) | ast.Call(func=ast.Name(id="bool"), args=[inner]):
                self.test(inner)
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                self._compare(left, operator, right)
            case _ if self.is_of_request(node):
                pass
            case _:
                self._see(self.value(node))

    def _compare(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> None:
        if any(map(self.is_of_request, (left, right))) and isinstance(
            operator, ast.In | ast.NotIn | ast.Is | ast.IsNot
        ):
            return
        sides = [self.value(left), self.value(right)]
        is_flag = isinstance(right, ast.Constant) and isinstance(right.value, bool)
        for side in sides:
            if isinstance(side, str):
                raise UnusualError
            if is_flag and isinstance(side, Part):
                self._see(side)
            elif isinstance(side, Part) and any(isinstance(key, int) for key in side.path):
                raise UnusualError
        counters = [each for each in (left, right) if isinstance(each, ast.Attribute) and each.attr in self.steps]
        if counters and not any(isinstance(side, Part) for side in sides):
            # A number of pages after which the class gives up.
            raise UnusualError

    def is_of_request(self, node: ast.expr) -> bool:
        """Return whether an expression is a part of the request."""
        while isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        return isinstance(node, ast.Name) and self.names.get(node.id) == Given("request")

    def _see(self, value: object) -> None:
        """Keep a flag of the response by what its name says."""
        if not isinstance(value, Part) or not value.path:
            return
        name = value.path[-1]
        if isinstance(name, int):
            raise UnusualError
        if _MORE.fullmatch(name):
            self.flags["has_more_path"] = value
        elif _LAST.fullmatch(name):
            self.flags["is_last_path"] = value


def is_nothing(node: ast.expr) -> bool:
    """Return whether an expression is what stands in for a value that is missing."""
    return ast.unparse(node) in {"None", "{}", "[]", "''", "0", "False"}
