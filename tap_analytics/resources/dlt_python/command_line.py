"""The command line of a script, taken to be empty: each argument has its default."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python.values import Arguments, Imported, Namespace, Unknown, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_analytics.resources.dlt_python.scope import Scope

# `sys.argv` of a script that is given no arguments.
ARGUMENTS = "sys.argv"
_FLAGS = {"store_true": False, "store_false": True, "count": None, "append": None}
_GROUPS = frozenset({"add_argument_group", "add_mutually_exclusive_group", "add_parser", "add_subparsers"})
_TYPES: Mapping[str, Callable[[Any], Any]] = {"builtins.int": int, "builtins.float": float, "builtins.str": str}


@dataclass(frozen=True, slots=True)
class Parser:
    """A parser of the standard library: the defaults of its arguments."""

    defaults: Words = field(default_factory=Words)


def outcome(parser: Parser, name: str, arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401 - any value
    """Return what a method of a parser returns."""
    if name == "add_argument":
        _add(parser, arguments)
        return None
    if name in _GROUPS:
        return parser
    if name == "set_defaults":
        parser.defaults.take(arguments.named)
        return None
    if name not in {"parse_args", "parse_known_args"}:
        return Unknown(arguments.line, f"calls `{name}`, which only running it tells")
    if parser.defaults:
        scope.findings.say(arguments.line, "the command line is taken to be empty: its arguments have their defaults")
    parsed = Namespace(parser.defaults)
    return parsed if name == "parse_args" else [parsed, []]


def _add(parser: Parser, arguments: Arguments) -> None:
    names = [each for each in arguments.positional if isinstance(each, str)]
    long = next((each for each in names if each.startswith("--")), names[0] if names else "")
    given, key = arguments.named, arguments.named.get("dest") or long.lstrip("-").replace("-", "_")
    if "default" in given:
        default = given["default"]
        made = _TYPES.get(kind.path) if isinstance(kind := given.get("type"), Imported) else None
        if made and isinstance(default, str):
            default = made(default)
    elif long.startswith("-"):
        default = _FLAGS.get(given["action"]) if isinstance(given.get("action"), str) else None
    else:
        default = Unknown(arguments.line, f"is the argument `{key}` of the command line")
    parser.defaults.put(str(key), default, arguments.line)


CALLS: Mapping[str, Callable[[Arguments, Scope], Any]] = {
    "argparse.ArgumentParser": lambda _arguments, _scope: Parser(),
}
