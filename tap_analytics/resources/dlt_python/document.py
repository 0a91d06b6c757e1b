"""Words of a configuration, as they were read -> plain values and their YAML, with the steps that it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import singledispatchmethod
from typing import TYPE_CHECKING, Any

import yaml
from typing_extensions import override

from tap_analytics.resources.dlt_python.closures import NotPlainError
from tap_analytics.resources.dlt_python.moments import Moment
from tap_analytics.resources.dlt_python.scope import Class, Function, Instance
from tap_analytics.resources.dlt_python.texts import Path, Texts
from tap_analytics.resources.dlt_python.values import File, Imported, Method, Text, Unknown, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.resources.dlt_python import steps

# Where a value may name Python.
_CODE_IN = frozenset(
    {"action", "auth", "convert", "filter", "map", "paginator", "response_actions", "session", "transform"}
    | {"type", "values", "yield_map"}
)
# Where an object of a class may stand, which is called for each record or response.
_STEPS = frozenset({"action", "convert", "filter", "map", "transform", "yield_map"})
# Words that say how records are stored, and not which are read.
_STORAGE = frozenset(
    {"columns", "file_format", "max_table_nesting", "merge_key", "nested_hints", "parallelized", "parent_table_name"}
    | {"references", "schema_contract", "session", "table_format", "table_name", "write_disposition"}
)
# If one of these is left out, so is what it belongs to.
_NEEDED = frozenset({"type", "name", "cursor_path"})
_FIRST = ("type", "name", "client", "max_retries", "backoff_factor", "resource_defaults")
# What to do about code that needs dlt itself.
_INSTEAD = {
    "auth": "declare another `auth`, or write a class that derives from `requests.auth.AuthBase`",
    "paginator": (
        "declare a `paginator` in words (the id of the last row is the `cursor_path` `data[-1].id`), or write a "
        "subclass of `tap_analytics.pagination.paginator.Paginator`"
    ),
}
_LEFT_OUT = object()


@dataclass
class Document:
    """Turns words into plain values; a word without one is left out, with a remark."""

    steps: steps.Steps
    texts: Texts = field(default_factory=Texts)
    _resource: str = "resource"

    def content(self, words: Words) -> dict[str, Any]:
        """Return the configuration that these words are."""
        plain: dict[str, Any] = self._object(words, ())
        return plain

    @singledispatchmethod
    def _plain(self, value: Any, path: Path, line: int) -> Any:  # noqa: ANN401 - any value
        return self._left_out(_reason(value, line), path)

    @_plain.register(float)
    @_plain.register(int)
    @_plain.register(type(None))
    def _as_it_is(self, value: float | None, path: Path, line: int) -> Any:  # noqa: ANN401, ARG002
        return value

    @_plain.register(list)
    def _list(self, value: list[Any], path: Path, line: int) -> list[Any]:
        parts = [self._plain(each, (*path, index), line) for index, each in enumerate(value)]
        return [each for each in parts if each is not _LEFT_OUT]

    @_plain.register(str)
    def _text(self, value: str, path: Path, line: int) -> str:
        return self.texts.plain(value, path, line)

    @_plain.register(Text)
    def _fill(self, value: Text, path: Path, line: int) -> Any:  # noqa: ANN401
        return self.texts.fill(value, path, line)

    @_plain.register(Moment)
    def _moment(self, value: Moment, path: Path, line: int) -> Any:  # noqa: ANN401 - text
        return self._plain(value.iso if "incremental" in path else value.usual, path, line)

    @_plain.register(date)
    def _date(self, value: date, path: Path, line: int) -> str:  # noqa: ARG002
        return value.isoformat() if "incremental" in path else str(value)

    @_plain.register(Method)
    def _method(self, value: Method, path: Path, line: int) -> Any:  # noqa: ANN401 - the mark of what is left out
        if isinstance(value.owner, Instance) and path[-1] in _STEPS:
            return self._keep(value.owner, path, line, method=value.name)
        return self._left_out(_reason(value, line), path)

    @_plain.register(Instance)
    def _instance(self, value: Instance, path: Path, line: int) -> Any:  # noqa: ANN401 - likewise
        if path[-1] in _STEPS:
            return self._keep(value, path, line)
        if path[-1] == "session" and not value.words:
            return self._plain(value.of, path, line)
        words = Words({"type": value.of}, line=line)
        words.take(value.words)
        return self._object(words, path)

    @_plain.register(Imported)
    def _import(self, value: Imported, path: Path, line: int) -> Any:  # noqa: ANN401 - likewise
        is_name = path[-1] == "last_value_func"
        return value.name if is_name else self._left_out(_reason(value, line), path)

    @_plain.register(Words)
    def _object(self, words: Words, path: Path, line: int = 0) -> Any:  # noqa: ANN401, ARG002 - the mark of what is left out
        if path[:1] == ("resources",) and isinstance(name := words.get("name"), str):
            self._resource = name
        plain = {}
        for key in sorted(words, key=lambda key: _FIRST.index(key) if key in _FIRST else len(_FIRST)):
            value = self._plain(words[key], (*path, key), words.line_of(key))
            if value is not _LEFT_OUT:
                plain[key] = value
            elif key in _NEEDED:
                return _LEFT_OUT
        return plain if plain or not words else _LEFT_OUT

    @_plain.register(Class)
    @_plain.register(Function)
    def _code(self, code: Function | Class, path: Path, line: int) -> Any:  # noqa: ANN401 - the mark, or text
        if not _CODE_IN & set(path[-2:]):
            return self._left_out(Unknown(line, "is Python, which has no place here"), path)
        return self._keep(code, path, line)

    def _keep(self, code: Function | Class | Instance, path: Path, line: int, *, method: str = "") -> Any:  # noqa: ANN401
        """Return the name of code, which is kept as a step; the mark where it needs what a step cannot have."""
        words = [each for each in path if isinstance(each, str)]
        owner = self._resource if path[0] == "resources" else words[0]
        name = f"{owner}_{words[-1]}"
        try:
            if isinstance(code, Instance):
                return self.steps.instance(code, name, line, method)
            return self.steps.reference(code, name)
        except NotPlainError as error:
            advice = next((_INSTEAD[each] for each in words if each in _INSTEAD), "write it as a step of its own")
            return self._left_out(Unknown(line, f"is Python that {error}; {advice}"), path)

    def _left_out(self, unknown: Unknown, path: Path) -> object:
        self.texts.say(unknown.line, path, f"{unknown.why}; it is left out", loses=not _STORAGE & set(path))
        return _LEFT_OUT


def _reason(value: object, line: int) -> Unknown:
    """Return why a value is no part of a configuration."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Imported):
        return Unknown(line, f"is `{value.name}`, which comes from another file")
    if isinstance(value, File):
        return Unknown(line, f"is read from `{value.path}`, which only running the code does")
    return Unknown(line, "is Python that a configuration has no word for")


def as_yaml(content: Mapping[str, Any]) -> str:
    """Return a configuration as YAML, in its order."""
    return yaml.dump(
        dict(content), Dumper=_Dumper, sort_keys=False, default_flow_style=False, allow_unicode=True, width=120
    )


class _Dumper(yaml.SafeDumper):
    """Writes lists indented below their key, and each object where it stands, without references."""

    @override
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)

    @override
    def ignore_aliases(self, data: Any) -> bool:
        return True
