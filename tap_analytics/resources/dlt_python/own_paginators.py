"""A paginator class of the file that derives from dlt's -> the words for it, where its methods do what is usual."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.declaration import vocabulary
from tap_analytics.resources.dlt_python import functions, instances
from tap_analytics.resources.dlt_python.classes import CONSTRUCTORS
from tap_analytics.resources.dlt_python.paging_methods import PagingMethods, Sent
from tap_analytics.resources.dlt_python.paging_values import Part, UnusualError
from tap_analytics.resources.dlt_python.values import Arguments, Imported, Words

if TYPE_CHECKING:
    from tap_analytics.resources.dlt_python.scope import Class, Instance, Scope

_BASES = frozenset({"BaseNextUrlPaginator", "BasePaginator", "BaseReferencePaginator"})
_REFERENCE = "_next_reference"
# What dlt's classes count by.
_COUNTS = frozenset(
    {"base_index", "current_value", "initial_value", "maximum_value", "param_body_path", "param_name", "value_step"}
)
_PAGE_SIZE = re.compile(r"limit|size|count|per_?page|top|max", re.IGNORECASE)


def words_for(made: Instance, arguments: Arguments, scope: Scope) -> Words | None:
    """Return the words for an object of a class of the file; None where it is no paginator, or no words say it."""
    base = _base(made.of)
    known = CONSTRUCTORS.get(base)
    if base not in _BASES and not (known and base.endswith("Paginator")):
        return None
    methods = _methods(made, scope)
    try:
        if known is None:
            return _own(methods, made, base, arguments.line)
        given = _given_to_base(made, arguments, scope)
        words = Words({"type": known.type}, line=arguments.line)
        words.take(given.by_name(known.parameters))
        words.take(_set_later(made, words))
        return _of_known(methods, words)
    except UnusualError:
        return None


def _set_later(made: Instance, words: Words) -> dict[str, Any]:
    """Return the options that `__init__` sets itself, behind that of dlt's class."""
    given = {name: value for name, value in made.fields.items() if name in CONSTRUCTORS[_base(made.of)].parameters}
    changed = {name: value for name, value in given.items() if words.get(name) != value}
    if _COUNTS & made.fields.keys() or (changed and words["type"] in {"offset", "page_number"}):
        # dlt has counted on from what its own `__init__` was given.
        raise UnusualError
    return changed


def _base(of: Class) -> str:
    """Return the name of what a class derives from beyond the file; empty for none."""
    for each in instances.bodies(of):
        for node in each.node.bases:
            if isinstance(base := each.scope.language.value(node, each.scope), Imported):
                return base.name
    return ""


def _methods(made: Instance, scope: Scope) -> PagingMethods:
    def method(name: str) -> ast.FunctionDef | None:
        found = instances.method(made.of, name)
        return found.node if found and isinstance(found.node, ast.FunctionDef) else None

    def value(node: ast.expr) -> Any:  # noqa: ANN401 - Python has values of any kind
        found = scope.language.value(node, made.of.scope)
        if not isinstance(found, str | int | float | None):
            raise UnusualError
        return found

    fields = {name: each for name, each in made.fields.items() if isinstance(each, str | int | float)}
    return PagingMethods(fields, value, method=method)


def _given_to_base(made: Instance, arguments: Arguments, scope: Scope) -> Arguments:
    """Return what `__init__` gives to that of dlt's class."""
    maker = instances.method(made.of, "__init__")
    if maker is None:
        return arguments
    if maker.node not in made.of.node.body or len(list(instances.bodies(made.of))) > 1:
        # `super()` is another class of the file.
        raise UnusualError
    own = functions.parameters(maker, Arguments([made, *arguments.positional], arguments.named, arguments.line))
    calls = [
        each.value
        for each in getattr(maker.node, "body", [])
        if isinstance(each, ast.Expr)
        and isinstance(each.value, ast.Call)
        and ast.unparse(each.value.func) == "super().__init__"
    ]
    if len(calls) != 1 or any(isinstance(each, ast.Starred) for each in calls[0].args):
        raise UnusualError
    named = Words(line=arguments.line)
    for each in calls[0].keywords:
        given = scope.language.value(each.value, own)
        if each.arg is None and not isinstance(given, Words):
            raise UnusualError
        named.take(given if each.arg is None else {each.arg: given})
    return Arguments([scope.language.value(each, own) for each in calls[0].args], named, arguments.line)


def _own(methods: PagingMethods, made: Instance, base: str, line: int) -> Words:
    """Return the words for a class that says itself how a page leads to the next one."""
    if not methods.go_through("update_state", ("response", "data")):
        raise UnusualError
    if not methods.go_through("update_request", ("request",)):
        if base != "BaseNextUrlPaginator":
            raise UnusualError
        methods.sent.append(Sent("url", (), _REFERENCE, methods.parts.get(_REFERENCE)))
    methods.go_through("init_request", ("request",))
    if methods.to_base:
        raise UnusualError
    moving = {
        (each.place, each.keys, each.attribute)
        for each in methods.sent
        if isinstance(each.value, Part) or each.attribute in methods.steps
    }
    if len(moving) != 1:
        raise UnusualError
    ((place, keys, attribute),) = moving
    constants = [each for each in methods.sent if (each.place, each.keys, each.attribute) != (place, keys, attribute)]
    way = Sent(place, keys, attribute, methods.parts.get(attribute or "", made.fields.get(attribute or "")))
    if isinstance(way.value, Part):
        words = Words(_reference(way, way.value), line=line)
    else:
        words = Words(_count(way, methods.steps[attribute or ""], constants), line=line)
        constants = constants if words["type"] == "page_number" else []
    return _with_flags(_with_size(words, constants), methods, way.value)


def _reference(way: Sent, part: Part) -> dict[str, Any]:
    """Return the words for a page that names the next one."""
    if part.is_header:
        if way.place != "params":
            raise UnusualError
        return {"type": "header_cursor", "cursor_key": part.path[0], "cursor_param": way.keys[0]}
    if way.place == "url":
        return {"type": "json_link", "next_url_path": part.text}
    return {"type": "cursor", "cursor_path": part.text} | _place(way, "cursor")


def _place(way: Sent, name: str) -> dict[str, Any]:
    if way.place == "params":
        return {f"{name}_param": way.keys[0]}
    return {f"{name}_body_path": ".".join(f"['{key}']" if "." in key else key for key in way.keys)}


def _count(way: Sent, step: int | None, constants: list[Sent]) -> dict[str, Any]:
    """Return the words for pages that are counted, or for rows that are."""
    begin = way.value
    if isinstance(begin, bool) or not isinstance(begin, int) or way.place == "url":
        raise UnusualError
    if step == 1:
        return {"type": "page_number", "base_page": begin} | _place(way, "page")
    sizes = [each for each in constants if each.value == step or (step is None and _PAGE_SIZE.search(each.keys[-1]))]
    if len(sizes) != 1 or len(constants) != 1 or not isinstance(sizes[0].value, int):
        raise UnusualError
    words = {"type": "offset", "limit": sizes[0].value} | _place(way, "offset") | _place(sizes[0], "limit")
    return words | ({"offset": begin} if begin else {})


def _with_size(words: Words, constants: list[Sent]) -> Words:
    """Return the words with a size of pages that is always sent."""
    match constants:
        case []:
            return words
        case [Sent(place="params", keys=(name,), value=int() as size)] if _PAGE_SIZE.search(name):
            words.take({"limit_param": name, "limit": size})
            return words
    raise UnusualError


def _with_flags(words: Words, methods: PagingMethods, reference: object) -> Words:
    known = vocabulary.PAGINATORS[words["type"]]["properties"]
    for option, part in methods.flags.items():
        leads_on = isinstance(reference, Part) and reference.path[: len(part.path)] == part.path
        if option in known and option not in words and not leads_on:
            words.put(option, part.text)
    return words


def _of_known(methods: PagingMethods, words: Words) -> Words:
    """Return the words for a class that changes one of dlt's."""
    if methods.go_through("update_state", ("response", "data")) and "update_state" not in methods.to_base:
        option = {"json_link": "next_url_path", "cursor": "cursor_path"}.get(words["type"])
        part = methods.parts.get(_REFERENCE)
        if option is None or part is None or part.is_header:
            raise UnusualError
        words.put(option, part.text)
    if methods.go_through("update_request", ("request",)) and "update_request" not in methods.to_base:
        raise UnusualError
    if methods.go_through("init_request", ("request",)) and "init_request" not in methods.to_base:
        raise UnusualError
    if methods.steps:
        raise UnusualError
    return _with_flags(_with_size(words, methods.sent), methods, methods.parts.get(_REFERENCE))
