"""Who may send requests to the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import requests

    from tap_analytics.sandbox import Sandbox
    from tests.sandbox.conftest import Get


def test_the_key_opens_the_api_from_a_parameter_a_header_or_as_bearer(api: Sandbox, get: Get) -> None:
    assert get("contacts").status_code == 200
    assert get.with_headers(X_API_Key=api.api_key) == 200
    assert get.with_headers(Authorization=f"Bearer {api.api_key}") == 200


def test_the_key_may_have_another_name(api: Sandbox, get: Get) -> None:
    assert get.with_headers(X_Token=api.api_key) == 401
    api.reset(key_name="X-Token")
    assert get.with_headers(X_Token=api.api_key) == 200
    assert get("contacts", **{"api_key": "", "X-Token": api.api_key}).status_code == 200


def test_an_empty_key_opens_the_api_to_all(api: Sandbox, get: Get) -> None:
    assert get.with_headers() == 401
    api.reset(api_key="")
    assert get.with_headers() == 200


def test_a_wrong_key_is_refused_and_not_repeated(get: Get) -> None:
    response = get("contacts", api_key="not-the-key")
    assert response.status_code == 401
    assert response.json()["error"]
    assert "not-the-key" not in response.text + str(response.headers)


def test_a_client_gets_a_token_that_opens_the_api(api: Sandbox, get: Get) -> None:
    response = get.token(client_id=api.options.client_id, client_secret=api.options.client_secret, scope="read")
    token = response.json()
    assert token == {"access_token": token["access_token"], "token_type": "Bearer", "expires_in": 3600, "scope": "read"}
    assert get.with_headers(Authorization=f"Bearer {token['access_token']}") == 200


def test_http_basic_credentials_are_decoded_as_a_form(api: Sandbox, session: requests.Session) -> None:
    api.reset(client_id="a b", client_secret="p%/:ä")
    url, form = f"{api.url}/oauth/token", {"grant_type": "client_credentials"}
    encoded = session.post(url, data=form, auth=("a+b", "p%25%2F%3A%C3%A4"), timeout=5)
    assert encoded.status_code == 200
    assert session.post(url, data=form, auth=("a b", "p%/:a"), timeout=5).json() == {"error": "invalid_client"}


def test_a_wrong_client_gets_no_token(api: Sandbox, get: Get) -> None:
    response = get.token(client_id=api.options.client_id, client_secret="wrong")
    assert (response.status_code, response.json()) == (401, {"error": "invalid_client"})


def test_another_grant_gets_no_token(get: Get) -> None:
    response = get.token(grant_type="device_code")
    assert (response.status_code, response.json()) == (400, {"error": "unsupported_grant_type"})


def test_a_token_expires_and_can_be_revoked(api: Sandbox, get: Get) -> None:
    client = {"client_id": api.options.client_id, "client_secret": api.options.client_secret}
    token = get.token(**client).json()["access_token"]
    api.revoke_tokens()
    assert get.with_headers(Authorization=f"Bearer {token}") == 401
    api.reset(token_lifetime=0)
    token = get.token(**client).json()["access_token"]
    assert get.with_headers(Authorization=f"Bearer {token}") == 401


def test_a_user_opens_the_api_by_http_basic(api: Sandbox, get: Get, session: requests.Session) -> None:
    url, user = f"{api.url}/v1/contacts", (api.options.username, api.options.password)
    assert session.get(url, auth=user, timeout=5).status_code == 200
    assert session.get(url, auth=(user[0], "wrong"), timeout=5).status_code == 401
    token = get.token(grant_type="password", username=user[0], password=user[1]).json()["access_token"]
    assert get.with_headers(Authorization=f"Token {token}") == get.with_headers(Authorization=token) == 200


def test_a_refresh_token_serves_once_where_it_rotates(api: Sandbox, get: Get) -> None:
    client = {"client_id": api.options.client_id, "client_secret": api.options.client_secret}
    form = {"grant_type": "refresh_token", "refresh_token": api.options.refresh_token, **client}
    following = get.token(**form).json()["refresh_token"]
    assert get.token(**form).json() == {"error": "invalid_grant"}
    assert get.token(**form | {"refresh_token": following}).status_code == 200
    api.reset(is_rotating=False)
    assert [get.token(**form).status_code for _ in range(2)] == [200, 200]


def test_a_client_may_send_json_and_an_assertion(api: Sandbox, session: requests.Session) -> None:
    urn = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    for assertion, status in ((api.options.assertion, 200), ("a.b.c", 200), ("wrong", 400)):
        body = {"grant_type": urn, "assertion": assertion}
        assert session.post(f"{api.url}/oauth/token", json=body, timeout=5).status_code == status
    sent = session.post(f"{api.url}/oauth/token", data="[]", headers={"Content-Type": "application/json"}, timeout=5)
    assert sent.status_code == 400


def test_a_login_gives_a_token_in_three_places(api: Sandbox, get: Get, session: requests.Session) -> None:
    user = {"username": api.options.username, "password": api.options.password}
    answer = session.post(f"{api.url}/login", json=user, timeout=5)
    token = answer.json()["data"]["token"]
    assert answer.headers["X-Session-Token"] == answer.cookies["session"] == token
    session.cookies.clear()
    assert get.with_headers(X_Session_Token=token) == get.with_headers(Cookie=f"a=b; session={token}") == 200
    api.revoke_tokens()
    assert get.with_headers(X_Session_Token=token) == get.with_headers(Cookie=f"session={token}") == 401
    assert session.post(f"{api.url}/login", data=user | {"password": "wrong"}, timeout=5).status_code == 401
    assert session.get(f"{api.url}/login", timeout=5).status_code == 405
