"""The streams of one account, or of a tap without accounts, as windows and batches of Arrow."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn

from msgspec.structs import replace
from singer_sdk.exceptions import ConfigValidationError, FatalAPIError, RetriableAPIError

from tap_analytics.arrow.windows import contexts, read, read_children, stretches, windows
from tap_analytics.instants import as_instant, parse
from tap_analytics.state.windows import Window

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from tap_analytics.arrow.silent_tap import SilentTap
    from tap_analytics.client import AnalyticsStream
    from tap_analytics.instants import Bound
    from tap_analytics.pagination.page import Row
    from tap_analytics.records.arrow.arrow_rows import ArrowRows


@dataclass(kw_only=True)
class SourceStreams:
    """The streams of a tap.

    Args:
        tap: The tap.
        account: The name of the account that the tap reads; None if it reads no accounts.
        decimals: The digits of numbers that declare none.
    """

    tap: SilentTap = field(repr=False)
    account: str | None = None
    decimals: tuple[int, int] | None = None
    _rows: dict[str, ArrowRows] = field(default_factory=dict)

    @property
    def names(self) -> Sequence[str]:
        """The names of the selected streams."""
        return [name for name, stream in self.tap.streams.items() if stream.selected]

    def one(self, name: str) -> AnalyticsStream:
        """Return a selected stream whose fields are known.

        Raises:
            ConfigValidationError: There is no such stream.
            FatalAPIError: Its fields are not known.
        """
        if name not in self.names:
            listed = ", ".join(f"`{each}`" for each in self.names) or "none"
            _refuse(f"there is no stream `{name}` that is selected; there are {listed}")
        self.tap.check_discovered(name)
        stream: Any = self.tap.streams[name]
        found: AnalyticsStream = stream
        return found

    def rows(self, name: str) -> ArrowRows:
        """Return what makes batches of the rows of a stream."""
        from tap_analytics.arrow.rows import rows_of  # noqa: PLC0415 - it needs an extra

        if name not in self._rows:
            self._rows[name] = rows_of(self.one(name), self.decimals)
        return self._rows[name]

    def plan(self, stream: str, start: str | None, until: str | None) -> Iterator[Window]:
        """Give the windows of a stream, as `Source.plan` does.

        Raises:
            ConfigValidationError: There is no such stream, or its rows do not say whether they are between the ends.
            FatalAPIError: A list cannot be read.
        """
        with self._name_failures():
            one = self.one(stream)
            begin, end = (self._bound(one, name, text) for name, text in (("start", start), ("until", until)))
            if one.parent_stream_type is None:
                yield from (replace(each, account=self.account) for each in windows(one, end, begin))
                return
            yield from (
                Window(stream=stream, account=self.account, context=context)
                for context in contexts(one, self.tap.streams)
            )

    def stretches(self, stream: str, rows: int, *, may_move: bool) -> Iterator[Window]:
        """Give a list in parts that begin and end at rows, as `Source.stretches` does.

        Raises:
            ConfigValidationError: There is no such stream, or it has no stretches.
            FatalAPIError: The list cannot be read.
        """
        with self._name_failures():
            one = self.one(stream)
            listed = stretches(one, rows) if one.parent_stream_type is None else None
            if fault := listed.fault() if listed else "it has a parent":
                _refuse(f"`{stream}` cannot be read in stretches: {fault}")
            parts, is_by_time = listed.stretches() if listed else ((), False)
            if is_by_time and not may_move:
                _refuse(
                    f"`{stream}` cannot be read in stretches: it is in the order of `{one.replication_key}`, so that "
                    "rows which change meanwhile move, and may be missed"
                )
            yield from (Window(stream=stream, account=self.account, stretch=part.words()) for part in parts)

    def batches(self, windows: Sequence[Window]) -> Iterator[Any]:
        """Give the rows of windows as batches, as `Source.read` does; lists of children are read side by side.

        Raises:
            ConfigValidationError: There is no such stream.
            FatalAPIError: A window cannot be read to its end, or a value does not fit into its column.
        """
        with self._name_failures():
            for name, some in groupby(windows, key=attrgetter("stream")):
                stream, arrow = self.one(name), self.rows(name)
                with closing(self._runs(stream, list(some))) as runs:
                    yield from map(arrow.batch, runs)

    @staticmethod
    def _runs(stream: AnalyticsStream, windows: Sequence[Window]) -> Generator[Sequence[Row]]:
        if stream.parent_stream_type is not None and len(windows) > 1:
            yield from read_children(stream, windows)
            return
        for window in windows:
            yield from read(stream, window)

    @contextmanager
    def _name_failures(self) -> Iterator[None]:
        """Name the account in each failure."""
        if self.account is None:
            yield
            return
        try:
            yield
        except ConfigValidationError as error:
            faults = [f"account `{self.account}`: {each}" for each in error.errors or [str(error)]]
            raise ConfigValidationError("; ".join(faults), errors=faults) from None
        except (FatalAPIError, RetriableAPIError) as error:
            message = f"account `{self.account}`: {error}"
        else:
            return
        raise FatalAPIError(message)

    @staticmethod
    def _bound(stream: AnalyticsStream, name: str, text: str | None) -> Bound | None:
        """Return the start or the end of a plan as a value that compares with the replication key of a stream."""
        key = stream.state_manager.key
        bound = as_instant(parse(text), key.declared.datetime_format)
        has_key = stream.replication_key is not None and stream.parent_stream_type is None
        if text is not None and not (has_key and bound and key.compares(bound)):
            _refuse(
                f"`{name}` cannot be applied to `{stream.name}`: it must be a date-time, or a number where the "
                "replication key is one, and the stream must have a replication key and no parent"
            )
        return bound


def _refuse(fault: str) -> NoReturn:
    raise ConfigValidationError(fault, errors=[fault])
