from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tap_analytics.records.failures.quotes import LONGEST, as_json, quote, remarks


@pytest.mark.parametrize(
    "name", ["message", "msg", "reason", "error_description", "detail", "title", "Message", "errorMessage"]
)
def test_a_text_is_found_under_any_of_its_names(name: str) -> None:
    assert list(remarks({"id": 1, name: "Bad key"})) == ["Bad key"]
    assert quote({"code": 7, name: "Bad key"}) == "7, Bad key"
    assert quote([{"error": {"inner": 1, name: "Bad key"}}]) == "Bad key"


@pytest.mark.parametrize(
    ("value", "around", "text"),
    [
        ("Bad key", {}, "Bad key"),
        (" Bad key ", {"message": "Bad key"}, "Bad key"),
        (401, {"message": "Bad key", "id": 5}, "401, Bad key"),
        (False, {}, "false"),
        ({"limit": Decimal("1.10")}, {}, '{"limit":1.10}'),
        ({"limit": 1}, {"message": "Bad key"}, '{"limit":1}, Bad key'),
        ([], {"detail": {"message": "Bad key"}}, "Bad key"),
        ([], {}, "[]"),
        (["a"] * 20, {}, "a"),
        ([str(number) for number in range(20)], {}, "0, 1, 2, 3, 4"),
    ],
)
def test_a_failure_is_quoted_with_what_stands_around_it(value: object, around: dict[str, Any], text: str) -> None:
    assert quote(value, around) == text


def test_what_an_error_object_says_of_itself_in_an_object_of_its_own_is_told_too() -> None:
    error = {"code": 200, "message": "Server Error", "data": {"name": "AccessDenied", "message": "Access Denied"}}
    assert quote(error) == "200, Server Error, Access Denied"
    assert quote({"message": "Server Error", "data": {"id": 7}}) == "Server Error"


def test_an_own_name_of_a_message_is_known_by_its_end() -> None:
    assert set(remarks({"resultMsg": "Bad key", "hydra:description": "none", "id": "x"})) == {"Bad key", "none"}


@pytest.mark.parametrize(
    ("around", "text"),
    [
        ({"status": "fail", "data": {"token": "is gone"}}, 'fail, {"status":"fail","data":{"token":"is gone"}}'),
        ({"status": "fail", "data": [{"email": "jo@example.com"}]}, "fail"),
        ({"status": "fail", "data": "x" * 1000}, "fail"),
        ({"status": "fail"}, "fail"),
    ],
)
def test_a_failure_without_a_message_is_quoted_with_a_short_body_that_has_no_rows(
    around: dict[str, Any], text: str
) -> None:
    assert quote("fail", around) == text


def test_texts_nested_deeper_than_anybody_nests_them_are_written_as_they_are() -> None:
    value: Any = "Bad key"
    for _ in range(50):
        value = {"error": value}
    assert "Bad key" in quote(value)


def test_a_long_text_is_cut() -> None:
    assert len(quote("x" * 10 * LONGEST, {"message": "y" * 10 * LONGEST})) <= LONGEST
    assert len(as_json({"x": "y" * 10 * LONGEST})) == LONGEST
