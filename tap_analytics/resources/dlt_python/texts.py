"""Text of a configuration: a variable becomes `$NAME` where the tap takes one, and its default elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tap_analytics.resources.dlt_python.values import PresentText, Remark, Text, Variable

Path = tuple[str | int, ...]

# Where `$NAME` within a value is that variable.
_VARIABLES_IN = frozenset({"auth", "data", "headers", "json", "params"})
# Where it is too, but a default that the code has stands there rather.
_ADDRESSES = frozenset({"base_url", "path", "incremental"})
_SECRETS = frozenset({"api_key", "client_secret", "password", "token"})
_LITERAL_DOLLAR = re.compile(r"\$(?=[A-Z_{$])(?!\{(?:now|today)\b)")


@dataclass
class Texts:
    """Writes text at its place, and keeps the variables that it needs and remarks on it."""

    variables: dict[str, None] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def say(self, line: int, path: Path, sentence: str, *, loses: bool = False) -> None:
        """Keep a remark on a place of the configuration."""
        place = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path).removeprefix(".")
        self.remarks.append(Remark(line, f"`{place}` {sentence}", loses))

    def plain(self, text: str, path: Path, line: int) -> str:
        """Return plain text as it is written: a dollar is doubled where it would begin a variable."""
        if path[-1] in _SECRETS and "auth" in path and text:
            self.say(line, path, "is written out in the code; set a variable, and write its name here")
        return _LITERAL_DOLLAR.sub("$$", text) if (_VARIABLES_IN | _ADDRESSES) & set(path) else text

    def fill(self, text: Text, path: Path, line: int) -> Any:  # noqa: ANN401 - a default may be a number
        """Return text with its variables by name; where none can stand, with the defaults that the code has."""
        variables = [part for part in text.parts if isinstance(part, Variable)]
        has_defaults = bool(variables) and all(isinstance(each.default, str | int | float) for each in variables)
        if _VARIABLES_IN & set(path) or (_ADDRESSES & set(path) and not has_defaults):
            self.variables |= dict.fromkeys(each.name for each in variables if _default(each) is None)
            return _with_variables(text)
        names = ", ".join(f"`${each.name}`" for each in variables)
        if has_defaults:
            self.say(line, path, f"is {names} in the code; it has the default that the code gives it")
            if len(text.parts) == 1:
                return variables[0].default
            return "".join(map(_with_default, text.parts))
        if not variables:
            self.say(line, path, "is a moment, and none can stand here: write it out", loses=True)
            return _with_variables(text)
        self.say(line, path, f"needs {names}, and no variable can stand here: write its value", loses=True)
        return _with_variables(text)


def _default(part: Variable) -> str | None:
    """Return the default of a variable as it can stand beside its name; None where there is none, or it has braces."""
    is_plain = isinstance(part.default, str | int | float) and not set("{}") & set(str(part.default))
    return str(part.default) if is_plain else None


def _with_default(part: str | Variable | PresentText) -> str:
    if isinstance(part, PresentText):
        return part.word
    return str(part.default) if isinstance(part, Variable) else part


def _with_variables(text: Text) -> str:
    shown: list[str] = []
    for part, after in zip(text.parts, [*text.parts[1:], ""], strict=True):
        if isinstance(part, str):
            shown.append(_LITERAL_DOLLAR.sub("$$", part))
            continue
        if isinstance(part, PresentText):
            shown.append(part.word)
            continue
        if (default := _default(part)) is not None:
            shown.append(f"${{{part.name}:-{default}}}")
            continue
        joins = isinstance(after, str) and re.match("[A-Z0-9_]", after)
        shown.append(f"${{{part.name}}}" if joins else f"${part.name}")
    return "".join(shown)
