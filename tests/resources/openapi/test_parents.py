"""Which field of a parent fills a placeholder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_analytics.resources.openapi.parents import field_for
from tests.resources.openapi.documents import TEXT, an_object, list_of
from tests.resources.openapi.parts import operation_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("placeholder", "fields", "field"),
    [
        ("id", ["name", "id"], "id"),
        ("project_id", ["id", "name"], "id"),
        ("projectId", ["id", "project_id"], "project_id"),
        ("project_slug", ["id", "slug"], "slug"),
        ("project", ["id", "name"], "id"),
        ("code", ["id", "code"], "code"),
        ("owner", ["id", "name"], None),
    ],
)
def test_the_field_of_a_parent_is_that_of_the_same_name_or_its_key(
    tmp_path: Path, placeholder: str, fields: list[str], field: object
) -> None:
    parent = operation_of(tmp_path, list_of(an_object(**dict.fromkeys(fields, TEXT))), path="/projects")
    assert field_for(placeholder, parent) == field
