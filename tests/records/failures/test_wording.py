from __future__ import annotations

from decimal import Decimal

import pytest

from tap_analytics.records.failures import wording
from tap_analytics.records.failures.wording import Verdict, is_nothing


@pytest.mark.parametrize(
    "value",
    [None, False, 0, Decimal(0), "", " ", "no", "None", "NULL", "n/a", "OK", [], {}, [None], ["none"], ["0"]],
    ids=repr,
)
def test_an_error_that_is_none_is_nothing(value: object) -> None:
    assert is_nothing(value)


@pytest.mark.parametrize(
    "value",
    [
        True,
        1,
        "yes",
        "true",
        "1",
        "x",
        ["x"],
        [{}],
        [0, {"a": 1}],
        ["no"],
        {"message": "no"},
        {"code": 7, "status": 200},
    ],
    ids=repr,
)
def test_any_other_error_is_something(value: object) -> None:
    assert not is_nothing(value)


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (0, Verdict.SUCCESS),
        (200, Verdict.SUCCESS),
        (299, Verdict.SUCCESS),
        (300, Verdict.ODD),
        (1, Verdict.ODD),
        (400, Verdict.FAILURE),
        (599, Verdict.FAILURE),
        (600, Verdict.ODD),
        (-1, Verdict.FAILURE),
        ("0", Verdict.SUCCESS),
        ("0000", Verdict.SUCCESS),
        ("200 OK", Verdict.SUCCESS),
        ("404 Not Found", Verdict.FAILURE),
        ("4o4", Verdict.NONE),
        (True, Verdict.SUCCESS),
        (False, Verdict.FAILURE),
        (None, Verdict.NONE),
        ([401], Verdict.NONE),
        ({"code": 401}, Verdict.NONE),
    ],
    ids=repr,
)
def test_a_code_says_how_it_went(code: object, verdict: Verdict) -> None:
    assert wording.of_code(code) is verdict


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (True, Verdict.FAILURE),
        ("true", Verdict.FAILURE),
        (1, Verdict.FAILURE),
        (["x"], Verdict.FAILURE),
        (False, Verdict.SUCCESS),
        ("0", Verdict.SUCCESS),
        (None, Verdict.NONE),
        ([], Verdict.NONE),
    ],
)
def test_a_flag_of_failures_is_read_the_other_way_round(value: object, verdict: Verdict) -> None:
    assert wording.of_inverse_flag(value) is verdict


@pytest.mark.parametrize("text", ["token", "okra", "successor states", ""])
def test_a_text_that_only_begins_like_a_success_is_none(text: str) -> None:
    assert wording.of_text(text) in {Verdict.NONE, Verdict.SUCCESS if text.startswith("successor") else Verdict.NONE}


@pytest.mark.parametrize(
    ("warning", "verdict"),
    [
        ("Access denied for this token", Verdict.ODD),
        (["fine", {"code": 7, "text": "Quota exceeded"}], Verdict.ODD),
        (["`expand` is deprecated, and will not be available from May on"], Verdict.NONE),
        ("Unknown parameter `foo`", Verdict.NONE),
        ("0 errors", Verdict.NONE),
        (None, Verdict.NONE),
    ],
)
def test_a_warning_says_that_rows_are_withheld_or_nothing(warning: object, verdict: Verdict) -> None:
    assert wording.of_warning(warning) is verdict


def test_a_long_text_is_judged_by_its_beginning() -> None:
    assert wording.of_text("x " * 10_000_000) is Verdict.NONE
