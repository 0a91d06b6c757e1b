"""Names of an API's own are judged by the words in them, and by what stands under them."""

from __future__ import annotations

import pytest

from tap_analytics.records.failures.fault_names import of_own_name
from tap_analytics.records.failures.wording import Verdict


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("searcherrors", ["x"]),
        ("errinfo", {"reason": "x", "code": "5"}),
        ("violations", [{"field": "from"}]),
        ("invalidparams", ["from"]),
        ("exitcode", 3),
        ("apistatus", "error"),
        ("license", "expired"),
        ("accountstatus", "Past_Due"),
        ("session", "closed"),
        ("trialended", True),
        ("subscription", {"status": "expired", "since": "2024-01-01"}),
    ],
)
def test_what_has_a_word_for_a_failure_is_one_if_nothing_speaks_against_it(name: str, value: object) -> None:
    assert of_own_name(name, value) is Verdict.ODD


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("errinfo", {"reason": "", "code": "0"}),
        ("errata", ["x"]),
        ("violations", []),
        ("invalidatedat", "2024-01-01"),
        ("exitcode", 0),
        ("errorrate", 5),
        ("license", "MIT"),
        ("account", "jo"),
        ("plan", "Pro"),
        ("session", "closed-77"),
        ("trialended", False),
        ("trialendedat", "2024-01-01"),
        ("subscription", {"id": 7, "status": "expired"}),
        ("queue", "closed"),
    ],
)
def test_what_has_none_says_nothing(name: str, value: object) -> None:
    assert of_own_name(name, value) is Verdict.NONE
