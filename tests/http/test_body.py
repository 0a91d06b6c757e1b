from __future__ import annotations

import tracemalloc
from itertools import repeat

import pytest

from tap_analytics.http.body import PLAIN_SIZE, BodyTooLargeError, read_beginning, read_whole

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("pieces", [[], [b""], [b"a"], [b"a", b"bc", b"d"]])
def test_a_body_is_read_as_it_comes(pieces: list[bytes]) -> None:
    assert list(read_whole(pieces, most=4)) == pieces


def test_what_is_large_is_the_same_when_it_is_whole() -> None:
    pieces = [bytes([number]) * MEGABYTE for number in range(PLAIN_SIZE // MEGABYTE + 3)]
    assert list(read_whole(pieces, most=len(pieces) * MEGABYTE)) == pieces


def test_a_body_that_is_too_large_is_read_no_further() -> None:
    pieces = iter([b"abc", b"d", b"e", b"f"])
    with pytest.raises(BodyTooLargeError, match=r"larger, unpacked, than 4 bytes \(`max_response_size`\)"):
        list(read_whole(pieces, most=4))
    assert list(pieces) == [b"f"]


def test_a_body_without_end_takes_little_memory() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(BodyTooLargeError):
            list(read_whole((bytes(MEGABYTE) for _ in repeat(None)), most=8 * PLAIN_SIZE))
        assert tracemalloc.get_traced_memory()[1] < 1.5 * PLAIN_SIZE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("most", "beginning"), [(1, b"a"), (3, b"abc"), (4, b"abcd"), (9, b"abcdef")])
def test_of_a_beginning_nothing_more_is_read_than_it_takes(most: int, beginning: bytes) -> None:
    assert b"".join(read_beginning([b"abc", b"def"], most)) == beginning


def test_a_beginning_of_a_body_without_end_ends() -> None:
    assert sum(map(len, read_beginning(repeat(b"abc"), most=10))) == 10
