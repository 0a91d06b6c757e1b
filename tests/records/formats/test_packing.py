"""Compressed files are unpacked level by level, within a budget; what cannot be unpacked is told apart from a cut."""

from __future__ import annotations

import io

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.formats.packing import Budget, is_packed, members
from tests.files import as_zip, gzip_of

CONTENT = b"id,name\n1,Ann\n" * 1000


def unpack(content: bytes, *, most: int = 100_000, is_beginning: bool = False) -> dict[str, bytes]:
    """Return the files in a file, by their names."""
    found = members(io.BytesIO(content), Budget(len(content), most, times=1), is_beginning=is_beginning)
    return {name: member.read() for name, member in found}


@pytest.mark.parametrize(
    ("content", "files"),
    [
        (CONTENT, {"": CONTENT}),
        (gzip_of(gzip_of(CONTENT)), {"": CONTENT}),
        (as_zip(a=CONTENT, b=gzip_of(b"x")), {"a": CONTENT, "b": b"x"}),
        (as_zip(**{"a": CONTENT, "__MACOSX/._a": b"x"}), {"a": CONTENT}),
    ],
    ids=["plain", "gzip twice", "gzip in zip", "what macOS adds"],
)
def test_each_file_in_a_file_is_given_by_its_name(content: bytes, files: dict[str, bytes]) -> None:
    assert unpack(content) == files
    assert is_packed(content) is (content is not CONTENT)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip_of(gzip_of(gzip_of(gzip_of(b"x")))), "the body is compressed more than 3 times"),
        (gzip_of(as_zip(a=b"x")), "a ZIP file within a compressed file cannot be read"),
        (as_zip(a=as_zip(a=b"x")), "a ZIP file within a compressed file cannot be read"),
        (as_zip(), 'the ZIP file has no file in it; .* `"empty_when": {"data": "empty"}`'),
    ],
    ids=["four times", "zip in gzip", "zip in zip", "empty zip"],
)
def test_what_cannot_be_unpacked_is_no_passing_failure(content: bytes, message: str) -> None:
    with pytest.raises(FatalAPIError, match=message):
        unpack(content)


@pytest.mark.parametrize(
    "content",
    [gzip_of(CONTENT), as_zip(a=CONTENT), as_zip(a=CONTENT[:7000], b=CONTENT[7000:])],
    ids=["gzip", "zip of one", "zip of two"],
)
def test_all_files_of_a_body_share_one_budget(content: bytes) -> None:
    assert b"".join(unpack(content, most=len(CONTENT)).values()) == CONTENT
    with pytest.raises(FatalAPIError, match=r"unpacks to more than 13,999 bytes; raise `max_response_size`"):
        unpack(content, most=len(CONTENT) - 1)


def test_the_beginning_of_a_packed_file_is_read_as_far_as_it_goes() -> None:
    for content in (gzip_of(CONTENT), as_zip(a=CONTENT, b=CONTENT)):
        (found,) = unpack(content[: len(content) // 2], is_beginning=True).values()
        assert CONTENT.startswith(found)
