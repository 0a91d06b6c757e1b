"""The key is nowhere: `TapRunner` looks for it after every run of every test; here are the cases of no other test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.sandbox import Answer
from tap_analytics.sandbox.faults import FAULTS

if TYPE_CHECKING:
    from pathlib import Path

    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import TapRunner

STRUCTURED_LOG = """
version: 1
disable_existing_loggers: false
formatters:
  structured:
    (): singer_sdk.logging.StructuredFormatter
handlers:
  console:
    class: logging.StreamHandler
    formatter: structured
    stream: ext://sys.stderr
root:
  level: DEBUG
  handlers: [console]
"""

# Faults that take real time, and are covered at less of it elsewhere.
QUICK = sorted(FAULTS.keys() - {"slow", "rate_limited", "rate_limited_date"})


@pytest.fixture
def json_log(tmp_path: Path) -> dict[str, str]:
    """The environment that Meltano gives a tap: its log as JSON."""
    config = tmp_path / "logging.yaml"
    config.write_text(STRUCTURED_LOG)
    return {"SINGER_SDK_LOG_CONFIG": str(config)}


@pytest.mark.parametrize("fault", QUICK)
def test_no_fault_brings_a_secret_into_the_structured_log(
    api: Sandbox, tap: TapRunner, json_log: dict[str, str], fault: str
) -> None:
    api.fault(fault)
    run = tap(environment=json_log)
    assert json.loads(run.stderr.splitlines()[-1])["logger_name"]
    assert "***" in run.stderr  # the key was there, in the lines of urllib3


@pytest.mark.parametrize("location", ["query", "header", "bearer"])
def test_an_echoed_request_shows_no_key(api: Sandbox, tap: TapRunner, location: str) -> None:
    def echo(request: Request) -> Answer:
        headers = [request.headers.get(name) for name in ("api_key", "authorization")]
        return Answer(403, {"query": request.query, "headers": headers})

    api.intercept(echo)
    run = tap(streams=["contacts"], api_key_location=location)
    assert run.code == 1
    assert "***" in run.stderr


def test_a_body_is_redacted_before_it_is_cut(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda request: Answer(403, "x" * 190 + request.params["api_key"]))
    run = tap(streams=["contacts"])
    assert f"{'x' * 190}***" in run.stderr
    assert api.api_key[:4] not in run.stderr


def test_a_token_endpoint_that_echoes_its_form_shows_no_secret(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda request: Answer(400, request.body) if request.path == "/oauth/token" else None)
    secrets: dict[str, Any] = {"client_id": api.options.client_id, "client_secret": api.options.client_secret}
    for method in ("client_secret_post", "client_secret_basic"):
        assert tap(streams=["contacts"], api_key=None, token_endpoint_auth_method=method, **secrets).code == 1


def test_tokens_are_secrets_too(api: Sandbox, tap: TapRunner) -> None:
    token = "t0ken/with+every &awkward=%character"
    api.intercept(
        lambda request: (
            Answer(200, {"access_token": token})
            if request.path == "/oauth/token"
            else Answer(403, dict(request.headers))
        )
    )
    secrets: dict[str, Any] = {"client_id": api.options.client_id, "client_secret": api.options.client_secret}
    run = tap(streams=["contacts"], api_key=None, **secrets)
    assert run.code == 1
    assert "***" in run.stderr
    assert "t0ken" not in run.stderr


def test_header_values_are_secrets(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda request: Answer(403, dict(request.headers)))
    run = tap(streams=["contacts"], headers={"X-Tenant": "tenant-secret-42"})
    assert "tenant-secret-42" not in run.stderr
    assert api.requests[0].headers["x-tenant"] == "tenant-secret-42"


@pytest.mark.parametrize("wrong", [{"page_size": 0}, {"api_url": "ftp://x"}, {"client_secret": "another-secret"}])
def test_settings_that_are_refused_show_no_secret(api: Sandbox, tap: TapRunner, wrong: dict[str, Any]) -> None:
    run = tap(**wrong)
    assert run.code == 1
    assert not api.requests
    assert "another-secret" not in run.stderr
    assert "Traceback" not in run.stderr


def test_about_shows_no_value_of_the_environment(tap: TapRunner) -> None:
    run = tap.run("--about", "--format", "json", environment={"TAP_ANALYTICS_API_KEY": "key-of-the-environment"})
    assert run.code == 0
    assert "key-of-the-environment" not in run.stdout + run.stderr
