"""An API that repeats what was sent says nothing of its response."""

from __future__ import annotations

import pytest

from tap_analytics.records.failures.sent_words import NOTHING_SENT, SentWords


@pytest.mark.parametrize(
    "sent",
    [
        {"status": "failed"},
        {"status": ["failed", "open"]},
        {"status": "failed,open"},
        {"filter[status]": "FAILED"},
        {"filter.status": "failed"},
        {"status__in": "failed"},
        {"filter": {"status": "failed"}},
    ],
)
def test_a_word_is_known_by_the_name_that_it_was_sent_under(sent: dict[str, object]) -> None:
    words = SentWords.of(sent)
    assert words.covers("Status", "failed")
    assert not words.covers("state", "failed")
    assert not words.covers("status", "error")


def test_numbers_and_lists_are_compared_as_they_are_sent() -> None:
    words = SentWords.of({"code": 404}, {"status": ["failed", "error"]}, "no parameters")
    assert words.covers("code", "404")
    assert words.covers("code", 404)
    assert words.covers("status", ["failed", "error"])
    assert words.covers("status", "failed,error")
    assert not words.covers("status", ["failed", "lost"])


def test_an_error_is_none_that_was_sent() -> None:
    assert not SentWords.of({"error": "true", "errorCode": 5}).covers("error", "true")


@pytest.mark.parametrize("value", [None, "", [], {}, {"status": "failed"}])
def test_a_field_without_a_word_repeats_nothing(value: object) -> None:
    assert not SentWords.of({"status": "failed"}).covers("status", value)
    assert not NOTHING_SENT.covers("status", value)
