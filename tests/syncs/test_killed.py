"""A backfill in windows that is killed at any moment goes on at what is missing, and no row is lost."""

from __future__ import annotations

import signal
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from tests.windowed import contacts, skewed

if TYPE_CHECKING:
    from tap_analytics.sandbox import Answer, Request, Sandbox
    from tests.conftest import Run, TapRunner
    from tests.ready import Ready

ROWS = 150
SETTINGS: dict[str, Any] = {"page_size": 25, "window_rows": 50, "concurrency": 3}
# Windows of equal length, and windows of what the API says of their rows.
WAYS = {"steps": {"step": "P60D", "end_value": "2025-09-01"}, "totals": {"end_value": "now"}}


def stored(run: Run) -> Run:
    """Return what a target has of a run that was killed: all up to the last state, which says that it is stored."""
    lines = run.stdout.splitlines(keepends=True)
    states = [number for number, line in enumerate(lines) if line.endswith("\n") and '"type":"STATE"' in line]
    return replace(run, stdout="".join(lines[: states[-1] + 1] if states else []))


def killing(api: Sandbox, ready: Ready, *, number: int) -> None:
    """Let the API kill the tap at one of its requests, in whatever the tap does meanwhile."""
    requests = count(1)

    def answer(request: Request) -> Answer:
        if next(requests) == number:
            ready.kill()
        return replace(api.answer(request), delay=0.02)

    api.intercept(answer)


def finished(state: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the windows that a state says are read, from their starts to their ends."""
    entry = state.get("bookmarks", {}).get("contacts", {})
    first = [("2024-01-01T00:00:00Z", entry["replication_key_value"])] if "replication_key_value" in entry else []
    return first + [(start, end) for start, end in entry.get("finished_windows", [])]


def is_within(asked: dict[str, str], windows: list[tuple[str, str]]) -> bool:
    start, end = asked["updated_since"], asked["updated_before"]
    return any(first <= start and end <= last for first, last in windows)


def backfill(tap: TapRunner, way: str, state: dict[str, Any] | None = None) -> Run:
    return tap(state=state, resources=[contacts(WAYS[way])], **SETTINGS)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.slow)])
def test_a_backfill_that_is_killed_at_a_request_goes_on_at_what_is_missing(
    api: Sandbox, tap: TapRunner, ready: Ready, *, way: str, every: int
) -> None:
    skewed(api, ROWS)
    assert backfill(tap, way).code == 0
    resumed = []
    for number in range(4, len(api.requests) + 1, every):
        api.reset()
        expected = skewed(api, ROWS)
        killing(api, ready, number=number)
        killed = backfill(tap, way)
        assert killed.code == -signal.SIGKILL
        first, before = stored(killed), len(api.requests)
        api.intercept(api.answer)
        rest = backfill(tap, way, first.state)
        assert rest.code == 0, rest.stderr
        assert sorted(first.ids("contacts") + rest.ids("contacts")) == expected
        asked = [each.params for each in api.requests[before:]]
        resumed += finished(first.state)
        assert [window for window in asked if is_within(window, finished(first.state))] == []
    assert resumed


def test_a_backfill_that_is_killed_again_and_again_comes_to_its_end(api: Sandbox, tap: TapRunner, ready: Ready) -> None:
    expected = skewed(api, ROWS)
    state: dict[str, Any] = {}
    found: list[Any] = []
    for _ in range(20):
        killing(api, ready, number=6)
        run = backfill(tap, "steps", state)
        kept = stored(run)
        state = kept.state or state
        found += kept.ids("contacts")
        if run.code == 0:
            break
    assert sorted(found) == expected
