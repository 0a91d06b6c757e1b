"""Each way to sign in, through whole syncs, of the tap and of one resource, and no secret anywhere."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from tests.foreign import Foreign, Reply, in_envelope
from tests.syncs.dlt_shape import PARTS, REFS, faults, parts, refs, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tap_analytics.sandbox import Sandbox
    from tests.conftest import TapRunner
    from tests.foreign import Call


@pytest.fixture
def foreign() -> Iterator[Foreign]:
    with Foreign(is_open=True) as foreign:
        yield foreign


def guard(header: str, value: Callable[[], str]) -> Callable[[Call], Reply]:
    """Return parts for who sends a header with this value."""
    return lambda call: (
        in_envelope(PARTS) if call.headers.get(header) == value() else Reply({"error": "no"}, status=401)
    )


def test_a_resource_has_a_session_of_its_own_that_is_renewed(foreign: Foreign) -> None:
    given: list[str] = []

    def log_in(call: Call) -> Reply:
        given.append(f"t0ken-{len(given)}")
        return Reply({"session": given[-1]} if call.json == {"pin": "1234"} else {})

    foreign.serve("/login", log_in)
    # The first token is refused.
    foreign.serve("/parts", guard("x-session", lambda: f"t0ken-{max(len(given) - 1, 1)}"))
    auth = {"type": "login", "path": "/login", "json": {"pin": "1234"}, "token_path": "session", "header": "X-Session"}
    entry = parts(auth=auth, paginator="single_page") | {"schema": {"properties": {"ref": {"type": "string"}}}}
    assert refs(sync(foreign, entry)) == REFS
    assert len(foreign.calls_to("/login")) == 2


@pytest.mark.parametrize("place", ["client", "endpoint"])
def test_words_of_oauth2_are_the_same_for_all_and_for_one_resource(foreign: Foreign, place: str) -> None:
    foreign.serve("/token", lambda call: Reply({"t": "t0ken", **call.form}))
    foreign.serve("/parts", guard("authorization", lambda: "Zap t0ken"))
    auth = {
        "type": "oauth2_refresh_token",
        "client_id": "c",
        "refresh_token": "r3fresh-0ne",
        "token_url": f"{foreign.url}/token",
        "access_token_request_data": {"audience": "parts"},
        "token_path": "t",
        "token_prefix": "Zap",
    }
    entry = parts(paginator="single_page", **({"auth": auth} if place == "endpoint" else {}))
    entry |= {"schema": {"properties": {"ref": {"type": "string"}}}}
    run = sync(foreign, entry, client={"auth": auth} if place == "client" else {})
    assert refs(run) == REFS
    (call,) = foreign.calls_to("/token")
    assert call.form == {
        "grant_type": "refresh_token",
        "refresh_token": "r3fresh-0ne",
        "client_id": "c",
        "audience": "parts",
    }


def test_a_token_that_is_signed_here_is_sent_without_an_endpoint(foreign: Foreign, tap: TapRunner) -> None:
    secret = "a secret of thirty-two characters, or more"

    def answer(call: Call) -> Reply:
        try:
            jwt.decode(call.headers["authorization"].removeprefix("Bearer "), secret, ["HS256"], audience="api")
        except jwt.InvalidTokenError as error:
            return Reply({"error": str(error)}, 401)
        return Reply([{"id": 1}])

    foreign.serve("/rows", answer)
    rows = {"name": "rows", "endpoint": {"data_selector": "$", "paginator": "single_page"}}
    for given, code in ((secret, 0), (secret.upper(), 1)):
        claims = {"aud": "api"}
        run = tap(
            api_url=foreign.url,
            api_key=None,
            grant_type="self-signed",
            client_secret=given,
            jwt_claims=claims,
            resources=[rows],
        )
        assert (run.code, given in run.stderr) == (code, False)


def test_a_resource_takes_no_setting_of_the_credentials_of_the_tap(foreign: Foreign) -> None:
    foreign.serve("/token", lambda _: Reply({"access_token": "t0ken"}))
    foreign.serve("/parts", guard("authorization", lambda: "Bearer t0ken"))
    client = {"type": "oauth2", "client_id": "c", "client_secret": "s", "token_url": "https://localhost:1/token"}
    own = {"type": "oauth2", "client_id": "d", "client_secret": "e", "token_url": f"{foreign.url}/token"}
    entry = parts(paginator="single_page", auth=own) | {"schema": {"properties": {"ref": {"type": "string"}}}}
    run = sync(foreign, entry, client={"auth": client | {"token_prefix": "Zap", "token_params": {"a": "b"}}})
    assert refs(run) == REFS
    assert foreign.calls_to("/token")[0].form == {
        "grant_type": "client_credentials",
        "client_id": "d",
        "client_secret": "e",
    }


def test_faults_of_credentials_are_told_with_their_place(foreign: Foreign) -> None:
    entry = parts(paginator={"type": "json_link", "link_query_only": True, "link_without_key": True})
    login = parts(auth={"type": "login", "path": "/l"}) | {"name": "others"}
    assert "`resources[0].endpoint.auth` does not say where the answer has the token" in str(faults(foreign, login))
    assert "has `link_query_only` and `link_without_key`; remove one of them" in str(faults(foreign, entry))
    body = parts(paginator={"type": "json_link", "link_without_key": True}, method="POST", json={})
    assert "link_without_key` is for requests without a body" in str(faults(foreign, body))


def test_links_elsewhere_are_followed_as_declared(foreign: Foreign) -> None:
    with Foreign(is_open=True) as other:
        calls: list[Call] = []

        def second(call: Call) -> Reply:
            calls.append(call)
            return in_envelope(PARTS[5:]) if call.params["mark"] == "c" else in_envelope(PARTS[3:5], next="?mark=c")

        other.routes["/api/more"] = second
        foreign.serve("/more", lambda _: in_envelope(PARTS[3:]))
        foreign.serve("/parts", lambda _: in_envelope(PARTS[:3], next=f"{other.url}/more?mark=b&key=s3cret"))
        schema = {"schema": {"properties": {"ref": {"type": "string"}}}}
        link = {"type": "json_link", "next_url_path": "result.next"}

        run = sync(foreign, parts(paginator=link | {"link_query_only": True}) | schema)
        assert refs(run) == REFS
        assert (calls, len(foreign.calls_to("/more"))) == ([], 1)

        client = {"headers": {"X-Team": "s3cret"}}
        entry = parts(paginator=link | {"link_without_key": True}, headers={"X-Own": "s3cret"}) | schema
        assert refs(sync(foreign, entry, client=client)) == REFS
        assert [call.params for call in calls] == [{"mark": "b", "key": "s3cret"}, {"mark": "c"}]
        assert not {"x-token", "x-team", "x-own", "authorization", "cookie"} & {
            name.lower() for name in calls[0].headers
        }

        run = sync(foreign, parts(paginator=link) | schema)
        assert run.code == 1
        assert len(calls) == 2


SECRETS = ("sandbox-password", "sandbox-refresh-token", "sandbox-token-", "sandbox-refresh-")


def test_no_way_to_sign_in_shows_a_secret(sandbox: Sandbox, tap: TapRunner, tmp_path: Path) -> None:
    sandbox.reset()
    options = sandbox.options
    client: dict[str, Any] = {"client_id": options.client_id, "client_secret": options.client_secret}
    user = {"username": options.username, "password": options.password}
    file = tmp_path / "rotated"
    ways: list[dict[str, Any]] = [
        client | {"refresh_token": options.refresh_token, "token_file": str(file)},
        {"login": {"path": "/login", "json": user, "token_path": "data.token"}},
        user,
    ]
    for way in ways:
        run = tap(streams=["deals"], api_key=None, **way)
        assert run.code == 0, run.stderr
        encoded = base64.b64encode(f"{options.username}:{options.password}".encode()).decode()
        assert not [secret for secret in (*SECRETS, encoded) if secret in run.stdout + run.stderr]
    kept = json.loads(file.read_text())["refresh_token"]
    assert kept.startswith("sandbox-refresh-")
    failed = tap(streams=["deals"], api_key=None, **client, refresh_token=options.refresh_token)
    assert failed.code == 1
    assert "`refresh_token` may have expired, been revoked, or been used elsewhere; get a new one" in failed.stderr
    assert "set it as `refresh_token` with a `token_file`, which keeps each new one" in failed.stderr
    assert options.refresh_token not in failed.stderr
