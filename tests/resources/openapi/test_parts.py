"""The parts of a document: schemas, examples, ways from page to page, keys, parents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.resources.openapi.document import Document
from tap_analytics.resources.openapi.operation import Operation, value_of
from tap_analytics.resources.openapi.paging import paging_of
from tap_analytics.resources.openapi.parents import field_for
from tap_analytics.resources.openapi.schemas import Schemas
from tap_analytics.resources.openapi.security import auth_of
from tests.resources.openapi.documents import TEXT, WHOLE, an_object, answers, list_of, parameter

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


@pytest.mark.parametrize(
    ("given", "schema"),
    [
        ({"type": "string", "format": "date-time"}, {"type": ["string", "null"], "format": "date-time"}),
        ({"type": "string", "format": "uuid"}, {"type": ["string", "null"]}),
        ({"type": ["integer", "null"]}, {"type": ["integer", "null"]}),
        ({"type": "integer", "nullable": True}, {"type": ["integer", "null"]}),
        (
            {"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
            {"type": ["integer", "string", "null"]},
        ),
        ({"enum": ["a", "b"]}, {"type": ["string", "null"]}),
        ({"items": {"type": "number"}}, {"type": ["array", "null"], "items": {"type": ["number", "null"]}}),
        ({"additionalProperties": TEXT}, {"type": ["object", "null"], "additionalProperties": True}),
        ({}, {}),
        (
            {"allOf": [an_object(a=TEXT), an_object(b=WHOLE)]},
            {
                "type": ["object", "null"],
                "additionalProperties": True,
                "properties": {"a": {"type": ["string", "null"]}, "b": {"type": ["integer", "null"]}},
            },
        ),
    ],
)
def test_a_schema_becomes_one_of_the_tap(tmp_path: Path, given: Words, schema: Words) -> None:
    record = Schemas().of_record(node_of(tmp_path, an_object(field=given)))
    assert record == {"type": "object", "properties": {"field": schema}, "additionalProperties": True}


def test_what_has_itself_within_is_left_open_there(tmp_path: Path) -> None:
    to = {"$ref": "#/components/schemas/Tree"}
    tree = {"allOf": [to, an_object(name=TEXT, up=to, down=list_of(to))]}
    fields = Schemas().of_record(node_of(tmp_path, to, schemas={"Tree": tree}))["properties"]
    opened = {"type": ["object", "null"], "additionalProperties": True}
    assert fields == {
        "name": {"type": ["string", "null"]},
        "up": opened,
        "down": {"type": ["array", "null"], "items": opened},
    }


def test_a_very_large_schema_is_bounded(tmp_path: Path) -> None:
    level: Words = TEXT
    schemas: Words = {}
    for number in range(12):
        schemas[f"L{number}"] = an_object(**{f"f{each}": level for each in range(8)})
        level = {"$ref": f"#/components/schemas/L{number}"}
    record = Schemas().of_record(node_of(tmp_path, level, schemas=schemas))
    assert len(json.dumps(record)) < 200_000


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


URL = "https://example.com/token"


@pytest.mark.parametrize(
    ("scheme", "auth"),
    [
        ({"type": "http", "scheme": "Bearer"}, {"type": "bearer", "token": "$API_TOKEN"}),
        (
            {"type": "apiKey", "in": "query", "name": "k"},
            {"type": "api_key", "name": "k", "api_key": "$API_KEY", "location": "query"},
        ),
        (
            {"type": "http", "scheme": "basic"},
            {"type": "http_basic", "username": "$API_USERNAME", "password": "$API_PASSWORD"},
        ),
        (
            {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": URL, "scopes": {}}}},
            {
                "type": "oauth2_client_credentials",
                "access_token_url": URL,
                "client_id": "$CLIENT_ID",
                "client_secret": "$CLIENT_SECRET",
            },
        ),
        (
            {"type": "apiKey", "in": "cookie", "name": "k"},
            {"type": "api_key", "name": "k", "api_key": "$API_KEY", "location": "cookie"},
        ),
        ({"type": "mutualTLS"}, None),
    ],
)
def test_a_security_scheme_becomes_words_of_auth(tmp_path: Path, scheme: Words, auth: Words | None) -> None:
    root = node_of(tmp_path, {"components": {"securitySchemes": {"s": scheme}}, "security": [{"s": []}]})
    words, remark = auth_of(root, root["security"])
    assert words == auth
    assert bool(remark) is (auth is None)


def test_where_nothing_has_to_be_signed_nothing_is(tmp_path: Path) -> None:
    root = node_of(tmp_path, {"security": [{"s": []}, {}]})
    assert auth_of(root, root["security"]) == (None, "")


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
