"""Code of the file that a configuration names -> `steps.py`, with the imports that it needs."""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_analytics.resources.dlt_python import closures
from tap_analytics.resources.dlt_python.classes import OF_DLT
from tap_analytics.resources.dlt_python.closures import NotPlainError
from tap_analytics.resources.dlt_python.free_names import bound, free_names
from tap_analytics.resources.dlt_python.scope import Class, Function
from tap_analytics.resources.dlt_python.values import Imported

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tap_analytics.resources.dlt_python.scope import Instance, Scope

FILE = "steps.py"

# No file has more lines.
_LAST = 10**9
_NONE: Mapping[str, str] = {}
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda

# What stands in for parts of dlt that code of a step needs.
_INSTEAD = {
    "dlt.common.configuration.configspec": "from dataclasses import dataclass",
    "dlt.common.configuration.specs.base_configuration.configspec": "from dataclasses import dataclass",
    "dlt.common.configuration.specs.configspec": "from dataclasses import dataclass",
    "dlt.sources.helpers.rest_client.auth.AuthBase": "from requests.auth import AuthBase",
    "dlt.sources.helpers.rest_client.auth.AuthConfigBase": "from requests.auth import AuthBase",
    "dlt.sources.helpers.requests": "import requests",
    "dlt.sources.helpers.rest_client.exceptions.IgnoreResponseException": (
        "from tap_analytics.http.actions import IgnoredResponse"
    ),
}


@dataclass(frozen=True, slots=True)
class _Origin:
    """A file that code stands in: what is defined at its top, and its lines."""

    at_top: Mapping[str, ast.stmt]
    lines: Sequence[str]

    def text(self, first: int, last: int | None) -> str:
        """Return these lines."""
        return textwrap.dedent("\n".join(self.lines[first - 1 : last]))


class Steps:
    """The functions and classes that a configuration names, each with what it needs of the file."""

    def __init__(self, module: ast.Module, lines: list[str]) -> None:
        self._own = _Origin(dict(_names_at_top(module)), lines)
        # What the code takes from the environment.
        self.variables: dict[str, None] = {}
        self._imports: dict[str, None] = {}
        self._code: dict[str, tuple[int, str]] = {}
        # By its name, the code and the locals that it was written with.
        self._written: dict[str, tuple[ast.AST, Mapping[str, str]]] = {}
        # By its name, what was kept as it stands in its file.
        self._nodes: dict[str, ast.AST] = {}

    @property
    def names(self) -> list[str]:
        """What is defined, in the order of the file."""
        return sorted(self._code, key=lambda name: self._code[name][0])

    def reference(self, code: Function | Class, name: str) -> str:
        """Return how a configuration names this code, which is kept for the file; a lambda gets this name.

        Raises:
            NotPlainError: It needs what a file of its own cannot have.
        """
        with self._or_nothing():
            if code.scope.file and not isinstance(code.node, ast.Lambda) and not _needs_dlt(code.scope.module.tree):
                # A function of a module beside the file is named where it stands, where that can be loaded.
                return f"{code.scope.file}:{code.node.name}"
            return f"{FILE}:{self._reference(code, name)}"

    def instance(self, given: Instance, name: str, line: int, method: str = "") -> str:
        """Return how a configuration names an object of a class of the file, or a method of it; it is made in the file.

        Raises:
            NotPlainError: Its class, or what it is made with, needs what a file of its own cannot have.
        """
        with self._or_nothing():
            of = self._reference(given.of, name)
            arguments = ", ".join(f"{key}={self._value(key, value)}" for key, value in given.words.items())
            name = self._free_name(re.sub(r"\W", "_", name))
            # It stands behind all that is defined.
            self._code[name] = _LAST + line, f"{name} = {of}({arguments}){f'.{method}' if method else ''}"
            return f"{FILE}:{name}"

    @contextlib.contextmanager
    def _or_nothing(self) -> Iterator[None]:
        """Forget what was kept for code that turns out to need too much."""
        imports, definitions = dict(self._imports), dict(self._code)
        taken, nodes = dict(self._written), dict(self._nodes)
        try:
            yield
        except NotPlainError:
            self._imports, self._code = imports, definitions
            self._written, self._nodes = taken, nodes
            raise

    def _reference(self, code: Function | Class, name: str) -> str:
        """Keep code, and return its name: its own one, if it is defined at the top."""
        node = code.node
        if not isinstance(node, ast.Lambda) and self._origin(code.scope).at_top.get(node.name) is node:
            self._keep(node, node.name, code.scope)
            return node.name
        given = self._locals(node, code.scope)
        known = next((each for each, (kept, with_) in self._written.items() if kept is node and with_ == given), None)
        if known is not None and not isinstance(node, ast.Lambda):
            return known
        wanted = re.sub(r"\W", "_", name) if isinstance(node, ast.Lambda) else node.name
        name = self._free_name(wanted)
        self._written[name] = node, given
        self._keep(node, name, code.scope, given)
        return name

    def _locals(self, node: _Definition, scope: Scope) -> dict[str, str]:
        """Return what code takes from the functions around it, as Python; code there is kept beside it."""
        given: dict[str, str] = {}
        for name, is_needed in free_names(_without_decorators(node)).items():
            value = closures.local(name, scope)
            if closures.is_missing(value) or not is_needed or isinstance(value, Imported):
                continue
            if isinstance(value, Function | Class):
                given[name] = self._reference(value, name)
            else:
                given[name] = self._value(name, value)
        return {name: text for name, text in given.items() if text != name}

    def _origin(self, scope: Scope) -> _Origin:
        """Return the file that code stands in."""
        module = scope.module
        return _Origin(dict(_names_at_top(module.tree)), module.text.splitlines()) if module.tree else self._own

    def text(self) -> str:
        """Return the content of the file."""
        imports = "\n".join(["from __future__ import annotations", "", *sorted(self._imports)]).strip()
        return "\n\n\n".join([imports, *(self._code[name][1] for name in self.names)]) + "\n"

    def _free_name(self, wanted: str) -> str:
        taken = {*self._code, *self._own.at_top}
        name, number = wanted, 2
        while name in taken:
            name, number = f"{wanted}_{number}", number + 1
        return name

    def _value(self, name: str, value: object) -> str:
        try:
            text = closures.python_of(value)
        except NotPlainError as error:
            message = f"needs `{name}`, which {error}"
            raise NotPlainError(message) from None
        if found := re.findall(r"os\.environ\['(\w+)'\]", text):
            self._imports["import os"] = None
            self.variables |= dict.fromkeys(found)
        return text

    def _keep(self, node: _Definition, name: str, scope: Scope, given: Mapping[str, str] = _NONE) -> None:
        if name in self._code:
            if self._nodes.get(name, node) is not node:
                message = f"needs two things that are named `{name}`"
                raise NotPlainError(message)
            return
        if isinstance(node, ast.ClassDef) and (base := next(_bases_of_dlt(node), None)):
            message = f"derives from `{base}`, which is dlt's own"
            raise NotPlainError(message)
        own_name = None if isinstance(node, ast.Lambda) else node.name
        if given or own_name not in {name, None}:
            text = closures.definition(node, name, given)
        elif isinstance(node, ast.Lambda):
            text = f"def {name}({ast.unparse(node.args)}):\n    return {ast.unparse(node.body)}"
        else:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list if not _is_left_out(each))])
            text = self._origin(scope).text(first, node.end_lineno)
            self._nodes[name] = node
        self._code[name] = node.lineno, text
        needed = free_names(_without_decorators(node))
        for each in needed:
            if each not in given and each not in self._written:
                self._need(each, scope, is_optional=not needed[each])

    def _need(self, name: str, scope: Scope, *, is_optional: bool) -> None:
        """Keep what a name stands for; a name that stands in hints of types only may be missing."""
        if hasattr(builtins, name):
            return
        origin = self._origin(scope)
        statement = origin.at_top.get(name)
        found = closures.local(name, scope)
        if isinstance(found, Imported):
            self._import_path(found.path, name)
            return
        is_local = not closures.is_missing(found)
        if statement is None or is_local:
            if is_optional:
                return
            message = f"needs `{name}`, which is {'a local' if is_local else 'not defined at the top'} of its file"
            raise NotPlainError(message)
        if isinstance(statement, ast.Import | ast.ImportFrom):
            self._import(statement, name, is_optional=is_optional)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self._keep(statement, name, scope.module)
        elif name not in self._code:
            self._code[name] = statement.lineno, origin.text(statement.lineno, statement.end_lineno)
            for each, is_needed in free_names(statement).items():
                self._need(each, scope.module, is_optional=not is_needed)

    def _import_path(self, path: str, name: str) -> None:
        """Keep an import that stands within a function."""
        module, _, last = path.rpartition(".")
        origin = f"from {module} " if module else ""
        statement = ast.parse(f"{origin}import {last} as {name}").body[0]
        if isinstance(statement, ast.Import | ast.ImportFrom):
            self._import(statement, name, is_optional=False)

    def _import(self, statement: ast.Import | ast.ImportFrom, name: str, *, is_optional: bool) -> None:
        alias = next(each for each in statement.names if bound(each) == name)
        module = statement.module or "" if isinstance(statement, ast.ImportFrom) else alias.name
        level = statement.level if isinstance(statement, ast.ImportFrom) else 0
        if instead := _INSTEAD.get(f"{module}.{alias.name}"):
            self._imports[f"{instead} as {name}" if name != instead.rpartition(" ")[2] else instead] = None
            return
        if level or module.partition(".")[0] == "dlt":
            if is_optional:
                return
            message = f"needs `{name}` of {'dlt' if not level else 'another file'}"
            raise NotPlainError(message)
        shown = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
        is_from = isinstance(statement, ast.ImportFrom)
        self._imports[f"from {module} import {shown}" if is_from else f"import {shown}"] = None


def _needs_dlt(module: ast.Module | None) -> bool:
    """Return whether a module cannot be loaded alone: it imports dlt, or what stands beside it in its package."""
    imports = [each for each in ast.walk(module or ast.Module([], [])) if isinstance(each, ast.Import | ast.ImportFrom)]
    names = [each.module or "" if isinstance(each, ast.ImportFrom) else each.names[0].name for each in imports]
    is_relative = any(isinstance(each, ast.ImportFrom) and each.level for each in imports)
    return is_relative or any(name.partition(".")[0] == "dlt" for name in names)


def _is_left_out(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(called) in {"dlt.resource", "resource", "staticmethod"}


def _without_decorators(node: _Definition) -> ast.AST:
    """Return code without what makes it a resource of dlt, or a method of its class only."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(map(_is_left_out, node.decorator_list)):
        node = copy.copy(node)
        node.decorator_list = [each for each in node.decorator_list if not _is_left_out(each)]
    return node


def _names_at_top(module: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """Yield each name that a statement of the module itself defines, with the statement."""
    for statement in module.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement.name, statement
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            yield from ((bound(each), statement) for each in statement.names)
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            yield from ((each.id, statement) for each in targets if isinstance(each, ast.Name))


def _bases_of_dlt(node: ast.ClassDef) -> Iterator[str]:
    for base in node.bases:
        name = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
        if name in OF_DLT:
            yield name
