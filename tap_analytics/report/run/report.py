"""The report of a run as a file: collects figures while the run goes on, and writes the file at its end."""

from __future__ import annotations

import importlib.util
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_analytics.ending_signals import NAMES, exit_code
from tap_analytics.report.trace import NO_TRACE, FullTrace, Trace

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator, Mapping, Sequence

    from tap_analytics.report.redaction.redact import Redactor
    from tap_analytics.report.run.chart import Chart
    from tap_analytics.report.run.section import Section
    from tap_analytics.report.stats import StreamStats


class Report:
    """The report of a run that writes nothing; subclasses write one."""

    def trace(self) -> Trace:
        """Return the trace that takes the requests of one stream."""
        return NO_TRACE

    def begin(self) -> None:
        """Begin to collect warnings and figures of the run."""

    def end(self, streams: Sequence[StreamStats], ending: BaseException | None, *, waited: float = 0) -> None:
        """Take the figures of all streams at the end of the run.

        Args:
            streams: The figures.
            ending: The exception that stopped the run early; None if nothing did.
            waited: The seconds that all requests together waited for their turn.
        """


class ReportFile(Report):
    """A report that is written when the run ends, also by a failure or a signal; the file is whole or not written.

    Args:
        path: The file.
        source: The source of the records, such as the host of the API.
        logger: Its warnings are kept; at the end it logs the path of the file.
        redactor: Hides secrets.
    """

    def __init__(self, path: Path, *, source: str, logger: logging.Logger, redactor: Redactor) -> None:
        self._path = path
        self._source = source
        self._logger = logger
        self._redactor = redactor
        from tap_analytics.report.run.remarks import Remarks  # noqa: PLC0415 - few runs have a report

        self._remarks = Remarks(logger)
        self._began = time.monotonic()
        self._date = datetime.now(UTC)

    @override
    def trace(self) -> Trace:
        return FullTrace()

    @override
    def begin(self) -> None:
        self._remarks.begin()
        self._began, self._date = time.monotonic(), datetime.now(UTC)

    @override
    def end(self, streams: Sequence[StreamStats], ending: BaseException | None, *, waited: float = 0) -> None:
        self._remarks.end()
        try:
            write(self._path, self._page(streams, ending, waited))
        except OSError as error:
            self._logger.error("The report cannot be written: %s; check `report`", error.strerror)  # noqa: TRY400 - it says all
        else:
            self._logger.info("The report of the run is in %s", self._path)

    def _page(self, streams: Sequence[StreamStats], ending: BaseException | None, waited: float) -> str:
        # Jinja2 is installed: the settings were checked. Runs without a report need not import it.
        from tap_analytics.report.run.page import Page  # noqa: PLC0415

        ended = time.monotonic()
        sections = [self._section(stats, ended) for stats in streams if stats.is_begun]
        moments = [
            [each for section in sections for each in getattr(section.trace, name)] for name in ("requests", "failures")
        ]
        return Page(
            sections=sections,
            chart=self._chart(*moments, ended=ended),
            source=self._source,
            date=self._date,
            ending=reason(ending),
            waited=waited,
            remarks=self._remarks.others([section.stats.stream for section in sections]),
            is_blind=self._remarks.is_blind,
        ).html(self._redactor)

    def _chart(self, *moments: Sequence[float], ended: float) -> Chart:
        from tap_analytics.report.run.chart import Chart  # noqa: PLC0415 - few runs have a report

        return Chart.of(*moments, began=self._began, ended=ended)

    def _section(self, stats: StreamStats, ended: float) -> Section:
        trace = stats.trace if isinstance(stats.trace, FullTrace) else FullTrace()
        from tap_analytics.report.run.section import Section  # noqa: PLC0415 - few runs have a report

        return Section(
            stats=stats,
            trace=trace,
            chart=self._chart(trace.requests, trace.failures, ended=ended),
            remarks=self._remarks.of(stats.stream),
        )


def report(config: Mapping[str, Any], *, logger: logging.Logger, redactor: Redactor) -> Report:
    """Return the report of a run: a file if the settings name one, otherwise one that writes nothing."""
    if "report" not in config:
        return Report()
    return ReportFile(Path(config["report"]), source=config["api_url"], logger=logger, redactor=redactor)


def reason(ending: BaseException | None) -> str:
    """Return in words what stopped a run early; empty if nothing did."""
    if not isinstance(ending, SystemExit | KeyboardInterrupt):
        return ""
    codes = {exit_code(getattr(signal, name)): name for name in NAMES if hasattr(signal, name)}
    code = ending.code if isinstance(ending, SystemExit) else exit_code(signal.SIGINT)
    if isinstance(code, int) and code in codes:
        return f"It was ended by the signal {codes[code]}; the next run goes on from the bookmarks below."
    return "It was ended since the target takes no more; look at the log of the target."


def write(path: Path, text: str) -> None:
    """Replace a file in one step: a reader finds either the old or the new content.

    Raises:
        OSError: The file cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def faults(path: object) -> Iterator[str]:
    """Give a sentence for each reason why a report cannot be written to a path, with what to do."""
    if not isinstance(path, str):
        return  # the schema of the settings refuses it
    if fault := _fault_of(Path(path)):
        yield fault
    if importlib.util.find_spec("jinja2") is None:
        yield "`report` needs Jinja2; install `tap-analytics[report]`"


def _fault_of(file: Path) -> str:
    if not str(file).isprintable():
        return "`report` is no path of a file; name one such as `run.html`"
    if file.is_dir():
        return "`report` is a folder; name a file in it, such as `run.html`"
    if not file.parent.is_dir():
        return "`report` is in a folder that does not exist; make it, or name another"
    if not os.access(file.parent, os.W_OK) or (file.exists() and not file.is_file()):
        return "`report` names a file that cannot be written; name one in a folder to which you may write"
    return ""
