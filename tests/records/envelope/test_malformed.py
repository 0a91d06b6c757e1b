from __future__ import annotations

import gzip
import re

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.refusals import RefusedError
from tap_analytics.http.retry import TransientError
from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.envelope.malformed import is_refused

BODIES = [
    (b"", "", "empty"),
    (b" \r\n", "", "empty"),
    (b"\xef\xbb\xbf", "", "empty"),
    (b"", "application/json", "empty (content type `application/json`)"),
    (b"<!doctype html><title>Oops</title>", "text/html", "HTML (content type `text/html`); check `api_url` and the"),
    (b"<!DOCTYPE HTML><title>Oops</title>", "", "path of the resource. The title of the page is: Oops"),
    (b"<html><title>Blogins</title>", "", "check `api_url` and the path of the resource"),
    (b"\n <html>", "", "HTML; check `api_url` and the path of the resource"),
    (b"<p>Sorry</p>", "text/html; charset=utf-8", "HTML (content type `text/html; charset=utf-8`)"),
    (b"<?xml version='1.0'?><rows><row/></rows>", "", "XML, not JSON; ask the API for JSON or CSV"),
    (b"<rows/>", "application/xml", "XML, not JSON (content type `application/xml`)"),
    (b"\xef\xbb\xbf<rows/>", "", "XML, not JSON"),
    (b"<rows/>", "", "parameter or `Accept` header. It begins: <rows/>"),
    (b"id,name\n1,Ann\n", "", "CSV, not JSON; declare `format` as `csv`. It begins: id,name"),
    (b"id;name\n1;Ann\n", "", "CSV, not JSON"),
    (b"id\tname\n1\tAnn\n", "", "CSV, not JSON"),
    (b"id\n1\n", "text/csv", "CSV, not JSON (content type `text/csv`)"),
    (b'{"id": 1}\n{"id": 2}\n', "application/x-ndjson", "JSON Lines, not JSON: line 2, at byte 10, begins another"),
    (b'{"id": 1}\r\n\r\n{"id": 2}\r\n', "", "JSON Lines, not JSON: line 3, at byte 13, begins another"),
    (b'{"id": 1}{"id": 2}', "", "not JSON: trailing characters (byte 10), near"),
    (b'{"data": [{"id": 1, "x": NaN}]}', "", "not JSON: NaN at byte 25 is no number in JSON"),
    (b'{"data": [{"x": Infinity}]}', "", "not JSON: Infinity at byte 16 is no number in JSON"),
    (b'{"data": [{"x": -Infinity}]}', "", "not JSON: -Infinity at byte 16 is no number in JSON"),
    (b'{"data": [nan, 1]}', "", "not JSON: nan at byte 10 is no number in JSON"),
    (b'{"data": [{"id": 1', "", "cut short: it is JSON that ends in its middle, after 18 bytes"),
    (b'{"data": [{"id": "Ann', "", "cut short"),
    (b"[", "", "cut short"),
    (b'{"data": [],}', "", "not JSON: trailing comma in object (byte 12), near"),
    (b'{"data": []} trailing', "", 'not JSON: trailing characters (byte 14), near {"data": []} trailing'),
    (b"{'data': []}", "", "not JSON: object keys must be strings (byte 1), near {'data': []}"),
    (b'{"data": [{"a": "\xff"}]}', "", "not JSON: byte 17 is not UTF-8"),
    (b'{"a": 1e99999999999999999999}', "", "not JSON"),
    (b"Bad Gateway", "text/plain", "not JSON (content type `text/plain`). It begins: Bad Gateway"),
    (b"Daily quota used up, ask\nagain, tomorrow", "", "It begins: Daily quota used up"),
    ('{"data": []}'.encode("utf-16")[:-1], "", "in UTF-16, not in UTF-8"),
    (gzip.compress(mtime=0, data=b'{"data": []}'), "", "compressed with gzip"),
    (b"PK\x03\x04...", "", "a ZIP file"),
    (b"%PDF-1.7", "", "a PDF file"),
    (b"null null", "", "not JSON"),
]

# What no other try would bring as JSON.
LASTING = ("JSON Lines", "compressed with", "a ZIP file", "a PDF file", "in UTF-16")


@pytest.mark.parametrize(
    ("body", "content_type", "kind"), BODIES, ids=[f"{body[:30]!r} {kind}" for body, kind, _ in BODIES]
)
def test_a_body_that_is_not_json_is_called_by_its_name_and_may_be_better_in_a_moment_unless_it_is_meant(
    body: bytes, content_type: str, kind: str
) -> None:
    is_meant = content_type in {"text/plain", "text/csv"} or kind.startswith(LASTING)
    with pytest.raises(FatalAPIError if is_meant else TransientError) as raised:
        Envelope().open(body, offset=0, content_type=content_type)
    assert str(raised.value).startswith("the body of the response is ")
    assert kind in str(raised.value)
    assert raised.value.__context__ is raised.value.__cause__ is None


def test_of_a_long_body_only_the_beginning_is_said() -> None:
    with pytest.raises(TransientError) as raised:
        Envelope().open(b"sorry " * 1_000_000, offset=0, content_type="x" * 100_000)
    assert len(str(raised.value)) < 21_000


@pytest.mark.parametrize("title", ["Acme | Sign in", "Log In"])
def test_a_page_to_sign_in_refuses_the_credentials(title: str) -> None:
    with pytest.raises(RefusedError, match=f"it is a page to sign in. Its title is: {re.escape(title)}"):
        Envelope().open(f"<!DOCTYPE HTML><title>{title}</title>".encode(), offset=0, content_type="text/html")


def test_a_page_to_sign_in_and_a_text_that_refuses_the_credentials_are_told_from_others() -> None:
    assert is_refused(b"<html><title>Sign in</title></html>")
    assert is_refused(b"Invalid API key", "text/plain")
    assert not is_refused(b"<html><title>Busy</title>sign in</html>")
    assert not is_refused(b'{"note": "invalid API key', "application/json")
