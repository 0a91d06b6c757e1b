from __future__ import annotations

import pytest

from tap_analytics.report.redaction.named import values
from tap_analytics.report.redaction.redact import MASK, Redactor


@pytest.mark.parametrize(
    "text",
    [
        "GET /v1?api_key=<any>&limit=5",
        "GET /v1?limit=5&apikey=<any> HTTP/1.1",
        "db_password=<any>",
        "\u0130\u0130 API_KEY=<Any>",
        '{"access_token": "<any word, or \\" more>", "limit": 5}',
        "{'client_secret': '<any>'}",
        "{b'X-Api-Key': b'<any>'}",
        '{"token":<12345>}',
        '{"password":"<cut short>',
        '{"accessToken" => "<any>"}',
        "Authorization: Bearer <any> was sent",
        "authorization: <any>",
        '"Authorization": "Basic <any>"',
        "Proxy-Authorization=Token <any>",
        "X-Api-Key: <any>\nAccept: */*",
        "x-auth-token: <any>, accept: all",
        "Cookie: <session=1; other=2>\nAccept: */*",
        "token: <t0ken>",
        "secret: <averyveryverylongword>",
        "<api_key><any></api_key>",
        "sent Bearer <abcdefghijkl0123456789>",
        "{'headers': {'token': '<a>', 'api-key': '<b>'}}",
    ],
)
def test_a_value_behind_the_name_of_a_credential_is_masked(text: str) -> None:
    """What is in angle brackets is the value."""
    tag = "api_key>" in text and text.startswith("<")
    marked = text.replace("<any>", "«any»") if tag else text.replace("<", "«").replace(">", "»").replace("=»", "=>")
    plain = marked.replace("«", "").replace("»", "")
    found = []
    while "«" in marked:
        left, _, rest = marked.partition("«")
        value, _, right = rest.partition("»")
        found.append((len(left), len(left) + len(value)))
        marked = left + value + right
    assert list(values(plain)) == found


@pytest.mark.parametrize(
    "text",
    [
        "check `api_key`",
        "check `client_id`, `client_secret`, `token_url` and `scope`: 401 Unauthorized",
        "credentials are missing; set `api_key`, or `client_id` and `client_secret`",
        "the header is `Authorization: `; `api_key`: must be text",
        "api_key_location: header",
        "no token: the endpoint is down",
        "invalid token: expired",
        "api_key: must be a text",
        '{"token": null, "secret": {"a": 1}, "password": ""}',
        "next_page_token=abc123 page_token: 5",
        "token == other, token > 5",
        "bearer of bad news, basic authentication-is-required",
        "https://example.com/oauth/token?x=1",
        "api_key={key} of `token=`",
        "the monkey: 5, a keyboard=2",
    ],
)
def test_what_is_no_credential_stays(text: str) -> None:
    redacted = Redactor().redact(text)
    assert redacted.replace(f"=={MASK}", "== other") == text


def test_a_masked_text_stays_as_it_is() -> None:
    once = Redactor().redact('api_key=any&x "token": "any" Authorization: Bearer any')
    assert once == f'api_key={MASK}&x "token": "{MASK}" Authorization: Bearer {MASK}'
    assert Redactor().redact(once) == once
