"""Lists that are skewed in time, for tests of windows, and APIs that read windows badly."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalSyncError

from tap_analytics.sandbox import Answer, Sandbox
from tap_analytics.tap import TapAnalytics
from tests.conftest import Run
from tests.foreign import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_analytics.sandbox import Request
    from tests.foreign import Foreign

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
INCREMENTAL = {
    "cursor_path": "updated_at",
    "start_param": "updated_since",
    "end_param": "updated_before",
    "initial_value": "2024-01-01",
}


def load_skewed(api: Sandbox, count: int = 600, *, days: int = 600) -> list[Any]:
    """Load rows of which most were changed of late, in no order, and return their ids."""
    template = api.table("contacts").rows()[0]
    rows = []
    for number in range(count):
        share = ((number * 7919) % count / count) ** 0.2
        moment = FIRST + timedelta(seconds=int(days * 86_400 * share))
        rows.append({**template, "id": number + 1, "updated_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}"})
    api.table("contacts").load(rows)
    return [row["id"] for row in rows]


def alter(api: Sandbox, change: Callable[[Request], Request]) -> None:
    """Let the API answer another request than the one that it gets."""
    api.intercept(lambda request: api.answer(change(request)))


def ignoring(*params: str) -> Callable[[Request], Request]:
    return lambda request: request.with_params(**dict.fromkeys(params))


def refusing(most: int) -> Callable[[Request], Answer | None]:
    """Return what refuses offsets from some number on, as APIs do that search."""
    return lambda request: (
        Answer.error(400, "The offset is too large.") if int(request.params.get("offset", "0")) >= most else None
    )


def without_total(api: Sandbox) -> None:
    """Let the API say nothing of how many rows there are."""

    def answer(request: Request) -> Answer:
        given = api.answer(request)
        return given if given.status >= 400 else replace(given, body={"data": given.json()["data"]})

    api.intercept(answer)


def offsets(api: Sandbox) -> list[int]:
    return [int(request.params["offset"]) for request in api.requests_to("contacts")]


def ends_of(api: Sandbox) -> list[tuple[str | None, str | None]]:
    """Return from where to where rows were asked for, each window once."""
    asked = [request.params for request in api.requests_to("contacts")]
    return list(dict.fromkeys((each.get("updated_since"), each.get("updated_before")) for each in asked))


def contacts(incremental: dict[str, Any] | None = None, **words: Any) -> dict[str, Any]:  # noqa: ANN401 - any word
    """Return an entry of the contacts that asks for both ends of what is new."""
    return {"name": "contacts", "endpoint": {"incremental": INCREMENTAL | (incremental or {}), **words}}


def sync(
    api: Sandbox | Foreign,
    *resources: object,
    state: dict[str, Any] | None = None,
    **settings: Any,  # noqa: ANN401 - any setting
) -> Run:
    """Return what a sync in this process brings, one request after another; windows have 100 rows at most."""
    usual = {"page_size": 20, "window_rows": 100, "concurrency": 1, "backoff_factor": 0, "max_retries": 0}
    key = api.api_key if isinstance(api, Sandbox) else TOKEN
    config = {"api_url": api.url, "api_key": key, "resources": [*resources]} | usual | settings
    out, code, reason = io.StringIO(), 0, ""
    with redirect_stdout(out):
        tap = TapAnalytics(config=config, state=state)
        try:
            tap.sync_all()
        except FatalSyncError as error:
            code, reason = 1, str(error)
    return Run(code, out.getvalue(), reason)
