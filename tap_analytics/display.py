"""How far a sync is, told while it runs: by a live line on a terminal, elsewhere by a line of the log now and then."""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import TYPE_CHECKING, Protocol, TextIO

from tap_analytics import tally as tallies

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console
    from rich.progress import TaskID

    from tap_analytics.tally import Tally

# Seconds from one line of the log to the next.
INTERVAL = 10.0

_NO_LIVE_LINES = {"dumb", "unknown"}


class Display(Protocol):
    """Tells how far a sync is, and at its end what became of it."""

    def start(self) -> None:
        """Begin to tell."""
        ...

    def tell(self, tally: Tally) -> None:
        """Take note of the figures of a stream that is being read."""
        ...

    def end(self, streams: Sequence[Tally]) -> None:
        """Tell what became of all streams, and no more."""
        ...


class Silence:
    """A display that shows nothing before the end."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    def start(self) -> None:
        """Have nothing to begin."""

    def tell(self, tally: Tally) -> None:
        """Tell nothing."""

    def end(self, streams: Sequence[Tally]) -> None:
        """Tell what became of all streams in lines of the log."""
        for line in tallies.lines(tallies.table(streams)):
            self._logger.info("%s", line)


class LogLines(Silence):
    """A display of a line every ten seconds at most; a shorter sync has none.

    Args:
        logger: Takes the lines.
        clock: Gives the time in seconds.
    """

    def __init__(self, logger: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logger)
        self._clock = clock
        self._due = clock() + INTERVAL

    def tell(self, tally: Tally) -> None:
        """Write a line, if the last one is long enough ago."""
        now = self._clock()
        if now >= self._due:
            self._due = now + INTERVAL
            self._logger.info("%s: %s", tally.stream, ", ".join(tally.figures()))


class Bar:
    """A live line on a terminal; lines of the log go above it.

    One line, for the stream that is being read: a target that writes to the same terminal does not break it.
    """

    def __init__(self, logger: logging.Logger, console: Console) -> None:
        from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415 - only terminals need it

        self._logger = logger
        self._console = console
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), TextColumn("{task.fields[figures]}"))
        self._live = Progress(*columns, console=console, transient=True, redirect_stdout=False)
        self._task: TaskID | None = None
        self._stream = ""
        self._handlers: list[tuple[logging.StreamHandler[TextIO], TextIO]] = []

    def start(self) -> None:
        """Show the line."""
        terminal = sys.stderr
        self._live.start()
        # Whoever ends the process at once leaves a terminal that has its cursor.
        self._console.show_cursor()
        for handler in logging.getLogger().handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is terminal:
                self._handlers.append((handler, handler.stream))
                handler.setStream(sys.stderr)

    def tell(self, tally: Tally) -> None:
        """Show the figures of a stream."""
        if self._task is None or self._stream != tally.stream:
            if self._task is not None:
                self._live.remove_task(self._task)
            self._stream, self._task = tally.stream, self._live.add_task(tally.stream, figures="")
        figures = "  ".join(tally.figures())
        self._live.update(self._task, total=tally.total, completed=tally.read, figures=figures)

    def end(self, streams: Sequence[Tally]) -> None:
        """Take the line away and show a table of all streams."""
        from rich.box import SIMPLE_HEAD  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415

        self._live.stop()
        for handler, stream in self._handlers:
            handler.setStream(stream)
        self._handlers.clear()
        if not self._logger.isEnabledFor(logging.INFO):
            return
        titles, *rows = tallies.table(streams)
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for number, title in enumerate(titles):
            is_figure = number in tallies.NUMBERS
            table.add_column(
                title, justify="right" if is_figure else "left", no_wrap=title == "stream", overflow="fold"
            )
        for row in rows:
            table.add_row(*row, style="red" if row[-1] != tallies.SUCCESS else None)
        self._console.print(table)


def display(setting: str, logger: logging.Logger) -> Display:
    """Return what tells how far a sync is.

    Args:
        setting: `bar` where there is a terminal, `log`, `off`, or `auto`: a bar if the messages go elsewhere.
        logger: Takes what is told by lines of the log.
    """
    if setting == "off":
        return Silence(logger)
    wants_bar = setting == "bar" or (setting == "auto" and not sys.stdout.isatty())
    if wants_bar and sys.stderr.isatty() and os.environ.get("TERM", "").lower() not in _NO_LIVE_LINES:
        from rich.console import Console  # noqa: PLC0415 - only terminals need it

        return Bar(logger, Console(stderr=True))
    return LogLines(logger)
