"""A file of dlt's Python -> the configuration of the tap, and the code that it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python import functions, mending, source
from tap_analytics.resources.dlt_python.calls import replica, result
from tap_analytics.resources.dlt_python.document import Document, as_yaml
from tap_analytics.resources.dlt_python.scope import Class, Function
from tap_analytics.resources.dlt_python.steps import Steps
from tap_analytics.resources.dlt_python.values import Arguments, Remark, Words

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration, the code of its steps, the variables it needs, and remarks in the order of the lines."""

    content: Mapping[str, Any]
    steps: str
    step_names: list[str]
    variables: list[str]
    remarks: list[Remark]

    def text(self) -> str:
        """Return the configuration as YAML."""
        return as_yaml(self.content)


def configuration(found: source.Source, line: int, text: str) -> Configuration:
    """Return the configuration that stands at a line."""
    words = replica(found.configurations[line])
    _name_classes(words, found)
    _make_entries(words)
    said = mending.mend(words)
    steps = Steps(found.module, text.splitlines())
    document = Document(steps)
    content = document.content(words)
    if not content.get("resources"):
        document.texts.say(words.line, ("resources",), "has none that can be read", loses=True)
    remarks = sorted(dict.fromkeys([*found.remarks, *said, *document.texts.remarks]), key=lambda remark: remark.line)
    names = steps.names
    return Configuration(
        content, steps.text() if names else "", names, list(document.texts.variables | steps.variables), remarks
    )


def _make_entries(words: Words) -> None:
    """Write the resources that functions of dlt make as entries with `values`."""
    entries = words.get("resources")
    if isinstance(entries, list):
        made = [functions.resource_of(each) if isinstance(each, Function) else each for each in entries]
        words.put("resources", [each if new is None else new for each, new in zip(entries, made, strict=True)])


def _name_classes(value: Any, found: source.Source) -> None:  # noqa: ANN401 - any value
    """Replace each type that a file registers with dlt by its class, or by the words for it."""
    if isinstance(value, Words):
        if isinstance(kind := value.get("type"), str) and kind in found.registered:
            _name_class(value, found.registered[kind], found)
        for part in value.values():
            _name_classes(part, found)
    elif isinstance(value, list):
        for part in value:
            _name_classes(part, found)


def _name_class(words: Words, kind: Any, found: source.Source) -> None:  # noqa: ANN401 - any value
    given = Words({name: value for name, value in words.items() if name != "type"}, line=words.line, lines=words.lines)
    made = result(kind, Arguments([], given, words.line), found.scope) if isinstance(kind, Class) else None
    if isinstance(made, Words):
        words.clear()
        words.take(made)
    else:
        words.put("type", kind)
