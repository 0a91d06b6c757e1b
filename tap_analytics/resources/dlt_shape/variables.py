"""Variables of the environment in a configuration of dlt's shape: `$NAME` and `${NAME}`, and `$$` for a dollar.

`${NAME:-me}` has a default, for a variable that is not set. A moment that is counted from the present, `${now-7d}`, is
written where it stands.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.http.request.placeholders import as_template, escape
from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping

# Upper case only, as variables are named: a password that begins with `$` is seldom such a name, and a fault shows it.
_VARIABLE = pattern(
    r"\$\$|\$\{(?P<braced>[A-Z_][A-Z0-9_]*)(?::-(?P<default>[^{}]*))?\}|\$(?P<plain>[A-Z_][A-Z0-9_]*)(?![A-Za-z0-9])"
)


def pieces(text: str) -> Iterator[tuple[str, str | None]]:
    """Give the pieces of a text: each plain one with None, each variable with its name."""
    end = 0
    for match in _VARIABLE.finditer(text):
        name = match["braced"] or match["plain"]
        yield text[end : match.start()] + ("" if name else "$"), None
        if name:
            yield match[0], name
        end = match.end()
    yield text[end:], None


class Variables(msgspec.Struct):
    """Fills texts with the environment; `faults` names what is not set, `secrets` are the values that were used."""

    environment: Mapping[str, str]
    faults: list[str] = msgspec.field(default_factory=list)
    secrets: list[str] = msgspec.field(default_factory=list)
    now: datetime = msgspec.field(default_factory=lambda: datetime.now(UTC))

    # The usual one has all fields, and these hold what must not be shown.
    __repr__ = object.__repr__

    def fill(self, value: Any, place: str, *, is_template: bool = False) -> Any:  # noqa: ANN401 - JSON may be anything
        """Return a value of JSON with the variables in its texts replaced, at any depth.

        Args:
            value: What stands there.
            place: Where it stands, for a variable that is not set.
            is_template: Whether braces are placeholders there, so that those of a variable's value are literal ones.
        """
        if isinstance(value, dict):
            return {name: self.fill(part, place, is_template=is_template) for name, part in value.items()}
        if isinstance(value, list):
            return [self.fill(part, place, is_template=is_template) for part in value]
        if not isinstance(value, str):
            return value
        if "${now" in value or "${today" in value:
            value = self._with_moments(value, place)
        if not isinstance(value, str):
            return value
        value = as_template(value) if is_template else value
        # Braces around the name of a variable are no placeholder.
        return _VARIABLE.sub(lambda match: self._value(match, place, is_template=is_template), value)

    def _with_moments(self, text: str, place: str) -> str | int:
        # Few configurations have one.
        from tap_analytics.resources.dlt_shape import relative_moments  # noqa: PLC0415

        return relative_moments.fill(text, self.now, lambda fault: self._say(f"`{place}` {fault}"))

    def _say(self, fault: str) -> None:
        self.faults += [fault] if fault not in self.faults else []

    def _value(self, match: re.Match[str], place: str, *, is_template: bool) -> str:
        name = match["braced"] or match["plain"]
        if name is None:
            return "$"
        value = self.environment.get(name, "")
        if not value and match["default"] is not None:
            return escape(match["default"]) if is_template else match["default"]
        if not value:
            self._say(f"`{place}` needs the environment variable `{name}`, which is not set (`$$` is a plain dollar)")
            return match[0]
        self.secrets.append(value)
        return escape(value) if is_template else value
