from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING, Any

import pytest
import requests
from urllib3.response import HTTPResponse

from tap_analytics.http.session import Session
from tap_analytics.http.spool import Spool
from tap_analytics.sandbox import Answer

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox


def test_headers_go_with_every_request(api: Sandbox) -> None:
    session = Session({"X-Team": "data"}, connections=1)
    for _ in range(2):
        session.get(f"{api.url}/v1/deals")
    assert [request.headers["x-team"] for request in api.requests] == ["data", "data"]


@pytest.mark.parametrize("location", ["http://[", "/elsewhere", "http://127.0.0.1:1/"])
def test_where_a_redirect_leads_is_not_looked_at(api: Sandbox, location: str) -> None:
    api.intercept(lambda _: Answer(302, headers={"Location": location}))
    assert Session({}, connections=1).get(f"{api.url}/v1/deals").status_code == 302
    assert len(api.requests) == 1


@pytest.mark.parametrize("is_compressed", [False, True])
@pytest.mark.parametrize("size", [100, 100_000, 1_000_000, 3_000_000])
def test_a_body_is_read_in_few_pieces(
    api: Sandbox, monkeypatch: pytest.MonkeyPatch, size: int, *, is_compressed: bool
) -> None:
    read, pieces = HTTPResponse.read, []

    def counting(*arguments: Any, **options: Any) -> bytes:  # noqa: ANN401 - those of `read`
        pieces.append(read(*arguments, **options))
        return pieces[-1]

    monkeypatch.setattr(HTTPResponse, "read", counting)
    body = bytes(number * number % 251 for number in range(size))
    headers = {"Content-Encoding": "gzip"} if is_compressed else {}
    answer = Answer(body=gzip.compress(body, 1) if is_compressed else body, headers=headers)
    api.intercept(lambda _: answer)
    assert Session({}, connections=1).get(f"{api.url}/v1/contacts").content == body
    assert len([piece for piece in pieces if piece]) <= size // 1_000_000 + 1
    assert len(pieces) <= size // 1_000_000 + 3


LINES = b"".join(b"%d,n%d\n" % (number, number) for number in range(500))
PACKED = {"gzip": gzip.compress(LINES), "deflate": zlib.compress(LINES)}


def spool_of(api: Sandbox, body: bytes, encoding: str) -> bytes:
    """Return what a spool has of a body that is packed."""
    api.reset()
    api.intercept(lambda _: Answer(body=body, headers={"Content-Encoding": encoding}))
    with Session({}, connections=1) as session:
        request = session.prepare_request(requests.Request("GET", f"{api.url}/v1/contacts"))
        request.spool = spool = Spool()  # type: ignore[attr-defined] # as the sender sets it
        session.send(request)
    spool.file.seek(0)
    return spool.file.read()


@pytest.mark.parametrize("encoding", PACKED)
def test_a_file_whose_packing_has_no_end_is_cut_short(api: Sandbox, encoding: str) -> None:
    assert spool_of(api, PACKED[encoding], encoding) == LINES
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="the compressed body ends too early"):
        spool_of(api, PACKED[encoding][:-200], encoding)


def test_a_file_packed_in_parts_or_with_something_behind_it_is_whole(api: Sandbox) -> None:
    assert spool_of(api, PACKED["gzip"] * 2, "gzip") == LINES * 2
    assert spool_of(api, PACKED["gzip"] + b"end", "gzip") == LINES
    assert spool_of(api, b"", "gzip") == b""


@pytest.mark.parametrize("encoding", PACKED)
def test_a_packed_body_in_memory_whose_packing_has_no_end_is_cut_short(api: Sandbox, encoding: str) -> None:
    api.reset()
    api.intercept(lambda _: Answer(body=PACKED[encoding][:-1], headers={"Content-Encoding": encoding}))
    with (
        Session({}, connections=1) as session,
        pytest.raises(requests.exceptions.ChunkedEncodingError, match="the compressed body ends too early"),
    ):
        session.get(f"{api.url}/v1/contacts")
