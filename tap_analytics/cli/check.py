"""`--test`: asks for the first page of each stream and for the next one, and says what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from singer_sdk.exceptions import SingerSDKError

from tap_analytics.http.retry import UnreachableError
from tap_analytics.records.paths import has_field
from tap_analytics.records.rows import RecordCodec
from tap_analytics.report import tables as printed
from tap_analytics.resources.resource import context_of
from tap_analytics.stream.lists.lists import SyncedList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.client import AnalyticsStream
    from tap_analytics.report.redaction.redact import Redactor
    from tap_analytics.tap import TapAnalytics

# Seconds to wait for the one retry.
LONGEST_WAIT = 10

_TITLES = ("stream", "result", "rows", "what it says")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the first pages of a stream showed: how many rows came, and what is wrong, with what to do.

    `fault` is empty if nothing is wrong. `record` is the first record; `context` holds the values of parent records
    that its request was made with.
    """

    stream: str
    rows: int = 0
    fault: str = ""
    remark: str = ""
    record: dict[str, Any] | None = None
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def row(self) -> tuple[str, ...]:
        """The finding as a row of a table."""
        return self.stream, "failed" if self.fault else "ok", f"{self.rows:,}", self.fault or self.remark


class Check:
    """Asks for the first page of each stream of a tap, and for the next if there is one.

    A request is retried once at most. When the API does not answer at all, no further stream is asked for.
    """

    def __init__(self, tap: TapAnalytics) -> None:
        retry = tap.connection.retry
        patience = min(LONGEST_WAIT, retry.max_wait)
        retry = replace(retry, max_retries=min(1, retry.max_retries), max_wait=patience)
        tap.connection = tap.connection.with_retry(retry)
        self._has_catalog = tap.input_catalog is not None
        self._streams = tap.discover(samples=False)
        self._resources = [stream.resource for stream in self._streams.values()]
        self._findings: dict[str, Finding] = {}
        self._unreachable: str | None = None

    def findings(self) -> list[Finding]:
        """Return the finding of each stream, parents before their children."""
        for stream in self._streams.values():
            self._look(stream)
        return list(self._findings.values())

    def _look(self, stream: AnalyticsStream) -> Finding:
        if stream.name not in self._findings:
            self._findings[stream.name] = self._of_child(stream) if stream.resource.parent else self._of(stream, None)
        return self._findings[stream.name]

    def _of_child(self, stream: AnalyticsStream) -> Finding:
        parent = self._look(self._streams[stream.resource.parent or ""])
        if parent.fault:
            return Finding(stream=stream.name, fault=f"not asked for, since its parent `{parent.stream}` failed")
        if parent.record is None:
            return Finding(stream=stream.name, remark=f"not asked for: its parent `{parent.stream}` has no row")
        context = parent.context | context_of(parent.record, parent.stream, self._resources)
        if lacking := stream.resource.lacks(context):
            fault = f"the first record of its parent `{parent.stream}` has no `{lacking}`; check the path"
            return Finding(stream=stream.name, fault=fault)
        return self._of(stream, context)

    def _of(self, stream: AnalyticsStream, context: dict[str, Any] | None) -> Finding:
        """Return the finding of one stream."""
        if values := stream.resource.values:
            return Finding(stream=stream.name, rows=len(values), record=dict(values[0]), context=context or {})
        if self._unreachable:
            fault = f"not asked for, since the API did not answer for `{self._unreachable}`"
            return Finding(stream=stream.name, fault=fault)
        if stream.resource.schema is None and not self._has_catalog:
            # Without a schema all fields are kept, so that no field is warned of.
            schema, envelope = stream.schema, stream.listing.envelope
            stream.records = RecordCodec(schema, omitted=set(), envelope=envelope, report=lambda _: None)
        stream.listing = replace(stream.listing, takes_beginning=True)
        try:
            reading = SyncedList(stream, context).trial()
            rows, following = reading.first_pages()
        except SingerSDKError as error:
            self._unreachable = stream.name if isinstance(error, UnreachableError) else None
            return Finding(stream=stream.name, fault=str(error))
        if not rows:
            return Finding(stream=stream.name, remark="the API gives no row")
        records = [stream.records.plain(row) for row in rows]
        path = stream.replication_key
        is_absent = bool(path) and not any(has_field(record, str(path)) for record in records)
        fault = reading.rows.no_cursor if is_absent or reading.rows.misread_cursor(rows) else ""
        remark = "the second page is another" if following else ""
        return Finding(
            stream=stream.name, rows=len(rows), record=records[0], context=context or {}, fault=fault, remark=remark
        )


def findings(tap: TapAnalytics) -> list[Finding]:
    """Return the finding of each stream of a tap, or of each of its accounts, whose name stands before the stream."""
    if not tap.accounts.accounts:
        return Check(tap).findings()
    return [
        Finding(**vars(finding) | {"stream": f"{one.account.name}: {finding.stream}"})
        for one in tap.accounts.each(setup_mapper=False)
        for finding in Check(one).findings()
    ]


def show(findings: Sequence[Finding], redactor: Redactor) -> None:
    """Print one line for each finding, and a last one that sums them up."""
    printed.show(_TITLES, [finding.row for finding in findings], redactor=redactor, figures={"rows"})
    failed = [finding.stream for finding in findings if finding.fault]
    streams = "1 stream is" if len(findings) == 1 else f"{len(findings)} streams are"
    sum_of_failed = f"{len(failed)} of {len(findings)} streams failed: {', '.join(failed)}"
    printed.say(sum_of_failed if failed else f"{streams} fine.", redactor=redactor)
