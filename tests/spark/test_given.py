"""Options that Spark is given: documents and their secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.spark.given import document, holds_secrets, variables_of, with_environment

if TYPE_CHECKING:
    from pathlib import Path


def test_a_document_is_json_or_the_path_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"api_url": "http://a"}')
    assert document('{"api_url": "http://a"}') == document(str(tmp_path / "config.json")) == {"api_url": "http://a"}


@pytest.mark.parametrize(("text", "fault"), [("no/such/file", "cannot be read"), ("{", "is not a JSON object")])
def test_what_is_no_document_is_refused(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        document(text)


@pytest.mark.parametrize(
    "given",
    [
        {"api_key": "k"},
        {"headers": {"X-Token": "k"}},
        {"login": {"body": {"pin": "k"}}},
        {"client": {"auth": {"type": "bearer", "token": "k"}}},
        {"resources": [{"endpoint": {"auth": {"type": "bearer", "token": "k"}}}]},
        {"resource_defaults": {"endpoint": {"headers": {"X-Token": "k"}}}},
        {"client": {"auth": {"type": "bearer", "token": "a$TOKEN"}}},
        {"accounts": [{"name": "north", "api_key": "k"}]},
    ],
)
def test_a_secret_is_found_wherever_it_stands(given: dict[str, Any]) -> None:
    assert holds_secrets(given)


@pytest.mark.parametrize(
    "given",
    [
        {"api_url": "http://a", "resources": ["contacts", {"endpoint": {"params": {"a": "b"}}}]},
        {"client": {"base_url": "http://a", "auth": {"type": "bearer", "token": "$TOKEN"}}},
        {"login": {"path": "/in", "body": {"pin": "${PIN}"}}},
        {"accounts": [{"name": "north", "api_key": "$NORTH_API_KEY"}]},
    ],
)
def test_the_name_of_a_variable_is_no_secret(given: dict[str, Any]) -> None:
    assert not holds_secrets(given)


def test_secrets_alone_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAP_ANALYTICS_API_KEY", "key")
    monkeypatch.setenv("TAP_ANALYTICS_API_URL", "http://elsewhere")
    assert with_environment({"api_url": "http://a"}) == {"api_url": "http://a", "api_key": "key"}


def test_variables_are_found_wherever_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "a")
    monkeypatch.setenv("PIN", "b")
    monkeypatch.delenv("OTHER", raising=False)
    given = {"client": {"auth": {"token": "x-$TOKEN"}}, "accounts": [{"api_key": "${PIN}"}, "$OTHER", "5$$", 7]}
    assert variables_of(given) == {"TOKEN": "a", "PIN": "b"}
    assert with_environment(given) == given
