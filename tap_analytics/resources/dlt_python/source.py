"""A file of dlt's Python -> the configurations in it, as words with their lines."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python import functions, instances, listings, pages, sources
from tap_analytics.resources.dlt_python.classes import SOURCES
from tap_analytics.resources.dlt_python.files import Files
from tap_analytics.resources.dlt_python.scope import Class, Findings, Function, Instance, Scope, TooLongError
from tap_analytics.resources.dlt_python.statements import Python
from tap_analytics.resources.dlt_python.values import Arguments, Remark, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """What a file says: its module, the configurations by their line, names that are registered, and remarks."""

    module: ast.Module
    scope: Scope
    configurations: Mapping[int, Words]
    registered: Mapping[str, Any]
    remarks: list[Remark]
    # The module beside the file that they stand in, by its path from there, and its text; empty for the file itself.
    file: str = ""
    text: str = ""


def read(text: str, *, is_module: bool = True, folder: Path | None = None) -> Source:
    """Return the configurations in the Python of a module, or of the blocks of a page; nothing of it is run.

    Args:
        text: The Python, or the page.
        is_module: Whether all of it is Python.
        folder: The folder of the file; modules and documents that it names are looked for there.
    """
    module, remarks = pages.parse(pages.blocks(text, is_module=is_module))
    files = Files(folder) if folder else None
    findings = Findings(remarks=remarks, files=files)
    scope = Scope(Python(), findings)
    try:
        scope.language.run(module.body, scope)
        for function in _functions_without_call(scope):
            functions.outcome(function, Arguments([], Words(line=function.node.lineno), function.node.lineno), scope)
        for made, name, line in _methods_without_call(scope):
            instances.outcome(made, name, Arguments([], Words(line=line), line), scope)
    except (TooLongError, RecursionError):
        findings.say(1, "the code takes too many steps to be worked out", loses=True)
    except functions.ReturnedError:
        # A page may show the end of a function without its head.
        pass
    beside = None if findings.configurations or findings.listings else _module_with_configurations(files)
    if beside is not None:
        return _of_module(beside, findings)
    found: dict[int, Words] = dict(findings.configurations)
    _select(found, findings.chosen)
    if not found:
        found = dict(listings.configurations(findings)) or dict(findings.candidates)
    found = _once(found)
    if len(found) == 1:
        _tell_others(next(iter(found.values())), scope)
    return Source(module, scope, found, findings.registered, findings.remarks)


def _select(found: Mapping[int, Words], chosen: Mapping[int, set[str]]) -> None:
    for configuration in found.values():
        if names := chosen.get(id(configuration)):
            sources.select(configuration, names)


def _module_with_configurations(files: Files | None) -> Scope | None:
    """Return the module beside the file whose functions, which the file calls, make sources."""
    return next((each for each in (files.modules if files else ()) if each.findings.configurations), None)


def _of_module(scope: Scope, caller: Findings) -> Source:
    """Return the sources that a module makes for the file that calls its functions."""
    findings, file = scope.findings, scope.file
    found = dict(findings.configurations)
    _select(found, findings.chosen)
    _select(found, caller.chosen)
    found = _once(found)
    # Code of the module goes to `steps.py`, like that of the file.
    scope.file = ""
    tree = scope.tree or ast.Module([], [])
    remarks = [*findings.remarks, *(each for each in caller.remarks if each.loses)]
    return Source(tree, scope, found, findings.registered, remarks, file, scope.text)


def _tell_others(configuration: Words, scope: Scope) -> None:
    """Tell of each resource of the file that is a function, and is no resource of the configuration."""
    findings = scope.findings
    known = _names_in(configuration)
    own = [each for each in scope.names.values() if isinstance(each, Function)]
    for each in {*own, *findings.followed}:
        words = None if _is_lambda(each) else functions.resource_of(each)
        if words is not None and words["selected"] is not False and words["name"] not in known:
            sentence = f"`{words['name']}` is a resource of its own, beside those of the configuration; it is left out"
            findings.say(each.node.lineno, sentence, loses=True)


def _names_in(configuration: Words) -> set[Any]:
    """Return the names of the resources of a configuration."""
    entries = configuration.get("resources")
    listed = entries if isinstance(entries, list) else []
    names = {each.get("name") if isinstance(each, Words) else each for each in listed if not isinstance(each, Function)}
    made = [functions.resource_of(each) for each in listed if isinstance(each, Function) and not _is_lambda(each)]
    return names | {each["name"] for each in made if each is not None}


def _once(found: Mapping[int, Words]) -> dict[int, Words]:
    """Return each configuration once, at its first line."""
    unique: dict[int, Words] = {}
    for line, words in sorted(found.items()):
        if words not in unique.values():
            unique[line] = words
    return unique


def _methods_without_call(scope: Scope) -> Iterator[tuple[Instance, str, int]]:
    """Yield an object, and a method of it that makes a source, for each such method that the file does not call."""
    for given in list(scope.names.values()):
        if not isinstance(given, Class):
            continue
        for name, node in instances.methods_of(given):
            if node not in scope.findings.called and _names(node) & SOURCES:
                line = node.lineno
                made = instances.create(given, Arguments([], Words(line=line), line), scope)
                if isinstance(made, Instance):
                    yield made, name, line


def _functions_without_call(scope: Scope) -> Iterator[Function]:
    """Yield the functions that make a source or read a list, and are not called in the file itself.

    Sources come first: they call resources with what these need. Resources call other functions likewise.
    """
    found = [each for each in scope.names.values() if isinstance(each, Function) and not _is_lambda(each)]
    for given in sorted(found, key=lambda each: (not _is_source(each), not _is_resource(each))):
        is_of_dlt = _is_source(given) or _is_resource(given)
        if given.node not in scope.findings.called and (is_of_dlt or _names(given.node) & {*SOURCES, "paginate"}):
            yield given


def _is_lambda(function: Function) -> bool:
    return isinstance(function.node, ast.Lambda)


def _is_source(function: Function) -> bool:
    return any(functions.is_of_dlt(each, "source") for each in getattr(function.node, "decorator_list", ()))


def _is_resource(function: Function) -> bool:
    decorators = getattr(function.node, "decorator_list", ())
    return any(functions.is_of_dlt(each, "resource", "transformer") for each in decorators)


def _names(node: ast.AST) -> set[str]:
    """Return the names of what code calls."""
    return {_name(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""
