"""Display: the figures of the streams of a tap, and what is shown of them while it syncs and at the end."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tap_analytics.report.progress import NoProgress, Progress, Silence, progress
from tap_analytics.report.run.report import report
from tap_analytics.report.stats import SUCCESS, StreamStats, bookmark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tap_analytics.report.redaction.redact import Redactor
    from tap_analytics.report.run.report import Report
    from tap_analytics.sync.accounts import Seat


class Display:
    """Shows how far the sync of a tap is, and when it ends, in success or failure, the result of each stream.

    Args:
        config: The settings of the tap.
        logger: Takes the results.
        redactor: Hides secrets.
        seat: The seat of a tap that reads one account among others, which has a part of their report only.
    """

    def __init__(
        self, config: Mapping[str, Any], *, logger: logging.Logger, redactor: Redactor, seat: Seat | None
    ) -> None:
        self._config = config
        self._logger = logger
        self._redactor = redactor
        self._seat = seat
        self._stats: dict[str, StreamStats] = {}
        self.progress: Progress = Silence(logger)

    def begin(self) -> Report:
        """Begin to show how far the sync is, and return the report of the run."""
        if self._seat:
            self.progress, made = NoProgress(), self._seat.report
        else:
            made = report(self._config, logger=self._logger, redactor=self._redactor)
            self.progress = progress(self._config["progress"], self._logger, self._redactor)
        self.progress.start()
        made.begin()
        return made

    @contextmanager
    def sync(
        self,
        streams: Iterable[str],
        *,
        state: Callable[[], Mapping[str, Any]],
        samples: Mapping[str, StreamStats],
        waited: Callable[[], float],
    ) -> Iterator[None]:
        """Show a sync from its beginning to its end.

        Args:
            streams: The names of the streams.
            state: Returns the state as it is at the moment.
            samples: The figures of the samples that were read for the fields of streams.
            waited: Returns the seconds that all requests together have waited for their turn.
        """
        made = self.begin()
        self._stats = {
            name: StreamStats(stream=name, before=bookmark(state(), name), trace=made.trace(), sample=samples.get(name))
            for name in streams
        }
        try:
            yield
        finally:
            for stats in self._stats.values():
                stats.after = bookmark(state(), stats.stream)
            self.progress.end(self.all_stats)
            made.end(self.all_stats, sys.exception(), waited=waited())

    @property
    def all_stats(self) -> Sequence[StreamStats]:
        """The figures of all streams in this sync."""
        return list(self._stats.values())

    def stats(self, stream: str) -> StreamStats:
        """Return the figures of a stream in this sync."""
        return self._stats.setdefault(stream, StreamStats(stream=stream))

    def conclude(self, streams: Iterable[str], failed: Mapping[str, str], *, reason: str) -> None:
        """Set the results of streams.

        Args:
            streams: The names of a stream and of its descendants.
            failed: Why some of them failed, by name.
            reason: Why all of them failed; empty if they did not.
        """
        for stats in map(self.stats, streams):
            stats.failure = failed.get(stats.stream, reason)
            stats.result = "failed" if stats.failure else SUCCESS
            if stats.ignored:
                self._logger.log(logging.INFO if stats.rows else logging.WARNING, "%s", stats.ignored_message)
