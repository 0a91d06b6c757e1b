"""What a terminal shows of a run; tests/report/test_progress.py runs the tap on one."""

from __future__ import annotations

import io
import logging
import sys

import pytest
from typing_extensions import override

from tap_analytics.report import terminal
from tap_analytics.report.metrics import LOGGER


class Terminal(io.StringIO):
    @override
    def isatty(self) -> bool:
        return True


def handler_on(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, **levels: str) -> logging.Handler:
    """Return a handler that writes the log to standard error, which is this stream, with levels in the environment."""
    monkeypatch.setattr(sys, "stderr", stream)
    for name in ("TAP_ANALYTICS_LOGLEVEL", "LOGLEVEL"):
        monkeypatch.setenv(name, levels.get(name, ""))
    handler = logging.StreamHandler(stream)
    monkeypatch.setattr(logging.getLogger("of.a.terminal"), "handlers", [handler])
    return handler


def levels_of(handler: logging.Handler) -> list[str]:
    """Return the levels of which a handler writes lines."""
    records = (logging.makeLogRecord({"levelno": level}) for level in (logging.INFO, logging.WARNING))
    return [logging.getLevelName(record.levelno) for record in records if handler.filter(record)]


def test_warnings_are_shown_and_nothing_below(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = handler_on(Terminal(), monkeypatch)
    terminal.quieten()
    assert levels_of(handler) == ["WARNING"]
    terminal.tell_all()
    assert levels_of(handler) == ["INFO", "WARNING"]


@pytest.mark.parametrize("level", ["", "INFO"])
def test_metrics_are_on_a_terminal_only_for_whoever_sets_a_level(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = handler_on(Terminal(), monkeypatch, TAP_ANALYTICS_LOGLEVEL=level)
    terminal.tell_all()
    record = logging.makeLogRecord({"name": LOGGER, "levelno": logging.INFO})
    assert bool(handler.filter(record)) is bool(level)
    assert levels_of(handler) == ["INFO", "WARNING"]


@pytest.mark.parametrize("name", ["TAP_ANALYTICS_LOGLEVEL", "LOGLEVEL"])
def test_whoever_sets_a_level_sees_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = handler_on(Terminal(), monkeypatch, **{name: "INFO"})
    terminal.quieten()
    assert levels_of(handler) == ["INFO", "WARNING"]


def test_a_file_gets_all_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = handler_on(io.StringIO(), monkeypatch)
    terminal.quieten()
    assert levels_of(handler) == ["INFO", "WARNING"]


@pytest.mark.parametrize(("setting", "term", "shows"), [("bar", "xterm", 1), ("bar", "dumb", 0), ("off", "xterm", 0)])
def test_a_bar_is_shown_where_it_is_wanted_and_can_be(
    setting: str, term: str, shows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler_on(Terminal(), monkeypatch)
    monkeypatch.setenv("TERM", term)
    assert terminal.shows_bar(setting) is bool(shows)
