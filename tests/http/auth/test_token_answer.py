"""The answer to a request for a token has the token, or says what is wrong."""

from __future__ import annotations

import pytest
import requests

from tap_analytics.http.auth.token_answer import TokenAnswer, seconds_of
from tap_analytics.http.retry import TransientError
from tap_analytics.report.redaction.redact import Redactor


def answer(document: object, *secrets: str) -> TokenAnswer:
    return TokenAnswer(document, Redactor(secrets))


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("token", "t"),
        ("$.token", "t"),
        ("data.token", "d"),
        ("a.b", "dotted"),
        ("list.1.x", "l"),
        ("list.7.x", None),
        ("token.x", None),
        ("none", None),
        ("none.x", None),
    ],
)
def test_a_path_leads_through_objects_and_lists(path: str, found: object) -> None:
    document = {"token": "t", "data": {"token": "d"}, "a.b": "dotted", "list": [{}, {"x": "l"}], "none": None}
    assert answer(document).get(path) == found


@pytest.mark.parametrize("document", ["text", None, 5, [], [{}]])
def test_an_answer_that_is_no_object_has_nothing(document: object) -> None:
    assert answer(document).get("token") is None
    assert answer(document).quotation == ""
    assert not answer(document).is_transient


def test_what_is_wrong_is_quoted_and_no_other_value_is() -> None:
    said = {"error": "invalid_grant", "error_description": "s3cret is used", "refresh_token": "t0ken"}
    shown = answer(said, "s3cret").quotation
    assert shown == '. The API says: {"error":"invalid_grant","error_description":"*** is used"}'


def test_names_of_fields_are_told_where_nothing_is_wrong_unless_they_may_be_a_token() -> None:
    document = {"token": "t0ken", "expires": 5, "eyJhbGciOi.J9.t0ken": 1, "t" * 60: 2}
    assert answer(document).quotation == ". It has `token`, `expires`"


def test_some_errors_may_be_over_in_a_moment() -> None:
    assert answer({"error": "temporarily_unavailable"}).is_transient
    assert not answer({"error": "invalid_grant"}).is_transient
    assert not answer({"error": {"code": 5}}).is_transient


@pytest.mark.parametrize(
    ("body", "what"), [(b" <!doctype html>", "a page of HTML or XML"), (b"t0ken=a", "something that is not JSON")]
)
def test_a_body_that_is_no_json_is_told_without_it(body: bytes, what: str) -> None:
    response = requests.Response()
    response._content = body  # noqa: SLF001 - requests has no other way to make one
    with pytest.raises(TransientError) as raised:
        TokenAnswer.of(response, Redactor(), name="the login", setting="login.path")
    assert str(raised.value) == f"the login answered {what}; check `login.path`"


@pytest.mark.parametrize(
    "body", [b'\xef\xbb\xbf{"access_token": "t0/ken", "scope": "a b"}', b"access_token=t0%2Fken&scope=a+b\n"]
)
def test_an_answer_may_be_a_form_or_have_a_byte_order_mark(body: bytes) -> None:
    response = requests.Response()
    response._content = body  # noqa: SLF001 - requests has no other way to make one
    found = TokenAnswer.of(response, Redactor(), name="the login", setting="login.path")
    assert (found.get("access_token"), found.get("scope")) == ("t0/ken", "a b")


@pytest.mark.parametrize(
    ("given", "seconds"),
    [(5, 5), ("7", 7), ("0.5", 0.5), (0, None), (-5, None), ("soon", None), (None, None), ("nan", None), (True, None)],
)
def test_seconds_are_a_number_above_0(given: object, seconds: float | None) -> None:
    assert seconds_of(given) == seconds
