"""The reason for the failure of a stream is told with its name."""

from __future__ import annotations

import pytest
from singer_sdk.exceptions import ConfigValidationError, FatalAPIError, RetriableAPIError

from tap_analytics.config.nesting import NESTED_RECORD
from tap_analytics.stream.failures import is_explained, note_stream, reason_of


@pytest.mark.parametrize("kind", [FatalAPIError, RetriableAPIError, ConfigValidationError])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("deals: it is closed", "deals: it is closed"),
        ("the stream `deals` is closed", "the stream `deals` is closed"),
        ("it is closed", "deals: it is closed"),
        ("dealsters: it is closed", "deals: dealsters: it is closed"),
    ],
)
def test_a_sentence_is_told_with_the_name_of_the_stream(kind: type[Exception], text: str, reason: str) -> None:
    assert reason_of(kind(text), "deals") == reason
    assert is_explained(kind(text))


def test_any_other_error_is_told_with_its_kind_and_place() -> None:
    row: dict[str, str] = {}
    with pytest.raises(KeyError) as raised:
        row["zip"]
    assert not is_explained(raised.value)
    reason = reason_of(raised.value, "deals")
    assert reason.startswith("deals: KeyError: 'zip' (line ")
    assert reason.endswith(" of `test_failures.py`)")


def test_an_error_without_words_is_told_by_its_kind() -> None:
    assert reason_of(ValueError(), "deals") == "deals: ValueError"


def test_what_is_nested_too_deep_is_told_as_such() -> None:
    assert reason_of(RecursionError("maximum"), "deals") == f"deals: {NESTED_RECORD}"
    assert is_explained(RecursionError())


def test_an_error_stays_that_of_the_stream_that_it_ended_first() -> None:
    error = ValueError("closed")
    assert note_stream(error, "notes")
    assert note_stream(error, "deals")
    assert reason_of(error, "deals") == "notes: ValueError: closed"
    assert not note_stream(None, "deals")
