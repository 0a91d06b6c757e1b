"""Parts of a document: a node with any content, and an operation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.openapi.document import Document
from tap_analytics.resources.openapi.operation import Operation
from tests.resources.openapi.documents import answers

if TYPE_CHECKING:
    from pathlib import Path

    from tap_analytics.resources.openapi.document import Node


Words = dict[str, Any]


def node_of(folder: Path, value: object, **components: Any) -> Node:  # noqa: ANN401 - any word
    file = folder / "document.json"
    file.write_text(json.dumps({"openapi": "3.1.0", "x-part": value, "components": components}), encoding="utf-8")
    return Document.read(str(file)).root["x-part"]


def operation_of(folder: Path, schema: Words, *parameters: Words, path: str = "/things", **more: Words) -> Operation:
    node = node_of(folder, {"parameters": list(parameters), "responses": answers(schema, **more)})
    return Operation(path=path, node=node, shared=node["none"])
