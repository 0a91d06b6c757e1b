"""Collects the warnings in the log for the report of a run, unless its figures say the same."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from typing_extensions import override

from tap_analytics.report.trace import RETRY
from tap_analytics.report.unknown_fields import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

# The most warnings that are kept, of all streams together.
MOST = 200
# Warnings that the report has as figures.
_TOLD = {RETRY, UNKNOWN}


class Remarks(logging.Handler):
    """Keeps the warnings of a logger and of those below it, which are named after the streams; each once.

    Args:
        logger: The logger.
    """

    def __init__(self, logger: logging.Logger) -> None:
        super().__init__(logging.WARNING)
        self._logger = logger
        self._kept: dict[tuple[str, str], None] = {}

    def begin(self) -> None:
        """Begin to keep warnings."""
        self._logger.addHandler(self)

    def end(self) -> None:
        """Stop keeping warnings."""
        self._logger.removeHandler(self)

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno == logging.WARNING and record.msg not in _TOLD and len(self._kept) < MOST:
            self._kept[record.name.removeprefix(f"{self._logger.name}."), record.getMessage()] = None

    @property
    def is_blind(self) -> bool:
        """Whether the level of the log suppresses warnings."""
        return not self._logger.isEnabledFor(logging.WARNING)

    def of(self, stream: str) -> Sequence[str]:
        """Return the warnings of a stream."""
        return [text for name, text in self._kept if name == stream]

    def others(self, streams: Sequence[str]) -> Sequence[str]:
        """Return the warnings that belong to none of these streams."""
        return [text for name, text in self._kept if name not in streams]
