"""An example of a response says that there is more, at the places where responses say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.resources.openapi.example import MANY, example_of
from tests.resources.openapi.documents import TEXT, WHOLE, an_object, list_of
from tests.resources.openapi.parts import node_of

if TYPE_CHECKING:
    from pathlib import Path


def test_a_response_has_one_row_and_signs_of_more(tmp_path: Path) -> None:
    flag, link = {"type": "boolean"}, TEXT
    meta = an_object(total=WHOLE, page=WHOLE, offset=WHOLE, has_more=flag, is_last=flag, next_url=link, next=TEXT)
    assert example_of(node_of(tmp_path, an_object(data=list_of(an_object(id=WHOLE, name=TEXT)), meta=meta))) == {
        "data": [{"id": 1, "name": "text"}],
        "meta": {
            "total": MANY,
            "page": 1,
            "offset": 0,
            "has_more": True,
            "is_last": False,
            "next_url": "/next?a=1",
            "next": "cursor",
        },
    }


def test_what_has_itself_within_ends(tmp_path: Path) -> None:
    to = {"$ref": "#/components/schemas/Tree"}
    tree = an_object(name=TEXT, up=to)
    assert example_of(node_of(tmp_path, to, schemas={"Tree": tree})) == {"name": "text", "up": None}
