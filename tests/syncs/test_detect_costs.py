"""What detection costs: one request at most where a response says how its list goes on, none where it is pinned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.sandbox.kinds import KINDS
from tap_analytics.tap import TapAnalytics
from tests.syncs.test_detection import SCHEMA, sync

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox

# Kinds whose responses say how they go on.
SURE = [name for name in KINDS if name not in {"bare", "ignored-offset", "nested", "no-total", "object", "skip"}]


def requests_of(api: Sandbox, **pinned: Any) -> int:  # noqa: ANN401 - words of an endpoint
    """Return how many requests a run takes that reads all rows."""
    entry = {"name": "contacts", "primary_key": "id", "schema": SCHEMA, "endpoint": {"path": "contacts", **pinned}}
    before = len(api.requests)
    run = sync({"client": {"base_url": f"{api.url}/v1"}, "resources": [entry], "concurrency": 1})
    assert (run.code, len(run.ids("contacts"))) == (0, 57)
    return len(api.requests) - before


@pytest.mark.parametrize("kind", SURE)
def test_what_a_response_says_costs_one_request_at_most_and_nothing_when_it_is_pinned(api: Sandbox, kind: str) -> None:
    api.reset(api_key="", kind=kind, rows={"contacts": 57}, usual_limit=20)
    found = requests_of(api)
    entry = {"name": "contacts", "primary_key": "id", "schema": SCHEMA, "endpoint": {"path": "contacts"}}
    tap = TapAnalytics(config={"client": {"base_url": f"{api.url}/v1"}, "resources": [entry]}, setup_mapper=False)
    next(iter(tap.discover("contacts")["contacts"].request_records(None)))
    pinned = requests_of(api, **tap.detector.words_of("contacts"))
    assert pinned <= found <= pinned + 1
