"""A first look at each stream: one request, and what its answer says of the settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import SingerSDKError

from tap_analytics.discovery import Discovery
from tap_analytics.reading import Reading
from tap_analytics.records import Records

if TYPE_CHECKING:
    from tap_analytics.client import AnalyticsStream
    from tap_analytics.tap import TapAnalytics

TITLES = ("stream", "result", "rows", "what it says")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one request says of a stream: how many rows came, and what is wrong, with what to do; empty if all is well.

    `record` is the first record.
    """

    stream: str
    rows: int = 0
    fault: str = ""
    remark: str = ""
    record: dict[str, Any] | None = None

    @property
    def row(self) -> tuple[str, ...]:
        """The finding as a row of a table."""
        return self.stream, "failed" if self.fault else "ok", f"{self.rows:,}", self.fault or self.remark


class Check:
    """Asks for one page of each stream of a tap, with one retry at most."""

    def __init__(self, tap: TapAnalytics) -> None:
        tap.retry = replace(tap.retry, max_retries=min(1, tap.retry.max_retries))
        self._streams = {stream.name: stream for stream in Discovery(tap, samples=False).streams()}
        self._findings: dict[str, Finding] = {}

    def findings(self) -> list[Finding]:
        """Return what was found of each stream, parents before their children."""
        for stream in self._streams.values():
            self._look(stream)
        return list(self._findings.values())

    def _look(self, stream: AnalyticsStream) -> Finding:
        if stream.name not in self._findings:
            self._findings[stream.name] = self._of_child(stream) if stream.resource.parent else _of_list(stream, None)
        return self._findings[stream.name]

    def _of_child(self, stream: AnalyticsStream) -> Finding:
        parent = self._look(self._streams[stream.resource.parent or ""])
        if parent.fault:
            return Finding(stream=stream.name, fault=f"not asked for, since its parent `{parent.stream}` failed")
        if parent.record is None:
            return Finding(stream=stream.name, remark=f"not asked for: its parent `{parent.stream}` has no row")
        return _of_list(stream, stream.context_of(parent.record))


def _of_list(stream: AnalyticsStream, context: dict[str, Any] | None) -> Finding:
    """Return what the first page of a stream says."""
    if not stream.is_declared:
        # Without a schema there is nothing to leave out, and nothing to warn of.
        records = Records(stream.schema, omitted=set(), envelope=stream.envelope, report=lambda _: None)
        stream.records = records
    try:
        rows = Reading(stream, context).first_rows()
    except SingerSDKError as error:
        return Finding(stream=stream.name, fault=stream.tap.redactor.redact(str(error)))
    if not rows:
        return Finding(stream=stream.name, remark="the API gives no row")
    return Finding(stream=stream.name, rows=len(rows), record=stream.records.plain(rows[0]))
