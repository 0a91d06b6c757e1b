"""A configuration that is written as JSON or YAML -> words with their lines, to be mended like those in Python."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import yaml

from tap_analytics.config.nesting import MOST_VALUES
from tap_analytics.resources.dlt_python.scope import Findings, Scope
from tap_analytics.resources.dlt_python.source import Source
from tap_analytics.resources.dlt_python.statements import Python
from tap_analytics.resources.dlt_python.values import Variable, Words, text_of
from tap_analytics.resources.dlt_shape.variables import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator


def read(text: str) -> Source:
    """Return the configuration in a document, or a remark where it is none; `$NAME` in its texts is a variable."""
    findings = Findings()
    scope = Scope(Python(), findings)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        document = _Reader().value(node) if node is not None else None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        findings.say(mark.line + 1 if mark else 1, "is not YAML or JSON that can be read; mend it", loses=True)
        document = None
    found = {each.line: each for each in _sources(document)}
    return Source(ast.Module([], []), scope, found, {}, findings.remarks)


def _sources(document: object) -> Iterator[Words]:
    """Yield the configurations in a document: it is one, or it is a project that has some under `sources`."""
    if not isinstance(document, Words):
        return
    named = document.get("sources")
    projects = list(named.values()) if isinstance(named, Words) and "client" not in document else []
    for each in projects or [document]:
        if isinstance(each, Words) and "client" in each:
            if projects:
                each.pop("type", None)
            yield each


class _Reader:
    """Makes words of the nodes of a document, up to a number of values: aliases may stand for many."""

    def __init__(self) -> None:
        self._loader = yaml.SafeLoader("")
        self._values = 0

    def value(self, node: yaml.Node) -> Any:  # noqa: ANN401 - YAML may be anything
        self._values += 1
        if self._values > MOST_VALUES:
            message = "too large"
            raise ValueError(message)
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            words = Words(line=line)
            for key, part in node.value:
                words.put(str(key.value), self.value(part), key.start_mark.line + 1)
            return words
        if isinstance(node, yaml.SequenceNode):
            return [self.value(part) for part in node.value]
        plain = node.value if node.tag.endswith(":timestamp") else self._loader.construct_object(node, deep=True)
        if not isinstance(plain, str):
            return plain
        return text_of(part if name is None else _variable(part, name) for part, name in pieces(plain))


def _variable(text: str, name: str) -> Variable:
    """Return a variable with the default that stands beside its name."""
    _, mark, default = text.removesuffix("}").partition(":-")
    return Variable(name, default if mark else None)
