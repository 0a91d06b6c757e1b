from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.report.progress import Silence
from tap_analytics.report.redaction.redact import Redactor
from tap_analytics.report.stats import SUCCESS, StreamStats
from tap_analytics.sync.display import Display

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS = {"api_url": "https://example.com", "progress": "log"}


@pytest.fixture
def display() -> Display:
    return Display(SETTINGS, logger=logging.getLogger("tests.display"), redactor=Redactor(), seat=None)


def state(value: str | None) -> Mapping[str, Any]:
    return {"bookmarks": {"deals": {"replication_key_value": value}}}


def test_before_a_sync_nothing_is_shown(display: Display, caplog: pytest.LogCaptureFixture) -> None:
    assert isinstance(display.progress, Silence)
    display.progress.tell(display.stats("deals"))
    assert not caplog.records
    assert [each.stream for each in display.all_stats] == ["deals"]


def test_the_figures_of_a_stream_have_its_bookmarks_before_and_after(display: Display) -> None:
    states = [state("2026-01-01"), state("2026-02-02")]
    sample = StreamStats(stream="deals")
    with display.sync(["deals"], state=lambda: states[0], samples={"deals": sample}, waited=lambda: 0):
        states.pop(0)
    (figures,) = display.all_stats
    assert (figures.before, figures.after, figures.sample) == ("2026-01-01", "2026-02-02", sample)


def test_results_are_shown_at_the_end_also_of_a_sync_that_fails(
    display: Display, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    def fail() -> None:
        with display.sync(["deals", "notes"], state=dict, samples={}, waited=lambda: 0):
            display.conclude(["deals"], {}, reason="")
            display.conclude(["notes"], {"notes": "no such list"}, reason="")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert [each.result for each in display.all_stats] == [SUCCESS, "failed"]
    shown = [line.split()[0] for line in caplog.messages if line.startswith(("deals", "notes"))]
    assert shown == ["deals", "notes"]


def test_a_parent_that_fails_is_the_reason_for_all_below_it(display: Display) -> None:
    display.conclude(["deals", "notes"], {"notes": "its own reason"}, reason="no key")
    assert [each.failure for each in display.all_stats] == ["no key", "its own reason"]
