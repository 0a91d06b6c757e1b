"""A text without what may part a secret in it, and where its characters stood."""

from __future__ import annotations

import pytest

from tap_analytics.report.redaction.joined import Joined, in_lower_case, join


@pytest.mark.parametrize("parting", [" ", "\r\n ", "\u00a0", "\u200b", "\u200d", "\x00", "\x1b[31m", "+", "\ufeff"])
def test_what_parts_a_text_is_left_out(parting: str) -> None:
    assert join(f"ab{parting}cd{parting}") == "abcd"


def test_what_is_found_is_given_as_its_places_in_the_parted_text() -> None:
    text = "say a b\nc d, then abcd"
    assert [text[start:end] for start, end in Joined(text).spans("abcd")] == ["a b\nc d", "abcd"]


def test_what_is_not_there_is_not_found() -> None:
    assert list(Joined("a b c").spans("abd")) == []


def test_lower_case_leaves_each_character_in_its_place() -> None:
    assert in_lower_case("AB\u0130C") == "abic"
