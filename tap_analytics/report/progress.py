"""Shows how far a sync is: as a live line on a terminal, or as a line of the log now and then."""

from __future__ import annotations

import contextlib
import logging
import time
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from tap_analytics.report import terminal
from tap_analytics.report.end_table import fit, table
from tap_analytics.report.stats import SUCCESS
from tap_analytics.report.tables import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console
    from rich.progress import TaskID

    from tap_analytics.report.redaction.redact import Redactor
    from tap_analytics.report.stats import StreamStats

# The least seconds from one line of the log to the next.
INTERVAL = 10.0


class Progress(Protocol):
    """Shows how far a sync is, and at its end the result of each stream."""

    def start(self) -> None:
        """Begin to show it."""
        ...

    def tell(self, stats: StreamStats) -> None:
        """Take the figures of a stream that is being read."""
        ...

    def end(self, streams: Sequence[StreamStats]) -> None:
        """Show the results of all streams, as the last thing."""
        ...


class Silence:
    """Progress that shows nothing before the end."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    def start(self) -> None:
        """Do nothing: there is nothing to show yet."""

    def tell(self, stats: StreamStats) -> None:
        """Show nothing."""

    def end(self, streams: Sequence[StreamStats]) -> None:
        """Log a table of the result of each stream."""
        for line in lines(table(streams)):
            self._logger.info("%s", line)


class NoProgress:
    """Progress that is never shown, for a program that shows the results itself."""

    def start(self) -> None:
        """Do nothing."""

    def tell(self, stats: StreamStats) -> None:
        """Show nothing."""

    def end(self, streams: Sequence[StreamStats]) -> None:
        """Show nothing."""


class LogLines(Silence):
    """Progress by a line of the log every ten seconds at most; a shorter sync has none.

    Args:
        logger: Takes the lines.
        clock: Gives the time in seconds.
    """

    def __init__(self, logger: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logger)
        self._clock = clock
        self._due = clock() + INTERVAL

    def tell(self, stats: StreamStats) -> None:
        """Write a line, if the last one is long enough ago."""
        now = self._clock()
        if now >= self._due:
            self._due = now + INTERVAL
            self._logger.info("%s: %s", stats.stream, ", ".join(stats.figures()))


class _Above:
    """A stream that writes its lines above the live line of a console, unwrapped, so that they can be copied."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def write(self, text: str) -> int:
        if line := text.rstrip("\n"):
            self._console.out(line, highlight=False)
        return len(text)

    def flush(self) -> None:
        """Do nothing: each line is written at once."""


class Bar:
    """A live line on a terminal; lines of the log go above it.

    There is one line, for the stream that is being read, so that a target that writes to the same terminal does not
    break it. A terminal that fails or goes away does not end the sync.

    Args:
        logger: Its level says whether the table at the end is shown.
        console: The terminal.
        redactor: Hides secrets.
    """

    def __init__(self, logger: logging.Logger, console: Console, redactor: Redactor) -> None:
        # Only terminals need `rich`, and its import takes a tenth of the start.
        from rich.progress import BarColumn, TextColumn  # noqa: PLC0415
        from rich.progress import Progress as LiveLine  # noqa: PLC0415

        self._logger = logger
        self._console = console
        self._redactor = redactor
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[figures]}", markup=False),
        )
        self._live = LiveLine(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
        self._task: TaskID | None = None
        self._stream = ""
        self._handlers: list[tuple[logging.StreamHandler[Any], TextIO]] = []

    def start(self) -> None:
        """Show the line."""
        with contextlib.suppress(Exception):
            self._live.start()
            # The cursor stays visible: the process may end at once, and would leave a terminal without one.
            self._console.show_cursor()
            for handler in list(terminal.handlers()):
                self._handlers.append((handler, handler.stream))
                handler.setStream(_Above(self._console))

    def tell(self, stats: StreamStats) -> None:
        """Show the figures of a stream."""
        with contextlib.suppress(Exception):
            if self._task is None or self._stream != stats.stream:
                if self._task is not None:
                    self._live.remove_task(self._task)
                name = self._redactor.line(stats.stream)
                self._stream, self._task = stats.stream, self._live.add_task(name, figures="")
            figures = "  ".join(stats.figures())
            self._live.update(self._task, total=stats.goal, completed=stats.done, figures=figures)

    def end(self, streams: Sequence[StreamStats]) -> None:
        """Remove the line, and show a table of all streams."""
        with contextlib.suppress(Exception):
            self._live.stop()
        for handler, stream in self._handlers:
            with contextlib.suppress(Exception):
                handler.setStream(stream)
        self._handlers.clear()
        if not self._logger.isEnabledFor(logging.INFO):
            return
        end = fit(table(streams), self._console.width)
        results = ["", *(row[-1] for row in end.rows)]  # the titles come first
        with contextlib.suppress(Exception):
            for line, result in zip(lines(end), results, strict=False):
                style = None if result in {"", SUCCESS} else "red"
                self._console.out(self._redactor.redact(line), style=style, highlight=False)


def progress(setting: str, logger: logging.Logger, redactor: Redactor) -> Progress:
    """Return the progress that a setting chooses.

    Args:
        setting: `bar`, if there is a terminal; `log`; `off`; or `auto`: a bar if the messages go elsewhere.
        logger: Takes the lines of the log.
        redactor: Hides secrets.
    """
    if setting == "off":
        return Silence(logger)
    if terminal.shows_bar(setting):
        from rich.console import Console  # noqa: PLC0415 - only terminals need it

        return Bar(logger, Console(stderr=True), redactor)
    return LogLines(logger)
