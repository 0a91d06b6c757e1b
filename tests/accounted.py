"""An API of several accounts, each with a key and lists of its own, for tests of accounts."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalSyncError

from tap_analytics.sandbox import Answer
from tap_analytics.tap import TapAnalytics
from tests.conftest import Run

if TYPE_CHECKING:
    import pytest

    from tap_analytics.sandbox import Request, Sandbox

KEYS = {"north": "north-key-4711", "south": "south-key-0815", "west": "west-key-2342"}
# As a configuration has them.
ACCOUNTS = [{"name": name, "api_key": f"${name.upper()}_KEY"} for name in KEYS]
Rows = list[dict[str, Any]]


def rows(count: int, *, month: int = 1, **more: object) -> Rows:
    """Return rows whose ids begin with 1, each changed on a day of its own."""
    return [
        {"id": number, "updated_at": f"2025-{month:02}-{(number - 1) % 28 + 1:02}T00:00:00Z", **more}
        for number in range(1, count + 1)
    ]


def serve(api: Sandbox, *, delay: float = 0, **lists: Rows) -> dict[str, Rows]:
    """Let the API have these rows in every list, by the name of the account whose key comes; it knows no other key.

    What is returned may be changed. Each answer takes `delay` seconds.
    """

    def answer(request: Request) -> Answer:
        params, names = request.params, {key: name for name, key in KEYS.items()}
        name = names.get(params.get("api_key", ""), "")
        if name not in lists:
            return Answer.error(401, f"The key {params.get('api_key')} is not known.")
        since, until = params.get("updated_since", ""), params.get("updated_before", "9")
        found = [row for row in lists[name] if since <= str(row.get("updated_at", "5")) < until]
        offset, limit = int(params.get("offset", 0)), int(params.get("limit", 100))
        return Answer(200, {"data": found[offset : offset + limit], "total": len(found)}, delay=delay)

    api.intercept(answer)
    return lists


def set_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the keys of all accounts into the environment."""
    for name, key in KEYS.items():
        monkeypatch.setenv(f"{name.upper()}_KEY", key)


def config(api: Sandbox, *resources: object, **settings: Any) -> dict[str, Any]:  # noqa: ANN401 - any setting
    """Return a configuration of all accounts."""
    usual = {"api_url": api.url, "backoff_factor": 0, "max_retries": 0, "accounts": ACCOUNTS}
    usual["start_param"] = "updated_since"
    return usual | {"resources": [*resources] or ["contacts"]} | settings


def sync(
    api: Sandbox,
    *resources: object,
    state: dict[str, Any] | None = None,
    **settings: Any,  # noqa: ANN401 - any setting
) -> Run:
    """Return what a sync of all accounts in this process brings."""
    out, code, reason = io.StringIO(), 0, ""
    with redirect_stdout(out):
        tap = TapAnalytics(config=config(api, *resources, **settings), state=state)
        try:
            tap.sync_all()
        except FatalSyncError as error:
            code, reason = 1, str(error)
    return Run(code, out.getvalue(), reason)


def ids_of(run: Run, stream: str = "contacts") -> list[tuple[str, Any]]:
    """Return account and id of each record, in the order of both."""
    return sorted((row["_account"], row["id"]) for row in run.records(stream))


def ids_in(**lists: Rows) -> list[tuple[str, Any]]:
    """Return account and id of each row that the API has."""
    return sorted((name, row["id"]) for name, found in lists.items() for row in found)
