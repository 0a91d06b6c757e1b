from __future__ import annotations

from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.envelope.empty_when import EmptyWhen
from tap_analytics.records.envelope.envelope import Envelope


def when(**words: Any) -> EmptyWhen:  # noqa: ANN401 - words of a declaration
    return EmptyWhen.of(words)


@pytest.mark.parametrize("status", [204, 205, 304])
def test_a_status_without_content_is_an_empty_page_whatever_is_declared(status: int) -> None:
    assert EmptyWhen().covers(status, b"<html>")


def test_a_status_that_is_declared_is_an_empty_page() -> None:
    assert when(status=[404, 410]).covers(404, b'{"error": "no"}')
    assert not when(status=[404]).covers(403, b"")
    assert not EmptyWhen().covers(404, b"")
    assert not EmptyWhen().covers(200, b"")


def test_a_refusal_that_says_what_is_declared_is_an_empty_page() -> None:
    none = when(message=["no data for"])
    assert none.covers(400, b'{"error": "No data for this day"}')
    assert not none.covers(400, b'{"error": "Bad day"}')
    assert not none.covers(500, b"No data for you")
    assert not none.covers(200, b"No data for you")


@pytest.mark.parametrize(
    ("data", "body"),
    [
        ("null", b'{"data": null}'),
        ("missing", b'{"status": "ok"}'),
        ("missing", b"[]"),
        ("empty", b'{"data": {}}'),
        ("empty", b'{"data": ""}'),
    ],
)
def test_what_is_declared_in_the_place_of_the_records_is_an_empty_page(data: str, body: bytes) -> None:
    page = Envelope(empty_when=when(data=[data])).open(body, offset=7)
    assert (list(page.rows), page.offset, page.single) == ([], 7, False)
    for others in ({"null", "missing", "empty"} - {data}, set()):
        with pytest.raises(FatalAPIError):
            Envelope(empty_when=when(data=sorted(others))).open(body, offset=7)


@pytest.mark.parametrize("body", [b'{"data": null, "error": "Bad key"}', b'{"code": 401}', b'{"success": false}'])
def test_a_failure_is_no_empty_page_whatever_is_in_the_place_of_the_records(body: bytes) -> None:
    with pytest.raises(FatalAPIError, match="reports an error"):
        Envelope(empty_when=when(data=["null", "missing"])).open(body, offset=0)


@pytest.mark.parametrize("data", [b"", b', "data": []', b', "data": null'])
def test_a_failure_that_says_what_is_declared_is_an_empty_page(data: bytes) -> None:
    envelope = Envelope(empty_when=when(message=["No Records"]))
    assert list(envelope.open(b'{"code": 404, "message": "no records here"%s}' % data, offset=0).rows) == []


def test_a_failure_beside_records_stays_one() -> None:
    with pytest.raises(FatalAPIError):
        Envelope(empty_when=when(message=["no"])).open(b'{"data": [{"id": 1}], "error": "no shard"}', offset=0)


def test_a_declaration_is_said_in_its_own_words_again() -> None:
    words: dict[str, Any] = {"status": [404], "data": ["null"], "message": ["none"]}
    assert EmptyWhen.of(words).words() == words
    assert EmptyWhen.of(None).words() == {}
