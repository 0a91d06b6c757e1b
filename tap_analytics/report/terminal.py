"""What a terminal shows of a run: a bar, warnings and a table, but no other lines of the log."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

from typing_extensions import override

from tap_analytics.report import metrics
from tap_analytics.report.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_LIVE_LINES = {"dumb", "unknown"}
# Variables of the environment that choose the lines of the log.
_LEVELS = ("TAP_ANALYTICS_LOGLEVEL", "LOGLEVEL")


class _Warnings(logging.Filter):
    @override
    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


class _NoMetrics(logging.Filter):
    @override
    def filter(self, record: logging.LogRecord) -> bool:
        return record.name != metrics.LOGGER


_WARNINGS = _Warnings()
_NO_METRICS = _NoMetrics()


def shows_bar(setting: str) -> bool:
    """Return whether a run shows a bar.

    Args:
        setting: `bar`, if there is a terminal; `log`; `off`; or `auto`: a bar if the messages go elsewhere.
    """
    wants_bar = setting == "bar" or (setting == "auto" and not is_terminal(sys.stdout))
    return wants_bar and is_terminal(sys.stderr) and os.environ.get("TERM", "").lower() not in _NO_LIVE_LINES


def quieten() -> None:
    """Show only warnings and errors of the log on a terminal, unless a level is set."""
    if _is_for_people():
        for handler in handlers():
            handler.addFilter(_WARNINGS)


def tell_all() -> None:
    """Show all lines of the log on a terminal again, except metrics, unless a level is set."""
    for handler in handlers():
        handler.removeFilter(_WARNINGS)
        if _is_for_people():
            handler.addFilter(_NO_METRICS)


def _is_for_people() -> bool:
    """Return whether the log goes to a terminal, and no variable chooses its lines."""
    return is_terminal(sys.stderr) and not any(os.environ.get(name) for name in _LEVELS)


def handlers() -> Iterator[logging.StreamHandler[Any]]:
    """Give the handlers that write the log to standard error."""
    for handler in redact.handlers() - {logging.lastResort}:
        if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
            yield handler


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a stream goes to a terminal; one that the shell has closed is None."""
    return stream is not None and stream.isatty()
