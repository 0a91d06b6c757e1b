"""Classes of the file that ask for a token in their own way: the words for what is usual."""

from __future__ import annotations

from typing import Any

import pytest

from tests.resources.dlt_python.readings import read, sentences

_BASIC = 'authentication = b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()'
_HEADERS = '{"Authorization": f"Basic {authentication}", "Content-Type": "application/x-www-form-urlencoded"}'
_GIVEN = {"access_token_url": "https://a/token", "client_id": "$ID", "client_secret": "$SECRET"}


def _auth(body: str) -> tuple[Any, list[str]]:
    made = read(f"""
        from base64 import b64encode
        from dlt.common.configuration import configspec
        from dlt.sources.helpers.rest_client.auth import OAuth2ClientCredentials
        @configspec
        class Own(OAuth2ClientCredentials):
            access_token_url: str = "https://a/token"
            def build_access_token_request(self):
                '''Ask for a token.'''
                {body}
        auth = Own(client_id=dlt.secrets["id"], client_secret=dlt.secrets["secret"])
        rest_api_source({{"client": {{"base_url": "u", "auth": auth}}, "resources": ["calls"]}})
    """)
    return made.content["client"].get("auth"), sentences(made, losing=True)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            f'{_BASIC}; return {{"headers": {_HEADERS}, "data": self.access_token_request_data}}',
            {"token_endpoint_auth_method": "client_secret_basic"},
        ),
        (
            f'{_BASIC}; return {{"headers": {_HEADERS}, "data": {{"grant_type": "account", "account_id": "7"}}}}',
            {
                "token_endpoint_auth_method": "client_secret_basic",
                "access_token_request_data": {"grant_type": "account", "account_id": "7"},
            },
        ),
        (
            'return {"data": {"client_id": self.client_id, "client_secret": self.client_secret, "audience": "a"}}',
            {"access_token_request_data": {"audience": "a"}},
        ),
    ],
)
def test_a_token_that_is_asked_for_by_basic_or_with_more_is_said_in_words(body: str, words: dict[str, Any]) -> None:
    found, losing = _auth(body)
    assert found == {"type": "oauth2_client_credentials"} | _GIVEN | words
    assert not losing


@pytest.mark.parametrize(
    "body",
    [
        'return {"headers": {"Authorization": f"Basic {self.client_id}"}}',
        'return {"headers": {"X-Key": self.client_secret}}',
        'return {"data": {"id": self.client_id, "secret": self.client_secret}}',
        'return {"json": self.access_token_request_data}',
        'return {"data": {"signed": sign(self.client_secret)}}',
        'return super().build_access_token_request() | {"headers": {}}',
        'if self.client_id: return {"data": {}}',
    ],
)
def test_a_token_that_is_asked_for_in_another_way_is_told(body: str) -> None:
    found, losing = _auth(body)
    assert found is None
    assert "write a class that derives from `requests.auth.AuthBase`" in losing[0]
