"""Reads and checks an OpenAPI 3 document, and follows its references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.resources.dlt_shape import dlt

if TYPE_CHECKING:
    from referencing import Resource
    from referencing._core import Resolver

# The most faults of a document that are shown.
MOST_FAULTS = 3
# The most references that are followed one after another.
MOST_STEPS = 20


@dataclass(frozen=True)
class Node:
    """A part of a document, which follows the references in it; `refs` are those that led to this part."""

    value: Any
    resolver: Resolver[Any] = field(repr=False)
    unresolved: set[str] = field(repr=False)
    refs: tuple[str, ...] = ()

    def __getitem__(self, name: str | int) -> Node:
        """Return a part of this one, with its references followed; an empty part if there is none."""
        value = self.value
        if isinstance(value, list) and isinstance(name, int):
            return self._at(value[name])
        return self._at(value[name] if isinstance(value, Mapping) and name in value else None)

    def __bool__(self) -> bool:
        return bool(self.value)

    def items(self) -> Iterator[tuple[str, Node]]:
        """Give the parts of an object by their names, extensions left out."""
        names = self.value if isinstance(self.value, Mapping) else {}
        return ((str(name), self[name]) for name in names if not str(name).startswith("x-"))

    def __iter__(self) -> Iterator[Node]:
        count = len(self.value) if isinstance(self.value, list) else 0
        return (self[number] for number in range(count))

    def text(self, name: str) -> str:
        """Return the text under a name; empty if there is none."""
        value = self[name].value
        return value if isinstance(value, str) else ""

    def _at(self, value: object) -> Node:
        """Return a part of this one, with its references followed."""
        node = Node(value, self.resolver, self.unresolved, self.refs)
        for _ in range(MOST_STEPS):
            if not isinstance(node.value, Mapping) or not isinstance(ref := node.value.get("$ref"), str):
                return node
            node = node._follow(ref)
        return Node({}, self.resolver, self.unresolved, self.refs)

    def _follow(self, ref: str) -> Node:
        from referencing.exceptions import Unresolvable  # noqa: PLC0415 - most runs have no document

        beside = {name: part for name, part in self.value.items() if name != "$ref"}
        try:
            found = self.resolver.lookup(ref)
        except (Unresolvable, ValueError, TypeError):  # the last two where it leads into what is no object
            self.unresolved.add(ref)
            return Node(beside, self.resolver, self.unresolved, self.refs)
        contents = {**found.contents, **beside} if isinstance(found.contents, Mapping) else found.contents
        return Node(contents, found.resolver, self.unresolved, (*self.refs, ref))


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document: its root, and a sentence for each part that is not as OpenAPI says."""

    root: Node
    faults: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: str) -> Document:
        """Return the document in a JSON or YAML file.

        Raises:
            ConfigValidationError: The file cannot be read or is no document of OpenAPI 3, or a package is not there.
        """
        try:
            from openapi_pydantic import parse_obj  # noqa: PLC0415 - it is an extra
            from referencing import Registry  # noqa: PLC0415 - most runs have no document
        except ModuleNotFoundError:
            msg = "`--openapi` needs packages that are not installed: pip install 'tap-analytics[openapi]'"
            raise _refusal(msg) from None
        content = dlt.load(path)
        version = str(content.get("openapi", content.get("swagger", "")))
        if not re.match(r"3\.", version):
            said = f"says that it is version {version}" if version else "says of no version"
            msg = f"`{path}` {said}; it must be a document of OpenAPI 3, with `openapi: 3.0.0` or later"
            raise _refusal(msg)
        faults: list[str] = []
        try:
            parse_obj(content)
        except ValueError as error:
            faults = [_fault(each) for each in getattr(error, "errors", list)()[:MOST_FAULTS]]
        uri = Path(path).resolve().as_uri()
        registry = Registry(retrieve=_retrieve).with_resource(uri, _resource(content))  # type: ignore[call-arg]
        return cls(root=Node(content, registry.resolver(base_uri=uri), set()), faults=tuple(dict.fromkeys(faults)))


def _retrieve(uri: str) -> Resource[Any]:
    """Return another file of the document; no other machine is asked for one."""
    from referencing.exceptions import NoSuchResource  # noqa: PLC0415 - most runs have no document

    parts = urlsplit(uri)
    if parts.scheme != "file":
        raise NoSuchResource(uri)
    try:
        return _resource(dlt.load(unquote(parts.path)))
    except ConfigValidationError:
        raise NoSuchResource(uri) from None


def _resource(content: Any) -> Resource[Any]:  # noqa: ANN401 - JSON may be anything
    from referencing.jsonschema import DRAFT4  # noqa: PLC0415 - its references are those of OpenAPI

    return DRAFT4.create_resource(content)


def _fault(error: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in error["loc"][1:])
    return f"`{place}`: {error['msg']}"


def _refusal(fault: str) -> ConfigValidationError:
    return ConfigValidationError(fault, errors=[fault])
