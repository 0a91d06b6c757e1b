"""What is said of the rows of a list at its end."""

from __future__ import annotations

from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.envelope.empty_when import EmptyWhen
from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.envelope.nested import Nesting
from tap_analytics.records.raw_records import RawRecords
from tap_analytics.records.remarks import Remarks
from tap_analytics.records.rules import RowRules
from tap_analytics.records.steps import Steps

CODEC = RawRecords(Envelope())


def rules(**options: Any) -> RowRules:  # noqa: ANN401 - options of several types
    return RowRules(path="/v1/orders", codec=CODEC, **options)


def look_at(rules: RowRules, *pages: list[dict[str, Any]], is_part: bool = False) -> Remarks:
    remarks = Remarks(rules, is_part=is_part)
    for page in pages:
        remarks.look(page)
    return remarks


def lacks_records(remarks: Remarks) -> bool:
    """Return whether a list fails since none of its objects has a place for records."""
    try:
        remarks.check_records()
    except FatalAPIError:
        return True
    return False


def test_a_list_in_which_nothing_says_when_it_was_changed_is_told() -> None:
    dated = rules(cursor="at", expects_cursor=True)
    assert look_at(dated, [{"id": 1}], [{"id": 2}]).said == [dated.no_cursor]
    assert look_at(dated, [{"id": 1}], [{"id": 2, "at": "2024-05-01T00:00:00Z"}]).said == []
    assert look_at(dated, []).said == []
    assert look_at(dated, [{"id": 1}], is_part=True).said == []


def test_a_list_in_which_no_object_has_a_place_for_records_fails() -> None:
    within = rules(steps=Steps.of(Nesting.of("data[*].lines", {}).nested, (), CODEC))
    with pytest.raises(FatalAPIError, match=r"^no object of the list has `lines`, so there are no records; check"):
        look_at(within, [], [{"id": 1}], [{"id": 2}]).check_records()
    assert lacks_records(look_at(within, [{"id": 1}]))
    assert not lacks_records(look_at(within, [{"id": 1}], [{"id": 2, "lines": []}]))
    assert not lacks_records(look_at(within, []))
    assert not lacks_records(look_at(within, [{"id": 1}], is_part=True))
    assert not lacks_records(look_at(rules(), [{"id": 1}]))


@pytest.mark.parametrize(
    ("selector", "order", "place"),
    [
        ("data[*].lines.data", {"lines": {"data": [{}], "has_more": True}}, "lines.has_more"),
        ("data[*].lines.data[*]", {"lines": {"data": [{}], "links": {"next": "/l?page=2"}}}, "lines.links.next"),
        (
            "data[*].node.lines.edges[*].node",
            {"node": {"lines": {"edges": [{"node": {}}], "pageInfo": {"hasNextPage": True}}}},
            "node.lines.pageInfo.hasNextPage",
        ),
        ("value[*].Lines", {"Lines": [{}], "Lines@odata.nextLink": "Lines?skip=1"}, "Lines@odata.nextLink"),
        ("data[*].lines.data", {"lines": {"data": [{}], "has_more": False, "next": None}, "has_more": True}, ""),
        ("data[*].lines", {"lines": [{}], "has_more": True, "next": "b"}, ""),
        ("data[*].lines", {"lines": {"data": [{}], "has_more": True}}, ""),
    ],
)
def test_an_object_that_has_more_records_than_it_gives_is_told(
    selector: str, order: dict[str, Any], place: str
) -> None:
    within = rules(steps=Steps.of(Nesting.of(selector, {}).nested, (), CODEC))
    said = look_at(within, [{"id": 1}], [order], [order]).said
    assert [each.partition(" says")[0] for each in said] == ([f"`{place}`"] if place else [])


def test_what_is_declared_to_be_empty_may_be_missing() -> None:
    steps = Steps.of(Nesting.of("data[*].lines", {}).nested, (), CODEC)
    declared = rules(steps=steps, empty_when=EmptyWhen(data=frozenset({"missing"})))
    assert not lacks_records(look_at(declared, [{"id": 1}]))


@pytest.mark.parametrize(
    "part",
    [
        {"item_status": "ERROR", "error_code": "E1001", "reason": "internal failure"},
        {"code": 404, "message": "Not found"},
        {"status": "failed"},
        {"error": {"message": "No access"}},
        {"lines": None, "success": False},
    ],
)
def test_an_object_with_an_error_in_the_place_of_its_records_fails(part: dict[str, Any]) -> None:
    within = rules(steps=Steps.of(Nesting.of("data[*].lines", {}).nested, (), CODEC))
    with pytest.raises(FatalAPIError, match=r"^an object of the list has no `lines`, but an error in `\w+"):
        look_at(within, [{"lines": [{"n": 1}]}, part])


@pytest.mark.parametrize(
    "part", [{"id": 1, "status": "failed"}, {"status": "ok"}, {"lines": []}, {"lines": [], "status": "failed"}, {}]
)
def test_an_object_without_records_is_no_failure(part: dict[str, Any]) -> None:
    within = rules(steps=Steps.of(Nesting.of("data[*].lines", {}).nested, (), CODEC))
    assert not lacks_records(look_at(within, [{"lines": [{"n": 1}]}, part]))


def test_an_error_that_is_declared_to_be_empty_is_passed_over() -> None:
    steps = Steps.of(Nesting.of("data[*].lines", {}).nested, (), CODEC)
    declared = rules(steps=steps, empty_when=EmptyWhen(message=("not found",)))
    assert not lacks_records(look_at(declared, [{"lines": [{"n": 1}]}, {"code": 404, "message": "Not found"}]))
