"""Source: the streams of the tap as batches of Arrow, for programs in Python."""

from __future__ import annotations

import copy
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn

from singer_sdk.exceptions import ConfigValidationError
from typing_extensions import override

from tap_analytics.instants import as_instant, parse
from tap_analytics.state.windows import Window
from tap_analytics.stream.writer import MessageWriter
from tap_analytics.tap import TapAnalytics
from tap_analytics.window_list import contexts, read, windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from singer_sdk.singerlib.encoding.simple import Message

    from tap_analytics.client import AnalyticsStream
    from tap_analytics.records.arrow_rows import ArrowRows

# Settings that make other records of those of a stream.
_MAPS = ("stream_maps", "flattening_enabled", "batch_config")


class Source:
    """The streams of an API, window by window, as batches of Arrow; nothing is written anywhere.

    Rows are read by the code of a Singer sync. What the streams are, and what fields they have, is settled once: when
    they are first asked for, or by the catalog. A source can be pickled; the copy has the same streams, and a
    connection of its own.

    Args:
        config: The settings of the tap; variables of the environment are none of them.
        catalog: What `--discover` prints; without one, the tap finds out the streams and their fields.
        state: Where an earlier `Source` or Singer sync ended; without one, all is read.

    Raises:
        ConfigValidationError: The settings, the catalog or the state are not valid.
        ImportError: The extra `arrow` is not installed.
    """

    def __init__(
        self,
        config: Mapping[str, Any],
        catalog: Mapping[str, Any] | None = None,
        state: Mapping[str, Any] | None = None,
    ) -> None:
        _check_arrow()
        self._config = copy.deepcopy(dict(config))
        self._tap = _SilentTap(
            config=copy.deepcopy(self._config),
            catalog=_catalog_in(catalog),
            state=copy.deepcopy(dict(state or {})),
            setup_mapper=False,
            message_writer=_NoOutput(),
        )
        if given := [name for name in _MAPS if self._tap.config.get(name)]:
            _refuse(f"`{given[0]}` changes what Singer streams hold; remove it, and change the columns you get")
        self._rows: dict[tuple[str | None, str], ArrowRows] = {}
        self._taps: dict[str | None, _SilentTap] = {}

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._tap.resource_names)})"

    def __getstate__(self) -> dict[str, Any]:
        self._tap.check_discovered(*self._tap.streams)
        return {"config": self._config, "catalog": self._tap.catalog_dict, "state": self.state}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        self.__init__(**kept)  # type: ignore[misc] # all that it is made of

    @property
    def streams(self) -> Sequence[str]:
        """The names of the selected streams."""
        return [name for name, stream in self._tap.streams.items() if stream.selected]

    @property
    def state(self) -> dict[str, Any]:
        """The state behind the windows that were read to their ends, for another `Source` or a Singer sync."""
        state: dict[str, Any] = copy.deepcopy(dict(self._tap.state))
        for whole in (state, *state.get("accounts", {}).values()):
            for bookmark in whole.get("bookmarks", {}).values():
                for each in (bookmark, *bookmark.get("partitions", ())):
                    each.pop("starting_replication_value", None)
        return state

    def schema(self, stream: str) -> Any:  # noqa: ANN401 - of Arrow, which has no types for Python
        """Return the `pyarrow.Schema` of a stream.

        Raises:
            ConfigValidationError: There is no such stream.
            FatalAPIError: Its fields are not known, or two of them differ by case only.
        """
        return self._rows_of(self._stream(self._tap, stream), None).schema

    def plan(self, stream: str, until: str | None = None) -> list[Window]:
        """Return the windows of a stream that are not read yet: one for all where the API can be asked for no part.

        Of a stream that has a parent there is one for each record of the parent; of several accounts each has its own.

        Args:
            stream: Its name.
            until: Where the last window ends, as a date-time or a number; the present, or `end_date`, if it is None.

        Raises:
            ConfigValidationError: There is no such stream, or nothing says what of it is before `until`.
            FatalAPIError: A list cannot be read.
        """
        self._stream(self._tap, stream)
        return [window for account in self._accounts for window in self._planned(account, stream, until)]

    def _planned(self, account: str | None, stream: str, until: str | None) -> list[Window]:
        tap = self._tap_of(account)
        one = self._stream(tap, stream)
        key = one.state_manager.key
        end = as_instant(parse(until), key.declared.datetime_format)
        has_end = end is not None and one.replication_key is not None and one.parent_stream_type is None
        if until is not None and not (has_end and end and key.compares(end)):
            _refuse(
                f"nothing says what of `{stream}` is before `until`: it takes a date-time, or a number where the "
                "replication key counts, for a stream that has a replication key and no parent"
            )
        if one.parent_stream_type is None:
            return [Window.of(stream, interval, account=account) for interval in windows(one, end)]
        return [Window(stream=stream, account=account, context=context) for context in contexts(one, tap.streams)]

    def read(self, window: Window) -> Iterator[Any]:
        """Give the rows of a window as batches, each a `pyarrow.RecordBatch`; the state moves behind the last of them.

        Raises:
            ConfigValidationError: There is no such stream.
            FatalAPIError: The window cannot be read to its end, or a value does not fit into its column.
        """
        stream = self._stream(self._tap_of(window.account), window.stream)
        return self._batches(stream, self._rows_of(stream, window.account), window)

    def table(self, stream: str) -> Any:  # noqa: ANN401 - of Arrow
        """Return all rows of a stream that are not read yet as one `pyarrow.Table`.

        Raises:
            ConfigValidationError: There is no such stream.
            FatalAPIError: It cannot be read to its end, or a value does not fit into its column.
        """
        import pyarrow as pa  # noqa: PLC0415 - it is an extra

        one = self._stream(self._tap, stream)
        all_of = [Window(stream=stream, account=account) for account in self._accounts]
        whole = all_of if one.parent_stream_type is None else self.plan(stream)
        batches = chain.from_iterable(map(self.read, whole))
        return pa.Table.from_batches(batches, schema=self.schema(stream))

    @staticmethod
    def _batches(stream: AnalyticsStream, arrow: ArrowRows, window: Window) -> Iterator[Any]:
        with closing(read(stream, window)) as runs:
            yield from map(arrow.batch, runs)

    @property
    def _accounts(self) -> Sequence[str | None]:
        """The names of the accounts; None is all there is where there are none."""
        return self._tap.accounts.names or [None]

    def _tap_of(self, account: str | None) -> _SilentTap:
        """Return what reads an account; its state is a part of that of the source."""
        if account not in self._taps:
            self._taps[account] = self._tap.reader(account)
            self._tap.accounts.keep(self._taps[account])
        return self._taps[account]

    def _stream(self, tap: _SilentTap, name: str) -> AnalyticsStream:
        """Return a selected stream of a tap whose fields are known."""
        if name not in self.streams:
            listed = ", ".join(f"`{each}`" for each in self.streams) or "none"
            _refuse(f"there is no stream `{name}` that is selected; there are {listed}")
        tap.check_discovered(name)
        stream: Any = tap.streams[name]
        found: AnalyticsStream = stream
        return found

    def _rows_of(self, stream: AnalyticsStream, account: str | None) -> ArrowRows:
        from tap_analytics.arrow_stream import rows_of  # noqa: PLC0415 - it needs an extra

        key = account, stream.name
        if key not in self._rows:
            self._rows[key] = rows_of(stream)
        return self._rows[key]


class _SilentTap(TapAnalytics):
    """A tap within another program: signals are that program's, and nothing is written."""

    takes_new_fields = False  # the columns of a table are settled before its first row

    @override
    def _setup_signal_handlers(self) -> None:
        """Leave signals as they are."""

    @override
    def write_state(self) -> None:
        """Write nothing: whoever wants the state asks for it."""


class _NoOutput(MessageWriter):
    """Writes nothing."""

    @override
    def write_message(self, message: Message) -> None:
        """Write nothing."""


def _check_arrow() -> None:
    try:
        import pyarrow as pa  # noqa: F401, PLC0415 - it is an extra
    except ImportError:
        message = "`tap_analytics.Source` needs pyarrow; install the extra `arrow`: pip install 'tap-analytics[arrow]'"
        raise ImportError(message) from None


def _catalog_in(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a catalog as the SDK takes it."""
    if given is None:
        return None
    streams = given.get("streams") if hasattr(given, "get") else None
    if not isinstance(streams, list) or not all(isinstance(each, dict) and "schema" in each for each in streams):
        _refuse("the catalog is not one: `streams` must be a list, as `--discover` prints it")
    return copy.deepcopy(dict(given))


def _refuse(fault: str) -> NoReturn:
    raise ConfigValidationError(fault, errors=[fault])
