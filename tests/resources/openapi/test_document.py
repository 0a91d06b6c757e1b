"""Documents: their files, their references, and what reads them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.openapi.document import Document

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path, **more: Any) -> Document:  # noqa: ANN401 - any word
    file = folder / "document.json"
    file.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, **more}), encoding="utf-8")
    return Document.read(str(file))


def test_references_are_followed_within_the_document_and_to_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("A: {$ref: '#/B'}\nB: {type: integer}\n", encoding="utf-8")
    parts = {"one": {"$ref": "#/x-parts/two"}, "two": {"$ref": "other.yaml#/A", "description": "d"}}
    document = read(tmp_path, **{"x-parts": parts})
    node = document.root["x-parts"]["one"]
    assert (node.text("type"), node.text("description")) == ("integer", "d")
    assert document.root["x-parts"]["two"].value == {"type": "integer", "description": "d"}
    assert node.refs == ("#/x-parts/two", "other.yaml#/A", "#/B")


def test_what_is_not_there_or_elsewhere_or_goes_in_a_circle_is_empty(tmp_path: Path) -> None:
    refs = ["#/none", "https://example.com/x.json#/A", "missing.json#/A", "#/x-parts/3"]
    document = read(tmp_path, **{"x-parts": [{"$ref": ref} for ref in refs]})
    assert [part.value for part in document.root["x-parts"]] == [{}, {}, {}, {}]
    assert document.root.unresolved == set(refs[:3])


def test_a_part_of_another_type_is_taken_for_an_empty_one(tmp_path: Path) -> None:
    root = read(tmp_path, paths=["no object"]).root
    assert list(root["paths"].items()) == []
    assert not root["paths"]["/x"]["get"]
    assert list(root["info"]) == []


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    file = tmp_path / "document.json"
    file.write_text('{"openapi": "3.0.0"}', encoding="utf-8")
    code = (
        "import sys; sys.modules['openapi_pydantic'] = None; sys.argv[1:] = ['detect', '--openapi', sys.argv[1]];"
        "from tap_analytics.__main__ import main; main()"
    )
    run = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (1, "")
    assert "pip install 'tap-analytics[openapi]'" in run.stderr
