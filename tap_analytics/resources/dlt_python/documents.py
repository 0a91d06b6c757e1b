"""Calls that name a file and load what it holds, `json.load(open("crm.json"))`, or write a value as JSON."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python.values import Arguments, File, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_analytics.resources.dlt_python.scope import Scope


def _file(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401, ARG001
    """Return the file that a path names, from its first part on."""
    first, *more = arguments.positional or [None]
    start = File(first) if isinstance(first, str) else first
    if isinstance(start, Unknown):
        return start
    if not isinstance(start, File) or not all(isinstance(each, str) for each in more):
        return _untold(arguments, "names a file")
    return start.joinpath(*more)


def _open(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    return _file(Arguments(arguments.positional[:1], arguments.named, arguments.line), scope)


def _folder(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    named = _open(arguments, scope)
    return named.parent if isinstance(named, File) else named


def _load(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    """Return what a document holds."""
    given = next(iter(arguments.positional), None)
    if isinstance(given, File) and scope.findings.files:
        found = scope.findings.files.document(given.path)
        if found is not None:
            return found
        return Unknown(arguments.line, f"is read from `{given.path}`, which is not there")
    return given if isinstance(given, Unknown) else _untold(arguments, "loads a document")


def _dump(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401, ARG001
    """Return the JSON of a value that is known, as Python writes it without further words."""
    if len(arguments.positional) == 1 and not arguments.named:
        with suppress(TypeError, ValueError):
            return json.dumps(arguments.positional[0])
    return _untold(arguments, "is JSON")


def _untold(arguments: Arguments, what: str) -> Unknown:
    return Unknown(arguments.line, f"{what} that only running the code tells")


def method(owner: File, name: str, arguments: Arguments) -> Any:  # noqa: ANN401
    """Return what a method of a file gives: its text stays the file, which a document is loaded from."""
    if name in {"absolute", "open", "read", "read_text", "resolve", "__enter__"}:
        return owner
    if name in {"with_name", "with_suffix"} and all(isinstance(each, str) for each in arguments.positional):
        return owner.parent.joinpath(*arguments.positional) if name == "with_name" else _with_suffix(owner, arguments)
    if name == "joinpath" and all(isinstance(each, str) for each in arguments.positional):
        return owner.joinpath(*arguments.positional)
    return _untold(arguments, f"calls `{name}` of a file")


def _with_suffix(owner: File, arguments: Arguments) -> File:
    return File(str(PurePosixPath(owner.path).with_suffix(*arguments.positional)))


CALLS: Mapping[str, Callable[[Arguments, Scope], Any]] = {
    "builtins.open": _open,
    "json.dumps": _dump,
    "json.load": _load,
    "json.loads": _load,
    "os.path.abspath": _open,
    "os.path.dirname": _folder,
    "os.path.join": _file,
    "pathlib.Path": _file,
    "yaml.full_load": _load,
    "yaml.load": _load,
    "yaml.safe_load": _load,
}
