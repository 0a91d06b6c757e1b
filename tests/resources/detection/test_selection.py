"""Where a body has its records: bodies of many shapes, and what is found in them."""

from __future__ import annotations

from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.resources.detection.selection import Selection

ROWS: list[Any] = [{"id": 1}, {"id": 2}]
NAMED = Selection(names=["orders"])

SHAPES: dict[str, tuple[object, str]] = {
    "the body itself": (ROWS, "$"),
    "an empty body": ([], "$"),
    "a usual name": ({"data": ROWS, "total": 2}, "data"),
    "a usual name beside others": ({"data": ROWS, "included": ROWS, "errors": [{"message": "x"}]}, "data"),
    "the name of the resource": ({"orders": ROWS, "customers": ROWS}, "orders"),
    "the name of the resource in another case": ({"Order": ROWS, "items": ROWS}, "Order"),
    "an unusual name": ({"trains": ROWS, "generated_at": "now"}, "trains"),
    "messages with their total": ({"TotalCount": 9, "Messages": ROWS}, "Messages"),
    "notes beside a list": ({"trains": ROWS, "messages": [{"text": "late"}], "total": 2}, "trains"),
    "a name below another": ({"response": {"data": {"items": ROWS}, "status": 200}}, "response.data.items"),
    "hits in hits": ({"hits": {"hits": ROWS, "total": {"value": 2}}}, "hits.hits"),
    "embedded": (
        {"_embedded": {"things": ROWS}, "_links": {"self": {"href": "/"}}, "page": {"size": 2}},
        "_embedded.things",
    ),
    "the outer of two": ({"data": ROWS, "meta": {"items": ROWS}}, "data"),
    "an empty list": ({"data": [], "total": 0}, "data"),
    "an empty list beside what no one knows": (
        {"success": True, "data": [], "additional_data": {"next": None}},
        "data",
    ),
    "a record with an empty list": ({"id": 1, "data": [], "name": "n"}, "$"),
    "an empty list beside an id and what is usual": ({"id": 9, "status": "open", "data": []}, "data"),
    "an answer of JSON-RPC": ({"jsonrpc": "2.0", "id": 4, "result": ROWS}, "result"),
    "an empty answer of JSON-RPC": ({"jsonrpc": "2.0", "id": 4, "result": []}, "result"),
    "an empty list of a usual name beside figures": ({"items": [], "has_more": False, "quota_max": 300}, "items"),
    "an empty list in an envelope beside figures": (
        {"response": {"items": [], "quota": 3}, "cost": 1},
        "response.items",
    ),
    "an empty list within an object of figures": ({"calls": 3, "today": {"items": []}}, "$"),
    "an empty list of a sure name beside another": ({"data": [], "alerts": [{"text": "old"}]}, "data"),
    "an empty list of the resource beside another": ({"orders": [], "statuses": [{"code": "new"}]}, "orders"),
    "an empty list beside one of a usual name": ({"data": [], "items": ROWS}, "items"),
    "an empty list below another": ({"trains": ROWS, "meta": {"data": []}}, "trains"),
    "an empty list of an unusual name beside objects": ({"feeds": [], "channel": {"id": 9, "name": "n"}}, "feeds"),
    "an empty list of a query": ({"data": {"contacts": []}, "extensions": {"cost": 3}}, "data.contacts"),
    "an empty list beside errors of a query": (
        {"data": {"x": {"nodes": [], "userErrors": [{"message": "no"}]}}},
        "data.x.nodes",
    ),
    "an empty list beside one object": ({"orders": [], "summary": {"open": 0}}, "orders"),
    "an empty list among objects": ({"usage": {"calls": 3}, "plan": {"name": "a"}, "addons": []}, "$"),
    "an empty list of a usual name among objects": (
        {"usage": {"calls": 3}, "plan": {"name": "a"}, "features": []},
        "$",
    ),
    "figures with a number of errors": ({"calls": 3, "errors": 2}, "$"),
    "a text in the place of records": ({"data": "Access denied"}, "data"),
    "a number under a usual name": ({"value": 42, "unit": "s"}, "$"),
    "a table without rows": ({"report": "calls", "columns": ["a"], "rows": []}, "rows"),
    "a record without a key that has an empty list": ({"name": "n", "price": 3, "tags": []}, "$"),
    "an empty list of an unusual name": ({"incidents": [], "limit": 25, "more": False}, "incidents"),
    "nothing under a usual name": ({"data": None, "total": 0}, "data"),
    "one object": ({"id": 1, "name": "n", "tags": ["a"]}, "$"),
    "one object in an envelope": ({"data": {"id": 1, "mails": [{"to": "a"}]}, "meta": {}}, "data"),
    "figures": ({"calls": 3, "agents": {"free": 1}}, "$"),
    "an error": ({"error": "no", "request_id": 1}, "data"),
    "nothing but what is beside records": ({"status": "ok", "count": 0}, "data"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_records_are_found_in_a_body_with(shape: str) -> None:
    document, selector = SHAPES[shape]
    assert NAMED.find(document) == selector


def test_an_entity_that_was_asked_for_is_one_also_where_its_list_is_empty() -> None:
    document = {"id": 9, "status": "open", "data": []}
    assert Selection(names=["orders"], is_of_one=True).find(document) == "$"
    assert Selection(names=["orders"], keys=["id"]).find(document) == "$"


@pytest.mark.parametrize(
    ("document", "candidates"),
    [
        ({"users": ROWS, "groups": ROWS, "secret": "s3cret"}, ["users", "groups"]),
        ({"data": {"users": ROWS, "groups": ROWS}}, ["data.users", "data.groups"]),
        ({"id": 7, "name": "n", "phones": [{"number": "s3cret"}]}, ["$", "phones"]),
        ({"id": 7, "items": [{"sku": "s3cret"}]}, ["$", "items"]),
    ],
)
def test_what_may_be_the_records_is_named_without_a_value_where_it_is_not_sure(
    document: object, candidates: list[str]
) -> None:
    with pytest.raises(FatalAPIError, match="set `data_selector`") as failure:
        NAMED.find(document)
    assert all(f"`{candidate}`" in str(failure.value) for candidate in candidates)
    assert "s3cret" not in str(failure.value)


def test_the_declared_key_tells_the_records_from_what_belongs_to_them() -> None:
    body = {"ref": 7, "name": "n", "phones": [{"number": 1}], "mails": [{"to": "a"}]}
    assert Selection(names=["people"], keys=["ref"]).find(body | {"mails": []}) == "$"
    assert Selection(names=["people"], keys=["ref"]).find({"users": [{"ref": 1}], "groups": [{"id": 1}]}) == "users"


def test_a_path_that_names_one_entity_has_one_record_unless_its_body_is_an_envelope() -> None:
    one = Selection(names=["orders"], is_of_one=True)
    assert one.find({"id": 1, "items": [{"sku": 1}], "orders": ROWS}) == "$"
    assert one.find({"orders": ROWS, "total": 2, "next": None}) == "orders"
    assert one.find({"data": {"id": 1, "items": [{"sku": 1}]}}) == "data"


def test_messages_are_the_records_at_a_path_of_messages_where_no_other_list_is() -> None:
    sent = Selection(names=["sent"], around=["messages"])
    assert sent.find({"messages": ROWS, "more": False}) == "messages"
    assert sent.find({"messages": [{"text": "late"}], "trains": ROWS}) == "trains"
