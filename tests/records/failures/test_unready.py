"""An empty list that says of itself that it is not ready, or never will be, is no empty list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.records.failures.sent_words import NOTHING_SENT, SentWords
from tap_analytics.records.failures.unready import check_ready

if TYPE_CHECKING:
    from tap_analytics.records.failures.failures import Failure


def finding(
    body: dict[str, Any], *way: str, keys: tuple[str, ...] = (), sent: SentWords = NOTHING_SENT
) -> Failure | None:
    return check_ready(body, way or ("data",), keys=keys, sent=sent)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"status": "pending"}, "status"),
        ({"state": "IN_PROGRESS"}, "state"),
        ({"status": "InProgress", "success": True}, "status"),
        ({"jobStatus": "Queued"}, "jobStatus"),
        ({"meta": {"status": "still running"}}, "meta.status"),
        ({"job": {"id": 7, "state": "not ready"}}, "job.state"),
        ({"id": "j-7", "status": "running", "data": []}, "status"),
        ({"ready": False}, "ready"),
        ({"jobComplete": False}, "jobComplete"),
    ],
)
def test_a_list_that_is_not_ready_may_be_so_in_a_moment(body: dict[str, Any], place: str) -> None:
    found = finding(body)
    assert found is not None
    assert (found.place, found.is_passing) == (place, True)


@pytest.mark.parametrize(
    "body",
    [
        {"status": "cancelled"},
        {"state": "Canceled"},
        {"status": "KILLED"},
        {"code": "AUTH-001"},
        {"errorCode": "E1001"},
    ],
)
def test_a_list_that_never_will_be_is_a_failure(body: dict[str, Any]) -> None:
    found = finding(body)
    assert found is not None
    assert not found.is_passing


@pytest.mark.parametrize("word", ["ok", "done", "COMPLETED", "ready", "active", "open", "success", "idle", "enabled"])
def test_the_state_of_a_list_that_is_done_says_nothing(word: str) -> None:
    assert finding({"status": word, "ready": True}) is None


@pytest.mark.parametrize("code", ["OK", "0000", "A00000", "I00001", "S200", "EUR", "E0000", "SUCCESS_200", 200, None])
def test_a_code_that_is_of_no_family_of_errors_says_nothing(code: object) -> None:
    assert finding({"code": code}) is None


def test_the_state_of_an_entity_says_nothing_of_the_list_of_its_parts() -> None:
    assert finding({"id": 5, "status": "pending", "items": []}, "items") is None
    assert finding({"order_no": 5, "status": "cancelled", "items": []}, "items", keys=("order_no",)) is None


def test_the_state_that_was_asked_for_says_nothing() -> None:
    sent = SentWords.of({"status": "pending"})
    assert finding({"status": "pending"}, sent=sent) is None
    assert finding({"query": {"status": "pending"}}) is None
    assert finding({"state": "pending"}, sent=sent) is not None


@pytest.mark.parametrize("body", [{"result": 3100}, {"results": 3100, "page": 1}, {"meta": {"result": 500}}])
def test_a_number_of_results_beside_none_is_a_failure(body: dict[str, Any]) -> None:
    found = finding({"data": [], **body})
    assert found is not None
    assert not found.is_passing


@pytest.mark.parametrize(
    "body",
    [
        *({"result": 0}, {"result": 1}, {"result": 200}, {"results": "3100"}, {"result": True}),
        {"id": 7, "result": 3100, "lines": []},
    ],
)
def test_another_result_is_none(body: dict[str, Any]) -> None:
    assert finding({"data": [], **body}, "lines" if "id" in body else "data") is None
