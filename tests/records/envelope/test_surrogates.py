"""Halves of characters in a body are replaced, and nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_analytics.records.envelope import surrogates
from tap_analytics.records.envelope.envelope import decode
from tap_analytics.records.envelope.surrogates import without_halves

if TYPE_CHECKING:
    from pytest import LogCaptureFixture  # noqa: PT013 - the type alone


@pytest.mark.parametrize(
    ("body", "mended"),
    [
        (rb'"a\ud800b"', rb'"a\ufffdb"'),
        (rb'"\ude00\ud83d"', rb'"\ufffd\ufffd"'),
        (rb'"\uD800\ud83d\ude00\n"', rb'"\ufffd\ud83d\ude00\n"'),
        (rb'"\ud83d\ude00"', None),
        (rb'"\\ud800"', None),
        (b'"x"', None),
    ],
)
def test_a_half_becomes_the_replacement_character(body: bytes, mended: bytes | None) -> None:
    assert without_halves(body) == mended


def test_a_body_with_halves_is_read_with_one_warning(caplog: LogCaptureFixture) -> None:
    surrogates._warn.cache_clear()  # noqa: SLF001 - what another test has said is forgotten
    for _ in range(2):
        assert decode(rb'{"data": [{"id": 1, "name": "a\ud800b"}]}') == {"data": [{"id": 1, "name": "a\ufffdb"}]}
    assert caplog.text.count("U+FFFD") == 1
