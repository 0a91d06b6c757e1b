"""The schema of a resource stands in its entry or in a file; what is wrong with it is told with its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tap_analytics.resources.declaration import declared_schema

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = {"type": "object", "properties": {"id": {"type": "integer"}}}


def test_a_schema_is_read_as_it_stands_or_from_a_file(tmp_path: Path) -> None:
    (file := tmp_path / "things.json").write_text(json.dumps(SCHEMA))
    assert declared_schema.read(SCHEMA, "schema") == (SCHEMA, [])
    assert declared_schema.read(str(file), "schema") == (SCHEMA, [])
    assert declared_schema.read(None, "schema") == (None, [])


def test_what_is_no_schema_is_told(tmp_path: Path) -> None:
    (file := tmp_path / "things.json").write_text("{")
    for given in ({"type": "object"}, {"properties": {"id": {"type": "nothing"}}}, str(file), str(tmp_path / "none")):
        schema, (fault,) = declared_schema.read(given, "resources[0].schema")
        assert schema is None
        assert fault.startswith("`resources[0].schema` ")
