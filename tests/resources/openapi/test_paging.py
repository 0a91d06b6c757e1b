"""How a list goes on, by its parameters and its body."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_analytics.resources.openapi.paging import paging_of
from tests.resources.openapi.documents import TEXT, WHOLE, an_object, list_of, parameter
from tests.resources.openapi.parts import Words, operation_of

if TYPE_CHECKING:
    from pathlib import Path


BODY = {"data": list_of(an_object(id=WHOLE))}


PAGING: dict[str, tuple[Words, list[Words], Words, Words]] = {
    "offset": (BODY, [parameter("offset"), parameter("limit", maximum=50)], {"type": "offset", "limit": 50}, {}),
    "skip": (BODY, [parameter("skip"), parameter("take")], {"type": "offset", "limit_param": "take", "limit": 100}, {}),
    "page": (
        BODY | {"totalPages": WHOLE},
        [parameter("page", default=0), parameter("size", maximum=5000)],
        {"type": "page_number", "base_page": 0, "total_path": "totalPages"},
        {"size": "1000"},
    ),
    "page object": (
        BODY,
        [
            {
                "name": "page",
                "in": "query",
                "style": "deepObject",
                "schema": an_object(number=WHOLE | {"minimum": 1}, size=WHOLE),
            }
        ],
        {"type": "page_number", "page_param": "page[number]", "base_page": 1},
        {},
    ),
    "page from nobody knows": (BODY, [parameter("page")], {"type": "auto"}, {}),
    "cursor": (
        BODY | {"meta": an_object(next_cursor=TEXT)},
        [parameter("cursor", "string"), parameter("limit", maximum=200)],
        {"type": "cursor", "cursor_path": "meta.next_cursor"},
        {"limit": "200"},
    ),
    "cursor without a way back": (
        BODY | {"has_more": {"type": "boolean"}},
        [parameter("starting_after")],
        {"type": "auto"},
        {},
    ),
    "link": (BODY | {"next": TEXT | {"format": "uri"}}, [], {"type": "json_link"}, {}),
    "odata": (
        {"value": BODY["data"], "@odata.nextLink": TEXT},
        [parameter("$skip"), parameter("$top")],
        {"type": "json_link", "next_url_path": "@odata.nextLink"},
        {},
    ),
    "nothing": (BODY, [], {"type": "auto"}, {}),
}


@pytest.mark.parametrize("kind", PAGING)
def test_a_list_goes_on_as_its_parameters_and_its_body_say(tmp_path: Path, kind: str) -> None:
    body, parameters, paginator, params = PAGING[kind]
    paging = paging_of(operation_of(tmp_path, an_object(**body), *parameters))
    assert {word: paging.paginator.get(word) for word in paginator} == paginator
    assert paging.params == params
    assert bool(paging.unsure) is (paginator["type"] == "auto")
