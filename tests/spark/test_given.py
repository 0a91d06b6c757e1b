"""What Spark is given: documents and their secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.spark.given import document, holds_secrets, with_environment

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
    ],
)
def test_the_name_of_a_variable_is_no_secret(given: dict[str, Any]) -> None:
    assert not holds_secrets(given)


def test_secrets_alone_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAP_ANALYTICS_API_KEY", "key")
    monkeypatch.setenv("TAP_ANALYTICS_API_URL", "http://elsewhere")
    assert with_environment({"api_url": "http://a"}) == {"api_url": "http://a", "api_key": "key"}


def test_variables_are_settled_once_and_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "a$b")
    monkeypatch.delenv("OTHER", raising=False)
    client = {"auth": {"token": "$TOKEN", "more": ["x-${TOKEN}", "$OTHER", "5$$", 7]}}
    filled = with_environment({"client": client, "page_size": 5})
    assert filled == {"client": {"auth": {"token": "a$$b", "more": ["x-a$$b", "$OTHER", "5$$", 7]}}, "page_size": 5}
