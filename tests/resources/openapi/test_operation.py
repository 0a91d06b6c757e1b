"""An operation: what it gives, and what it is asked with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_analytics.resources.openapi.operation import value_of
from tests.resources.openapi.documents import TEXT, WHOLE, an_object, list_of, parameter
from tests.resources.openapi.parts import Words, node_of, operation_of

if TYPE_CHECKING:
    from pathlib import Path


def test_a_list_is_told_from_one_record(tmp_path: Path) -> None:
    one = an_object(id=WHOLE, name=TEXT, tags=list_of(TEXT))
    assert not operation_of(tmp_path, one).is_list
    assert not operation_of(tmp_path, list_of(TEXT)).is_list
    assert operation_of(tmp_path, list_of(one)).selector == "$"
    inner = operation_of(tmp_path, an_object(result=an_object(things=list_of(one)), took=WHOLE))
    assert (inner.selector, inner.record["properties"]["id"].text("type")) == ("result.things", "integer")


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (parameter("a", default=5), 5),
        (parameter("a", "string", example="x"), "x"),
        ({"schema": {"enum": ["b", "c"]}}, "b"),
        ({"examples": {"one": {"value": "v"}}}, "v"),
        (parameter("a"), None),
    ],
)
def test_a_parameter_has_the_value_that_the_document_gives(tmp_path: Path, given: Words, value: object) -> None:
    assert value_of(node_of(tmp_path, given)) == value
