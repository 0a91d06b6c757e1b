"""Reads the body of a response piece by piece, up to the size that it may have."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import requests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Bytes of a body that are kept as they come. What follows is compressed in memory: a body that unpacks to a thousand
# times its size takes little room so, until it is refused.
PLAIN_SIZE = 32 * 1024 * 1024

# A file may unpack to so many times its packed size, or to the size that any response may have if that is more.
MOST_TIMES = 250


class BodyError(requests.RequestException):
    """A body cannot be read to its end; the message says what to do."""


class BodyTooLargeError(BodyError):
    """The body of a response is larger than it may be."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"the body of the response is larger, unpacked, than {most:,} bytes (`max_response_size`); "
            "ask for less at a time (`page_size`), or raise it"
        )


def read_whole(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Read all pieces of a body, then give them.

    Raises:
        BodyTooLargeError: They are larger than `most` bytes.
    """
    size = 0
    plain: list[bytes] = []
    packed: list[bytes] = []
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise BodyTooLargeError(most)
        if size <= PLAIN_SIZE:
            plain.append(piece)
        else:
            packed.append(zlib.compress(piece, 1))
    yield from plain
    yield from map(zlib.decompress, packed)


def read_beginning(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Give the pieces of the first `most` bytes of a body."""
    rest = most
    for piece in pieces:
        yield piece[:rest]
        rest -= len(piece)
        if rest <= 0:
            return
