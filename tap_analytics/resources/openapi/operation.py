"""One operation of a document: its parameters and its response."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.envelope.envelope import select
from tap_analytics.records.paths import names_in
from tap_analytics.resources.detection.selection import BODY, Selection
from tap_analytics.resources.openapi.example import example_of
from tap_analytics.resources.openapi.schemas import items_of, properties_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_analytics.resources.openapi.document import Node

_SUCCESS = re.compile(r"2(\d\d|XX)", re.IGNORECASE)
_JSON = re.compile(r"application/([\w.+-]+\+)?json|\*/\*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A GET of a path; `shared` has what all operations of the path share."""

    path: str
    node: Node
    shared: Node

    @cached_property
    def parameters(self) -> Mapping[tuple[str, str], Node]:
        """The parameters, by where they go and by name; one of the operation replaces one of its path."""
        given = [*self.shared["parameters"], *self.node["parameters"]]
        return {(each.text("in"), each.text("name")): each for each in given}

    @cached_property
    def query(self) -> Mapping[str, Node]:
        """The parameters of the query, as they are sent: an object becomes one for each of its fields."""
        found: dict[str, Node] = {}
        for (place, name), each in self.parameters.items():
            inner = properties_of(each["schema"]) if each.text("style") == "deepObject" else {}
            if place == "query":
                found |= {f"{name}[{field}]": part for field, part in inner.items()} or {name: each["schema"]}
        return found

    def required_params(self, place: str) -> Iterator[tuple[str, object]]:
        """Give the required parameters, each with a value from the document, or None if it has none."""
        for (there, name), each in self.parameters.items():
            if there == place and (each["required"].value is True or place == "path"):
                yield name, value_of(each)

    @property
    def names(self) -> list[str]:
        """The parts of the path that are no placeholders."""
        return [part for part in self.path.split("/") if part and "{" not in part]

    @cached_property
    def response(self) -> Node:
        """The response to a request that succeeds."""
        answers = dict(self.node["responses"].items())
        code = next((code for code in sorted(answers) if _SUCCESS.fullmatch(code)), "default")
        return answers.get(code, self.node["responses"][code])

    @cached_property
    def schema(self) -> Node:
        """The schema of the body of that response."""
        contents = dict(self.response["content"].items())
        kind = next((kind for kind in contents if _JSON.match(kind)), "")
        return contents[kind]["schema"] if kind else self.response["content"][""]

    @cached_property
    def example(self) -> Any:  # noqa: ANN401 - JSON may be anything
        """A body that the schema describes."""
        return example_of(self.schema)

    @cached_property
    def selector(self) -> str:
        """Where the body has the list of records; empty if it has none.

        Raises:
            FatalAPIError: Several lists in it may be that.
        """
        if isinstance(self.example, list):
            return BODY if self.example else ""
        if not isinstance(self.example, dict) or self.path.endswith("}"):
            return ""
        selector = Selection(names=self.names[-1:], fallback="").find(self.example)
        return selector if selector and isinstance(select(self.example, selector), list) else ""

    @property
    def record(self) -> Node:
        """The schema of one record."""
        node = self.schema
        for name in names_in(self.selector) or ():
            node = properties_of(node)[name]
        return items_of(node)

    @property
    def is_list(self) -> bool:
        """Whether the response is a list of records."""
        try:
            return bool(self.selector)
        except FatalAPIError:
            return False


def value_of(parameter: Node) -> object:
    """Return a value that a document gives for a parameter; None if it gives none."""
    schema = parameter["schema"]
    said = (schema["default"], schema["const"], parameter["example"], schema["example"])
    listed = [
        values[0] for values in (schema["enum"].value, schema["examples"].value) if isinstance(values, list) and values
    ]
    named = [each["value"].value for _, each in parameter["examples"].items()]
    found = [each.value for each in said] + listed + named
    return next((value for value in found if isinstance(value, str | int | float)), None)
