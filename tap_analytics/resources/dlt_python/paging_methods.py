"""The methods of a paginator class of the file: what they read of a response, and what they put into a request."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_analytics.resources.dlt_python.paging_values import Given, PagingValues, Part, UnusualError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_HAS_NEXT = "_has_next_page"
_NO_EFFECT = re.compile(r"(?:print|time\.sleep|sleep|(?:self\.)?_?log(?:ger|ging)?\.\w+)")


@dataclass(frozen=True, slots=True)
class Sent:
    """What is put into a request: its place there, and the attribute or the value that it is."""

    place: str
    keys: tuple[str, ...]
    attribute: str | None
    value: object


@dataclass
class PagingMethods(PagingValues):
    """Goes through the methods of a paginator; whatever is not usual raises `UnusualError`."""

    method: Callable[[str], ast.FunctionDef | None] = lambda _: None
    sent: list[Sent] = field(default_factory=list)
    # The methods that call the one that they replace.
    to_base: set[str] = field(default_factory=set)
    _is_of_response: bool = False

    def go_through(self, name: str, parameters: Sequence[str]) -> bool:
        """Go through a method whose parameters are these; return False where the class does not have it."""
        node = self.method(name)
        if node is None:
            return False
        given = [each.arg for each in node.args.args[1:]]
        self.names = {each: Given(what) for each, what in zip(given, parameters, strict=False)}
        self._is_of_response = "response" in parameters
        self._run(node.body, name)
        return True

    def _run(self, body: Sequence[ast.stmt], name: str) -> None:
        for statement in body:
            self._statement(statement, name)

    def _statement(self, statement: ast.stmt, name: str) -> None:
        match statement:
            case ast.Pass() | ast.Raise() | ast.Import() | ast.ImportFrom() | ast.Return(value=None):
                pass
            case ast.Expr(value=ast.Constant()):
                pass
            case ast.Expr(value=ast.Call() as call):
                self._call(call, name)
            case ast.If(test=test):
                self.test(test)
                self._run([*statement.body, *statement.orelse], name)
            case ast.Try():
                # What a failure does here, the tap does not: it fails.
                self._run([*statement.body, *statement.orelse, *statement.finalbody], name)
            case ast.Assign(targets=[target], value=value):
                self._assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value)
            case ast.AugAssign(target=ast.Attribute() as target, op=ast.Add(), value=value):
                self._add(target.attr, value)
            case _:
                raise UnusualError

    def _call(self, call: ast.Call, name: str) -> None:
        written = ast.unparse(call.func)
        if _NO_EFFECT.fullmatch(written):
            return
        if written == f"super().{name}":
            self.to_base.add(name)
        elif isinstance(call.func, ast.Attribute) and call.func.attr == "update" and self.is_of_request(call.func):
            self._update(call.func.value, call)
        elif written.startswith("self.") and (known := self.method(written.removeprefix("self."))):
            if [ast.unparse(each) for each in call.args] != [each.arg for each in known.args.args[1:]]:
                raise UnusualError
            self._run(known.body, known.name)
        else:
            raise UnusualError

    def _update(self, target: ast.expr, call: ast.Call) -> None:
        place, keys = self._place(target)
        given = [(each.arg, each.value) for each in call.keywords]
        for each in call.args:
            if not isinstance(each, ast.Dict):
                raise UnusualError
            given += [(self.text(key), value) for key, value in zip(each.keys, each.values, strict=True)]
        for key, value in given:
            self._send(place, (*keys, key or ""), value)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = self.value(value)
            return
        place, keys = self._place(target)
        if place == "self":
            self._set(keys[0], value)
        elif place == "url" or keys:
            is_made = isinstance(value, ast.Dict) and not value.keys
            if not is_made:
                self._send(place, keys, value)
        elif isinstance(value, ast.Dict) and None in value.keys:
            self._put(place, value)
        elif re.fullmatch(r"\{\}|None|(?:dict\()?\w+\.\w+ or \{\}\)?", ast.unparse(value)) is None:
            raise UnusualError

    def _put(self, place: str, value: ast.Dict) -> None:
        """Keep what is put beside the rest: `{**request.params, "page": self.page}`."""
        for key, each in zip(value.keys, value.values, strict=True):
            first = each.values[0] if isinstance(each, ast.BoolOp) else each
            if key is not None:
                self._send(place, (self.text(key),), each)
            elif not self.is_of_request(first):
                raise UnusualError

    def _place(self, target: ast.expr) -> tuple[str, tuple[str, ...]]:
        """Return what is set: an attribute of the paginator, or a part of the request."""
        keys: list[str] = []
        while isinstance(target, ast.Subscript):
            keys.insert(0, self.text(target.slice))
            target = target.value
        match target:
            case ast.Attribute(value=ast.Name(id="self"), attr=attribute) if not keys:
                return "self", (attribute,)
            case ast.Attribute(value=ast.Name(id=name), attr="params" | "json" | "url" as place) if self.names.get(
                name
            ) == Given("request"):
                return place, tuple(keys)
        raise UnusualError

    def _send(self, place: str, keys: tuple[str, ...], value: ast.expr) -> None:
        attribute = value.attr if isinstance(value, ast.Attribute) else None
        item = Sent(place, keys, attribute, self.value(value))
        if item not in self.sent:
            self.sent.append(item)

    def _set(self, attribute: str, value: ast.expr) -> None:
        """Keep what an attribute is set to."""
        match value:
            case ast.BinOp(left=ast.Attribute(attr=same), op=ast.Add(), right=step) if same == attribute:
                self._add(attribute, step)
                return
        if attribute == _HAS_NEXT:
            self.test(value)
            return
        found = self.value(value)
        if found is None:
            return
        if not isinstance(found, Part) or self.parts.setdefault(attribute, found) != found:
            raise UnusualError

    def _add(self, attribute: str, step: ast.expr) -> None:
        if not self._is_of_response:
            # Which page is asked for would depend on how often it is.
            raise UnusualError
        if isinstance(step, ast.Call) and ast.unparse(step.func) == "len":
            self.steps[attribute] = None
            return
        number = self.value(step)
        if isinstance(number, bool) or not isinstance(number, int) or number < 1 or attribute in self.steps:
            raise UnusualError
        self.steps[attribute] = number
