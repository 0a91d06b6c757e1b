"""The state of one stream, as the SDK asks for it: a thin layer over the bookmarks."""

from __future__ import annotations

import contextlib
import logging
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError

# The one private module of the SDK that the tap needs: `Stream.state_manager` is public, its class is not. The SDK
# compares bookmarks as text, takes rows dated in the future and fails at rows without a date.
from singer_sdk.streams._state import StreamStateManager
from typing_extensions import override

from tap_analytics.http.retry import UnreachableError
from tap_analytics.instants import UNITS, order, parse_http_date, to_number
from tap_analytics.records.paths import field_of
from tap_analytics.report.metrics import QUIET_STARTS
from tap_analytics.state.bookmarks import FurthestCursors
from tap_analytics.state.cursor_text import CursorText
from tap_analytics.state.failed_lists import FailedLists
from tap_analytics.state.replication import Incremental, ReplicationKey
from tap_analytics.state.shapes import context_key, of_parent
from tap_analytics.stream.odd_bookmarks import oddity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from singer_sdk.helpers.types import Context, Record

    from tap_analytics.state.bookmarks import State
    from tap_analytics.state.bounds import Bounds
    from tap_analytics.stream.sdk_stream import SdkStream


class StreamState(StreamStateManager):
    """The bookmarks of one stream: they move forward only, never into the future, and only when the list is read.

    Args:
        key: What is known of the replication key.
        is_held: Returns whether no bookmark may move now, since rows are missing that depend on this stream.
        now: When the sync began by the clock of this machine.
        options: Those of the SDK.
    """

    def __init__(
        self,
        *,
        key: ReplicationKey | None = None,
        is_held: Callable[[], bool] = lambda: False,
        now: datetime | None = None,
        **options: Any,  # noqa: ANN401 - the SDK's
    ) -> None:
        super().__init__(**options)
        self.key = key or ReplicationKey(schema={}, declared=Incremental(cursor_path=""))
        self.failed_lists = FailedLists()
        self.is_whole = True
        name = self.key.declared.cursor_path.rpartition(".")[2]
        self.text = CursorText(name, is_put=self.key.schema.get("format") == "date-time") if name else None
        self.cursors = FurthestCursors(self.key.declared.datetime_format, self.key.declared.zone)
        self.cursors.now = now
        self.is_held = is_held
        self._date_of_server: datetime | None = None
        self._partitions: dict[str, State] | None = None
        self.starts: dict[str, Any] = {}  # of the lists of this sync, by what tells their parents apart
        self._told: set[str] = set()

    # Where a bookmark stands

    @override
    def get_context_state(self, context: Context | None) -> State:
        of = self.get_state_partition_context(context)
        if not of:
            return self.stream_state
        # The SDK looks through all of them, and does so several times for each parent.
        if self._partitions is None:
            partitions = self.stream_state.setdefault("partitions", [])
            self._partitions = {context_key(each["context"]): each for each in partitions}
        name = context_key(of)
        if name not in self._partitions:
            self._partitions[name] = {"context": dict(of)}
            self.stream_state["partitions"].append(self._partitions[name])
        return self._partitions[name]

    @override
    def get_state_partitions(self) -> None:
        """Return None: for partitions in a state, the SDK would read those only, and not the whole list."""

    def drop_unread_partitions(self) -> None:
        """Drop the bookmarks for parents that were not read in this sync: the list of parents has them no more."""
        partitions = self.stream_state.get("partitions", [])
        kept = [each for each in partitions if context_key(each["context"]) in self.starts]
        if len(kept) < len(partitions):
            self._logger.info("%d bookmarks are dropped: their parents are gone", len(partitions) - len(kept))
            self.stream_state["partitions"] = kept
            self._partitions = None

    def start(self, stream: SdkStream, context: Context | None, *, is_ahead: bool = False) -> Any:  # noqa: ANN401 - a cursor
        """Return where a reading begins, and note that as `sync()` does, unless it is ahead of its turn."""
        if is_ahead:
            of = self.get_state_partition_context(context)
            if of and (name := context_key(of)) in self.starts:
                return self.starts[name]
            state, first = of_parent(self.stream_state, of, known=self._partitions), stream.config.get("start_date")
            is_known = state.get("replication_key") == stream.replication_key
            value = state.get("replication_key_value") if is_known else None
            return stream.compare_start_date(value, first) if value and first else value or first
        if _START not in self.get_context_state(context):
            self.write_starting_replication_value(
                context,
                replication_method=stream.replication_method,
                replication_key=stream.replication_key,
                config=dict(stream.config),
                compare_start_date_fn=stream.compare_start_date,
            )
        return stream.get_starting_replication_key_value(context)

    def bounds(self, first: object, *, settings: Mapping[str, Any], is_new: bool) -> Bounds:
        """Return what a reading is to bring.

        Args:
            first: The bookmark, or another first value, which may be the `start_date` of the settings.
            settings: Those of the tap.
            is_new: Whether more is read than what these bounds hold.

        Raises:
            FatalAPIError: The bookmark is none of this stream.
        """
        is_bookmark = first not in (None, settings.get("start_date"))
        bounds = self.key.bounds(first, is_bookmark=is_bookmark, settings=settings)
        if bounds and not is_new:
            self.is_whole = False
        return bounds

    @override
    def write_starting_replication_value(
        self,
        context: Context | None,
        replication_method: str,
        replication_key: str | None,
        config: dict[str, Any],
        compare_start_date_fn: Callable[[str, str], str] | None = None,
    ) -> None:
        if replication_method != "FULL_TABLE" and replication_key:
            state = self.get_context_state(context)
            self.cursors.resume(state, is_ordered=self.key.declared.row_order == "asc")
            self._tell(oddity(state, replication_key, self.key))
        super().write_starting_replication_value(
            context, replication_method, replication_key, config, compare_start_date_fn
        )
        if of := self.get_state_partition_context(context):
            # A list that is read again, for another record of the parent, begins where it did before.
            state = self.get_context_state(context)
            start = self.starts.setdefault(context_key(of), state.get(_START))
            state |= {_START: start} if _START in state else {}

    def _tell(self, message: str) -> None:
        """Log a warning, if there is one, once in a sync."""
        if message and message not in self._told:
            self._told.add(message)
            self._logger.warning("%s", message)

    # How far it has come

    @override
    def write_replication_key_signpost(
        self, value: datetime | str | float | None, *, context: Context | None = None
    ) -> None:
        self.cursors.latest = order(value)
        self._heed_server()

    def hear(self, headers: Mapping[str, str]) -> None:
        """Take note of the clock of the server, as the headers of its first response tell it.

        Where it is behind that of this machine, a row that changes while the list is read may be dated before now.
        """
        if self._date_of_server is None and (date := headers.get("Date")):
            self._date_of_server = parse_http_date(date)
            self._heed_server()

    def _heed_server(self) -> None:
        """Let no bookmark be later than the server says it is."""
        date, cursors = self._date_of_server, self.cursors
        if date is None:
            return
        if cursors.now is not None:
            cursors.now = min(cursors.now, date)
        if cursors.latest is not None:
            kind, latest = cursors.latest
            unit = self.key.declared.datetime_format
            if isinstance(latest, datetime):
                cursors.latest = (kind, min(latest, date))
            elif unit in UNITS:
                cursors.latest = (kind, min(latest, to_number(date, unit)))

    @override
    def increment_state(self, latest_record: Record, *, context: Context | None = None, replication_key: str) -> None:
        value = field_of(latest_record, replication_key)
        self.cursors.note(self.get_context_state(context), replication_key, value)

    def advance(self, cursors: Sequence[Any], *, context: Context | None, replication_key: str) -> None:
        """Take note of the cursors of many records, as `increment_state` does of one."""
        self.cursors.note_all(self.get_context_state(context), replication_key, cursors)

    @override
    def finalize_state(self, state: State | None = None) -> None:
        if state is not None:
            self.move(state)
            if not self.is_held():
                self.cursors.finish(state)
            if self.text:
                self.text.keep(self.stream_state, state.get("replication_key_value"))
        super().finalize_state(state)

    def move(self, state: State) -> None:
        """Move the bookmark in a state to the furthest value seen, if that is ahead of it and nothing holds it."""
        if self.is_held():
            return
        if self.cursors.move(state, written=self.text.restore if self.text else None):
            declared = self.key.declared
            if self.cursors.has_counted and not declared.lag and declared.row_order != "asc":
                self._tell(
                    f"`{declared.cursor_path}` holds numbers that say no time: a row that changes while the list is "
                    "read may be missed; set `lag` to read again so far behind the bookmark"
                )

    def move_in_order(self, context: Context | None, *, is_last: bool = False) -> bool:
        """Move a bookmark in the middle of a list where rows come in the order of their changes; return whether it did.

        A sync that ends here goes on from the last of them.
        """
        if self.key.declared.row_order != "asc":
            return False
        state = self.get_context_state(context)
        return self.cursors.move_in_order(state, partial(self.move, state), is_last=is_last)

    def starts_again(self, context: Context | None) -> bool:
        """Return whether a list is to be read from where an earlier sync began it, which is where it starts then."""
        if not self.cursors.starts_again(state := self.get_context_state(context)):
            return False
        state.pop(_START, None)
        self.starts.pop(context_key(self.get_state_partition_context(context) or {}), None)
        self._tell(
            "The rows do not come in ascending order, as `row_order` says: the list is read once more, from where an "
            "earlier sync began it; let the API sort them, or remove `row_order`"
        )
        return True

    # How it ends without having come further

    def hold(self, context: Context | None) -> None:
        """Leave a bookmark where it is: the list was not read to its end, though it did not fail."""
        self.cursors.forget(self.get_context_state(context))
        self.is_whole = False

    @contextlib.contextmanager
    def list_of_one_parent(self, context: Context | None) -> Iterator[None]:
        """Keep a failure of the list of one parent for the end of the sync, so that the lists of others are read.

        Raises:
            UnreachableError: Those of other parents cannot be read either.
            FatalAPIError: The list is none of one parent.
        """
        if not context:
            yield
            return
        self.failed_lists.begun += 1
        try:
            yield
        except UnreachableError:
            raise
        except FatalAPIError as error:
            self.hold(context)
            self.failed_lists.add(str(error))
            level = logging.ERROR if self.failed_lists.is_worth_telling else logging.DEBUG
            self._logger.log(level, "%s", error)

    def close(self, state: State) -> None:
        """Leave the bookmark where it is: after a failure, rows before the furthest value may not have been read."""
        self.cursors.forget(state)
        super().finalize_state(state)


_START = "starting_replication_value"


def state_of(stream: SdkStream, **options: Any) -> StreamState:  # noqa: ANN401 - those of `StreamState`
    """Return the state of a stream of the SDK."""
    if stream.parent_stream_type is not None:
        stream.logger.addFilter(QUIET_STARTS)
    return StreamState(
        tap_name=stream.tap_name,
        stream_name=stream.name,
        tap_state=stream.tap_state,
        state_partitioning_keys=stream.state_partitioning_keys,
        **options,
    )
