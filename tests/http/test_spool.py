"""A spool keeps a body of any size, or its beginning, in a file that is gone when nobody needs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tap_analytics.http.body import BodyError
from tap_analytics.http.spool import BEGINNING, Spool

PIECES = [b"a" * 50_000, b"b" * 50_000, b"c" * 50_000]


def test_a_body_is_kept_whole_and_its_beginning_is_given() -> None:
    spool = Spool()
    assert b"".join(spool.fill(PIECES)) == b"".join(PIECES)[:BEGINNING]
    spool.file.seek(0)
    assert spool.file.read() == b"".join(PIECES)
    assert (spool.size, spool.is_cut) == (150_000, False)


def test_no_more_is_kept_than_is_wanted() -> None:
    spool = Spool(most=60_000)
    list(spool.fill(PIECES))
    assert (spool.size, spool.is_cut) == (100_000, True)


def test_two_bodies_have_one_fingerprint_only_if_they_are_the_same() -> None:
    marks = []
    for pieces in (PIECES, [b"".join(PIECES)], PIECES[:2]):
        spool = Spool()
        list(spool.fill(pieces))
        marks.append(spool.fingerprint())
    assert marks[0] == marks[1] != marks[2]


def test_a_file_that_cannot_be_written_says_so() -> None:
    spool = Spool()
    spool.close()
    with Path("/dev/full").open("wb", buffering=0) as full:  # never has room
        spool.file = full  # type: ignore[assignment] # a file like another
        with pytest.raises(BodyError, match=r"No space left on device.*set TMPDIR to a folder that has room"):
            list(spool.fill(PIECES))
