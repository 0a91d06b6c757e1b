"""YAML with comments: each stands above the key that it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

Path = tuple[str | int, ...]
Comments = Mapping[Path, Sequence[str]]

WIDTH = 118

# An object with only these keys is written in one line.
_IN_ONE_LINE = {"data_type", "nullable", "description", "type", "format"}


def text_of(document: Mapping[str, Any], comments: Comments) -> str:
    """Return a document as YAML with comments above the keys at these paths; those at `()` stand above all of it."""
    return "\n".join([*_comment(comments.get((), ())), *_lines(document, (), comments)]) + "\n"


def _lines(value: object, path: Path, comments: Comments) -> list[str]:
    """Return the lines of a value that has comments within it."""
    if isinstance(value, Mapping) and value:
        return [line for name, part in value.items() for line in _entry(str(name), part, (*path, str(name)), comments)]
    if isinstance(value, list) and value:
        return [line for number, part in enumerate(value) for line in _item(part, (*path, number), comments)]
    return _flat(value)


def _entry(name: str, value: object, path: Path, comments: Comments) -> list[str]:
    above = list(_comment(comments.get(path, ())))
    if any(each[: len(path)] == path and len(each) > len(path) for each in comments) and isinstance(value, dict | list):
        inner = _lines(value, path, comments)
        indented = inner if isinstance(value, list) else [f"  {line}" for line in inner]
        return [*above, f"{_flat(name)[0]}:", *indented]
    return [*above, *_flat({name: value})]


def _item(value: object, path: Path, comments: Comments) -> list[str]:
    lines = _lines(value, path, comments)
    above = list(_comment(comments.get(path, ())))
    while lines[0].startswith("# "):
        above.append(lines.pop(0))
    return [*above, f"- {lines[0]}", *(f"  {line}" for line in lines[1:])]


def _flat(value: object) -> list[str]:
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    return text.removesuffix("...\n").splitlines()


def _comment(lines: Sequence[str]) -> Sequence[str]:
    return [f"# {part}" for line in lines for part in line.splitlines()]


class _Dumper(yaml.SafeDumper):
    """Writes small objects and lists in one line: `{data_type: text}`."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the name is that of the base class
        return True

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:  # noqa: ANN401, FBT001 - as in the base class
        node = super().represent_mapping(tag, mapping, flow_style)
        keys = set(mapping) if isinstance(mapping, Mapping) else set()
        node.flow_style = bool(keys) and keys <= _IN_ONE_LINE
        return node

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:  # noqa: ANN401, FBT001 - as in the base class
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = all(isinstance(each, str) for each in sequence)
        return node
