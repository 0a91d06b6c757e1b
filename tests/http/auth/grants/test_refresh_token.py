"""A refresh token over real HTTP: renewed, rotated, kept for the next run, and shared by runs at the same time."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.auth.oauth import OAuth2
from tap_analytics.http.auth.tokens import NoTokenError
from tap_analytics.report.redaction.redact import MASK
from tap_analytics.sandbox import Answer
from tests.http.conftest import get

if TYPE_CHECKING:
    from pathlib import Path

    from tap_analytics.http.auth.auth import Authenticator
    from tap_analytics.http.sender import Sender
    from tap_analytics.sandbox import Request, Sandbox

TOKEN_PATH = "/oauth/token"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "token.json"


def refreshing(sender: Sender, api: Sandbox, path: Path | None = None, **changes: Any) -> Authenticator:  # noqa: ANN401
    usual = {"api_url": api.url, "client_id": api.options.client_id, "client_secret": api.options.client_secret}
    config = usual | {"refresh_token": api.options.refresh_token, "token_file": path and str(path)} | changes
    return OAuth2.of(config, sender)


def token_requests(api: Sandbox) -> list[Request]:
    return [request for request in api.requests if request.path == TOKEN_PATH]


def test_a_token_that_rotates_is_kept_for_the_next_run(sender: Sender, api: Sandbox, path: Path) -> None:
    for run in range(3):
        assert get(sender, api, refreshing(sender, api, path), limit=1).status_code == 200
        assert len(token_requests(api)) == run + 1
    kept = json.loads(path.read_text())["refresh_token"]
    assert kept != api.options.refresh_token
    assert sender.redactor.redact(kept) == MASK


def test_one_run_renews_with_the_newest_and_warns_once_without_a_file(
    sender: Sender, api: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    authenticator = refreshing(sender, api)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            get(sender, api, authenticator, limit=1)
            api.revoke_tokens()
    assert len(token_requests(api)) == 3
    assert [record.message.split(";")[1] for record in caplog.records] == [
        " set `token_file`, where new ones are kept for the next run."
    ]


def test_a_token_that_stays_is_not_written(sender: Sender, api: Sandbox, path: Path) -> None:
    api.reset(is_rotating=False)
    for _ in range(2):
        get(sender, api, refreshing(sender, api, path), limit=1)
    assert not path.exists()


def test_runs_at_the_same_time_take_turns(sender: Sender, api: Sandbox, path: Path) -> None:
    def run(_: int) -> int:
        return get(sender, api, refreshing(sender, api, path), limit=1).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(run, range(8))) == {200}
    assert len(token_requests(api)) == 8


def test_a_refresh_token_that_is_used_up_is_told_with_where_it_was(sender: Sender, api: Sandbox, path: Path) -> None:
    get(sender, api, refreshing(sender, api), limit=1)
    with pytest.raises(NoTokenError) as raised:
        get(sender, api, refreshing(sender, api), limit=1)
    assert str(raised.value).startswith("no token, `refresh_token` may have expired, been revoked, or been used")
    assert '400 Bad Request for `/oauth/token`. The API says: {"error":"invalid_grant"}' in str(raised.value)
    path.write_text('{"refresh_token": "used-up-t0ken"}')
    with pytest.raises(NoTokenError) as raised:
        get(sender, api, refreshing(sender, api, path), limit=1)
    assert "the refresh token in `token_file` may have expired" in str(raised.value)
    assert "used-up-t0ken" not in str(raised.value)


def test_without_room_for_the_new_token_none_is_asked_for(sender: Sender, api: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "token.json.new").mkdir()
    with pytest.raises(FatalAPIError, match="no token was asked for, since a new one could be lost"):
        get(sender, api, refreshing(sender, api, tmp_path / "token.json"), limit=1)
    assert api.requests == []


def test_a_new_refresh_token_is_kept_even_where_the_answer_has_no_other(
    sender: Sender, api: Sandbox, path: Path
) -> None:
    api.intercept(lambda _: Answer(body={"refresh_token": "f0llowing", "access_token": None}))
    with pytest.raises(NoTokenError) as raised:
        get(sender, api, refreshing(sender, api, path))
    assert "f0llowing" not in str(raised.value)
    assert json.loads(path.read_text())["refresh_token"] == "f0llowing"
