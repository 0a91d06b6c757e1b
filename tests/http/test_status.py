from __future__ import annotations

import pytest

from tap_analytics.http.status import LIMITED, STATUSES, Then, meaning_of


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529, 599])
def test_a_status_that_may_be_better_in_a_moment_is_transient(status: int) -> None:
    assert meaning_of(status).then is Then.RETRY


@pytest.mark.parametrize(
    "status", [200, 204, 301, 302, 304, 400, 401, 403, 404, 405, 406, 409, 410, 422, 451, 501, 505, 600, 999]
)
def test_a_status_that_no_retry_mends_is_not_transient(status: int) -> None:
    assert meaning_of(status).then is not Then.RETRY


@pytest.mark.parametrize(
    ("status", "then"),
    [
        (101, Then.FAIL),
        (200, Then.ACCEPT),
        (206, Then.ACCEPT),
        (299, Then.ACCEPT),
        (300, Then.REDIRECT),
        (307, Then.REDIRECT),
        (399, Then.REDIRECT),
        (400, Then.FAIL),
        (401, Then.NEW_TOKEN),
        (404, Then.FAIL),
        (499, Then.FAIL),
        (501, Then.FAIL),
        (599, Then.RETRY),
        (600, Then.FAIL),
        (999, Then.FAIL),
    ],
)
def test_a_status_without_a_line_of_its_own_means_what_its_class_does(status: int, then: Then) -> None:
    assert meaning_of(status).then is then


def test_a_response_without_content_holds_no_record() -> None:
    assert [status for status in range(100, 1000) if meaning_of(status).then is Then.EMPTY] == [204, 205, 304]


def test_a_server_that_is_asked_too_much_says_so_by_its_status() -> None:
    assert [status for status in range(100, 1000) if meaning_of(status).is_busy] == [420, 429, 430, 503]


def test_a_429_is_a_limit_like_420_and_430_and_a_503_is_none() -> None:
    assert [status for status in range(100, 1000) if meaning_of(status).is_limit] == [420, 429, 430]
    assert (LIMITED.then, LIMITED.is_busy, LIMITED.is_limit) == (Then.RETRY, True, True)


def test_the_table_is_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STATUSES, 404, STATUSES[503])
    assert meaning_of(404) is STATUSES[503]
