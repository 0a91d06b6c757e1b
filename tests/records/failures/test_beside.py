"""What stands beside records: a failure, a doubt, or what an entity says of itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.retry import TransientError
from tap_analytics.records.failures.beside import Beside, failure_alone, is_beside
from tests.records.reader import ID, Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS = [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize("name", ["error", "Error", "ERROR", "errors", "Errors", "ERRORS", "eRRor"])
def test_an_error_beside_records_is_one_in_any_case_of_letters(name: str) -> None:
    rows = [{"id": 1}]
    failure = Beside({"data": rows, name: {"message": "shard 3 did not answer"}}, rows).failure()
    assert failure is not None
    assert (failure.place, failure.said) == (name, "shard 3 did not answer")


@pytest.mark.parametrize(
    "told", [{"errorCode": 0}, {"errorMessage": ""}, {"hasErrors": "false"}, {"fault": None}, {"error_code": "SUCCESS"}]
)
def test_words_for_an_error_that_is_none_beside_records_are_no_failure(told: dict[str, Any]) -> None:
    rows = [{"id": 1}]
    assert Beside({"data": rows, **told}, rows).failure() is None


@pytest.mark.parametrize(
    "told",
    [
        {"@odata.error": {"code": "500", "message": "The stream broke"}},
        {"fault": {"faultstring": "shard 3"}},
        {"exception": "Timeout"},
        {"errorCode": "E17"},
        {"error_message": "shard 3 did not answer"},
        {"hasErrors": True},
        {"isSuccess": False},
    ],
)
def test_an_error_of_any_name_beside_records_is_one(told: dict[str, Any]) -> None:
    rows = [{"id": 1}]
    failure = Beside({"data": rows, **told}, rows).failure()
    assert failure is not None
    assert failure.place == next(iter(told))


@pytest.mark.parametrize(
    "told",
    [{"code": 1001}, {"success": True}, {"message": "Invalid"}, {"error": "none"}, {"failed": 2}, {"state": "sent"}],
)
def test_other_words_beside_records_are_no_failure(told: dict[str, Any]) -> None:
    rows = [{"id": 1}]
    assert Beside({"data": rows, **told}, rows).failure() is None


@pytest.mark.parametrize("told", [{"success": False}, {"ok": "false"}, {"errors": ["no"]}])
@pytest.mark.parametrize("way", [("data",), ("page", "data")])
def test_a_request_that_did_not_succeed_is_a_failure_beside_records_too(
    told: dict[str, Any], way: Sequence[str]
) -> None:
    rows = [{"id": 1}]
    around = {"data": rows, **told}
    failure = Beside(around if len(way) == 1 else {"page": around}, rows, way).failure()
    assert failure is not None
    assert failure.place == ".".join((*way[:-1], *told))


def test_a_list_of_errors_that_is_selected_is_no_failure_beside_itself() -> None:
    rows = [{"message": "Bad key"}]
    assert Beside({"errors": rows}, rows).failure() is None
    assert Beside(rows, rows).failure() is None


# What a response says of itself beside records.
FAILED: list[dict[str, Any]] = [
    {"status": "error"},
    {"Status": "FAILED"},
    {"state": "failure"},
    {"status": 503},
    {"code": 500},
    {"statusCode": "429"},
    {"status_code": 50001},
    {"code": -1},
    {"meta": {"error": "shard 3"}},
    {"meta": {"status": 500}},
    {"metadata": {"success": False}},
    {"success": 0},
    {"OK": "no"},
    {"failed": True},
    {"partialFailureError": {"code": 3, "message": "shard 3"}},
    {"partial_errors": ["shard 3"]},
    {"failures": [{"shard": 3, "reason": "timeout"}]},
    {"errorMessages": ["Shard 3 did not answer"]},
    {"error_list": [{"code": "E3"}]},
    {"responseStatus": {"isSuccess": False}},
    {"status": {"error_code": 1002, "error_message": "No key"}},
    {"aborted": True},
]
DOUBTS: list[dict[str, Any]] = [
    {"partial": True},
    {"incomplete": "true"},
    {"status": "partial"},
    {"status": "partial_success"},
    {"warnings": ["Results are partial"]},
    {"warning": {"text": "Shard 3 timed out"}},
    {"message": "Some records were omitted"},
    {"meta": {"warning": "incomplete results"}},
    {"limited": True},
    {"meta": {"resultsLimited": "true"}},
    {"partial_response": True},
    {"limitExceeded": True},
    {"rows_omitted": 35},
    {"truncated": {"at": 60}},
    {"warning": "Only the first 60 results are shown"},
    {"warnings": ["3 accounts could not be read"]},
    {"unreachable": ["locations/eu"]},
    {"failedAccounts": ["a", "b"]},
    {"unavailable_regions": ["eu"]},
    {"meta": {"missing_rows": 5}},
    {"warnings": ["Result set limited to 1,000 rows"]},
    {"notice": "More results exist; refine your query"},
    {"containsSampledData": True},
    {"meta": {"full": False}},
    {"not_shown": 40},
    {"suppressedRows": 7},
]
NOTHING: list[dict[str, Any]] = [
    {"status": "ok"},
    {"status": "active", "state": "open"},
    {"status": 200, "code": 0, "statusCode": "200"},
    {"code": 20000},
    {"code": True},
    {"code": "DE"},
    {"meta": {"status": "ok", "error": None, "code": 200}},
    {"success": 1, "ok": "yes"},
    {"partial": False, "partialFailureError": None, "warnings": []},
    {"unreachable": [], "failedAccounts": None, "missing_fields": ["x"], "failed_rows": 0},
    {"warnings": ["`sort` is deprecated"], "message": "OK"},
    {"status": {"failed": 2}},
    {"status": {"error_code": 0, "error_message": None, "credit_count": 1}},
    {"failures": 2, "exceptions": [{"day": "2025-12-25"}]},
    {"errorMessages": [], "failures": []},
    {"limited": False, "rows_omitted": 0, "truncated": None, "truncation": {}},
    {"sampled": False, "full": True, "dropped": 0, "skipped": 20, "hidden": 3, "problems": ["knee"]},
    {"message": "Limited to 100 results per page", "note": "The first page has 20 rows, capped at 100 a page"},
    {"message": "Fetched the first 20 of 95", "notice": "More results are behind `next`"},
]


@pytest.mark.parametrize("told", FAILED, ids=str)
def test_a_response_that_says_of_itself_that_it_failed_fails_beside_records(told: dict[str, Any]) -> None:
    failure = Beside({"data": ROWS, **told}, ROWS, ("data",)).failure()
    assert failure is not None
    assert failure.place.split(".")[0] == next(iter(told))


@pytest.mark.parametrize("entity", [{"id": 7}, {"uuid": "a"}, {"name": "x"}, {"Key": None, "key": "A-1"}, {"sku": "s"}])
@pytest.mark.parametrize("told", [*FAILED[:5], FAILED[9], *DOUBTS[:3]], ids=str)
def test_what_an_entity_says_of_itself_is_said_of_no_response(
    told: dict[str, Any], entity: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    beside = Beside({"data": ROWS, **told, **entity}, ROWS, ("data",), keys=("sku",))
    assert beside.failure() is None
    beside.warn("of an entity")
    assert not caplog.records


@pytest.mark.parametrize("entity", [{"id": None}, {"id": ""}, {"name": {}}, {"identifier": 1}])
def test_an_id_without_a_value_makes_no_entity(entity: dict[str, Any]) -> None:
    assert Beside({"data": ROWS, "status": "error", **entity}, ROWS, ("data",)).failure() is not None


def test_an_entity_with_an_error_fails_all_the_same() -> None:
    assert Beside({"id": 7, "data": ROWS, "error": "shard 3"}, ROWS, ("data",)).failure() is not None


def test_the_status_beside_one_object_is_its_own() -> None:
    assert Beside({"data": ROWS[0], "status": "failed"}, ROWS[0], ("data",), is_list=False).failure() is None


@pytest.mark.parametrize("told", DOUBTS, ids=str)
def test_what_says_that_rows_may_be_missing_is_warned_of_once(
    told: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    beside = Beside({"data": ROWS, **told}, ROWS, ("data",))
    assert beside.failure() is None
    for _ in range(2):
        beside.warn(f"list with {told}")
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"`{next(iter(told))}")
    assert "says that rows may be missing" in line


@pytest.mark.parametrize("told", NOTHING, ids=str)
def test_other_words_say_nothing_against_records(told: dict[str, Any]) -> None:
    assert Beside({"data": ROWS, **told}, ROWS, ("data",)).is_clean
    assert Reader({"id": ID}).is_quick(json.dumps({"data": ROWS, **told}))


@pytest.mark.parametrize("name", ["fault", "exception", "status", "meta"])
def test_what_the_records_stand_in_is_no_sign_whatever_its_name(name: str) -> None:
    body = {name: {"rows": ROWS, "count": 9}}
    assert Beside(body, ROWS, (name, "rows")).is_clean
    assert Reader({"id": ID}, data_selector=f"{name}.rows").is_quick(json.dumps(body))


@pytest.mark.parametrize("name", ["error", "fault", "status", "code", "partial"])
def test_a_field_of_the_records_themselves_is_no_sign(name: str) -> None:
    rows = [{"id": 1, name: "error"}, {"id": 2, name: "error"}]
    assert Beside({"data": rows}, rows, ("data",)).is_clean
    reader = Reader({"id": ID, name: {"type": ["string"]}})
    assert reader.is_quick(json.dumps({"data": rows}))


@pytest.mark.parametrize("told", [*FAILED, {"eRRor_Code": "E1"}], ids=str)
def test_a_page_that_is_read_quickly_fails_too(told: dict[str, Any]) -> None:
    reader = Reader({"id": ID})
    good: dict[str, Any] = {
        "data": ROWS,
        **{name: {} if isinstance(value, dict) else None for name, value in told.items()},
    }
    for _ in range(2):
        assert reader.is_quick(json.dumps(good))
    with pytest.raises((FatalAPIError, TransientError), match=r"^the response reports an error in `"):
        reader.open(json.dumps({"data": ROWS, **told}))
    with pytest.raises((FatalAPIError, TransientError), match=r"^the response reports an error in `"):
        Reader({"id": ID}, data_selector="result.data").open(json.dumps({"result": {"data": ROWS, **told}}))


@pytest.mark.parametrize("row", [{"error": "Bad key"}, {"error": {"message": "Bad key"}, "code": 401}])
def test_a_list_of_nothing_but_an_error_is_a_failure(row: dict[str, Any]) -> None:
    assert failure_alone([row]) is not None
    envelope = Reader({name: {} for name in row}).records
    with pytest.raises(FatalAPIError, match="Bad key"):
        envelope.open(json.dumps({"data": [row]}).encode(), offset=0)
    assert len(envelope.open(json.dumps({"data": [row]}).encode(), offset=5).rows) == 1


@pytest.mark.parametrize(
    "rows",
    [[], [{"id": 1, "error": "x"}], [{"message": "hi"}], [{"error": None}], [{"error": "x"}, {"error": "y"}], [1]],
)
def test_a_list_with_anything_else_is_one(rows: list[Any]) -> None:
    assert failure_alone(rows) is None


def test_names_are_met_in_any_spelling() -> None:
    assert is_beside("Error_Code")
    assert is_beside("HTTP-Status")
    assert not is_beside("total")
