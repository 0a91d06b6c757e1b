"""Regular expressions that are compiled when they are first used."""

from __future__ import annotations

import re

import pytest

from tap_analytics.patterns import pattern


def test_a_pattern_finds_what_the_compiled_expression_finds() -> None:
    lazy = pattern(r"(?P<word>[a-z]+)-", re.IGNORECASE)
    for _ in range(2):
        assert [each["word"] for each in lazy.finditer("A-b-3")] == ["A", "b"]
        assert lazy.sub("x", "A-b-3") == "xx3"
        assert lazy.match("-A-", 1) is not None
        assert lazy.fullmatch("A") is None


def test_a_pattern_of_bytes_is_one() -> None:
    assert pattern(rb"[0-9]+").findall(b"1 and 22") == [b"1", b"22"]


def test_a_pattern_is_compiled_by_its_first_search() -> None:
    wrong = pattern("(")
    with pytest.raises(re.error):
        wrong.search("a")
