"""A backfill in windows that is killed at any moment goes on at what is missing, and no row is lost."""

from __future__ import annotations

import json
import signal
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.windowed import contacts, load_skewed

if TYPE_CHECKING:
    from pathlib import Path

    from tap_analytics.sandbox import Answer, Request, Sandbox
    from tests.conftest import Run, TapRunner
    from tests.ready import Ready

ROWS = 150
SETTINGS: dict[str, Any] = {"page_size": 25, "window_rows": 50, "concurrency": 3}
# Windows of equal length, and windows of what the API says of their rows.
WAYS = {"steps": {"step": "P60D", "end_value": "2025-09-01"}, "totals": {"end_value": "now"}}


def stored_part(run: Run) -> Run:
    """Return what a target has of a run that was killed: all up to the last state, which says that it is stored."""
    lines = run.stdout.splitlines(keepends=True)
    states = [number for number, line in enumerate(lines) if line.endswith("\n") and '"type":"STATE"' in line]
    return replace(run, stdout="".join(lines[: states[-1] + 1] if states else []))


class Killer:
    """Lets the API kill the tap at one of its next requests, in whatever the tap does meanwhile."""

    def __init__(self, api: Sandbox, ready: Ready) -> None:
        self._api = api
        self._ready = ready
        self._left = 0
        self._lock = threading.Lock()
        api.intercept(self._answer)

    def at(self, number: int) -> None:
        """Kill the tap at this request from now on; it is 1 for the next."""
        self._left = number

    def _answer(self, request: Request) -> Answer:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self._ready.kill()
        return replace(self._api.answer(request), delay=0.02)


def finished_windows(state: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the windows that a state says are read, from their starts to their ends."""
    entry = state.get("bookmarks", {}).get("contacts", {})
    first = [("2024-01-01T00:00:00Z", entry["replication_key_value"])] if "replication_key_value" in entry else []
    return first + [(start, end) for start, end in entry.get("finished_windows", [])]


def is_within(asked: dict[str, str], windows: list[tuple[str, str]]) -> bool:
    if not {"updated_since", "updated_before"} <= asked.keys():  # a look at the list without its start or its end
        return False
    start, end = asked["updated_since"], asked["updated_before"]
    return any(first <= start and end <= last for first, last in windows)


def backfill(tap: TapRunner, way: str, state: dict[str, Any] | None = None) -> Run:
    return tap(state=state, resources=[contacts(WAYS[way])], **SETTINGS)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("every", [6, pytest.param(2, marks=pytest.mark.slow)])
def test_a_backfill_that_is_killed_at_a_request_goes_on_at_what_is_missing(
    api: Sandbox, tap: TapRunner, ready: Ready, *, way: str, every: int
) -> None:
    load_skewed(api, ROWS)
    assert backfill(tap, way).code == 0
    resumed = []
    for number in range(4, len(api.requests) + 1, every):
        api.reset()
        expected = load_skewed(api, ROWS)
        Killer(api, ready).at(number)
        killed = backfill(tap, way)
        assert killed.code == -signal.SIGKILL
        first, before = stored_part(killed), len(api.requests)
        rest = backfill(tap, way, first.state)
        assert rest.code == 0, rest.stderr
        assert sorted(first.ids("contacts") + rest.ids("contacts")) == expected
        asked = [each.params for each in api.requests[before:]]
        resumed += finished_windows(first.state)
        assert [window for window in asked if is_within(window, finished_windows(first.state))] == []
    assert resumed


def test_a_backfill_that_is_killed_again_and_again_comes_to_its_end(api: Sandbox, tap: TapRunner, ready: Ready) -> None:
    expected, killer = load_skewed(api, ROWS), Killer(api, ready)
    state: dict[str, Any] = {}
    found: list[Any] = []
    codes: list[int] = []
    while 0 not in codes and len(codes) < 20:
        killer.at(10 + len(codes))
        run = backfill(tap, "steps", state)
        codes.append(run.code)
        kept = stored_part(run)
        state = kept.state or state
        found += kept.ids("contacts")
    assert codes.count(-signal.SIGKILL) == len(codes) - 1 > 1
    assert sorted(found) == expected


def test_a_refresh_token_that_rotated_is_there_whole_after_a_kill(
    api: Sandbox, tap: TapRunner, ready: Ready, tmp_path: Path
) -> None:
    """The kill comes at the first request behind each new token: its file is written by then, whole."""
    path = tmp_path / "token.json"
    client = {"client_id": api.options.client_id, "client_secret": api.options.client_secret}
    settings = {"api_key": None, **client, "refresh_token": api.options.refresh_token, "token_file": str(path)}
    kept, killer = set(), Killer(api, ready)
    for _ in range(3):
        killer.at(2)
        assert tap.run(*tap.write(config=tap.settings(**settings, resources=["deals"]))).code == -signal.SIGKILL
        kept.add(json.loads(path.read_text())["refresh_token"])
        assert path.stat().st_mode & 0o777 == 0o600
    assert len(kept) == 3
    assert tap.run(*tap.write(config=tap.settings(**settings, resources=["deals"]))).code == 0
