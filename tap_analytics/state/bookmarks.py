"""Bookmarks: how far an incremental sync has read, as an instant or a number, never as text."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.instants import Order, order, to_number, unit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

State = dict[str, Any]

# Reads the character behind the year of a date; `map` calls this faster than a loop would.
_BEHIND_YEAR = itemgetter(4)

# The keys of a state that make up the bookmark.
_BOOKMARK = ("replication_key", "replication_key_value")


class Cursor(msgspec.Struct, frozen=True):
    """The furthest value seen of a replication key."""

    replication_key: str
    value: Any
    order: Order


class FurthestCursors:
    """The furthest values seen of a replication key, one for each state that holds a bookmark.

    Bookmarks move forward only, and never beyond `latest`. If that is None, since the type of the values is not known,
    dates and numbers that are probably times do not move them beyond `now`. `is_ascending` says that all values so far
    came in ascending order, `has_counted` that there was a number that is no time.

    Args:
        layout: The strftime format of dates that are not ISO 8601.
        zone: The zone of dates without an offset.
    """

    def __init__(self, layout: str | None = None, zone: tzinfo | None = None) -> None:
        self.latest: Order | None = None
        self.now: datetime | None = None
        self.is_ascending = True
        self.has_counted = False
        self._layout = layout
        self._zone = zone or UTC
        self._seen: dict[int, Cursor] = {}
        self._risen: set[int] = set()
        self._moved: dict[int, State] = {}

    @property
    def present(self) -> datetime:
        """The time when the sync began, by this clock or by that of the server, whichever is earlier."""
        return self.now or datetime.now(UTC)

    def note(self, state: State, replication_key: str, value: object) -> None:
        """Note the value of one record."""
        place = order(value, self._layout, self._zone)
        if place is None or self._is_beyond(place):
            return
        before = self._seen.get(id(state))
        if before is None or place > before.order:
            self._seen[id(state)] = Cursor(replication_key, value, place)
            if before is not None:
                self._risen.add(id(state))
        self.is_ascending = self.is_ascending and (before is None or place >= before.order)

    def note_all(self, state: State, replication_key: str, values: Sequence[Any]) -> None:
        """Note the values of many records, in their order."""
        for value in self._decisive(values):
            self.note(state, replication_key, value)

    def seen(self, state: State) -> Any:  # noqa: ANN401 - JSON
        """Return the furthest value seen; None without any value."""
        cursor = self._seen.get(id(state))
        return cursor.value if cursor else None

    def move(self, state: State, *, written: Callable[[Any], Any] | None = None) -> bool:
        """Move the bookmark in a state to the furthest value seen, if that is ahead of it; return whether it was.

        `written` returns a value in the form for the state.
        """
        cursor = self._seen.get(id(state))
        if cursor is None:
            return False
        before = order(state.get("replication_key_value"), self._layout, self._zone)
        if state.get("replication_key") != cursor.replication_key or before is None or cursor.order > before:
            state["replication_key"] = cursor.replication_key
            state["replication_key_value"] = written(cursor.value) if written else cursor.value
            return True
        return False

    def move_in_order(self, state: State, move: Callable[[], None]) -> bool:
        """Move the bookmark in the middle of a list whose values ascend; return whether the state may have changed.

        If all values are equal, the bookmark does not move: they may be the newest of a list in another order. If the
        other order shows only later, the bookmark goes back to where it was, since earlier rows are not read yet.
        """
        if self.is_ascending and id(state) in self._risen:
            self._moved.setdefault(id(state), {name: state[name] for name in _BOOKMARK if name in state})
            move()
            return True
        if self.is_ascending or id(state) not in self._moved:
            return False
        before = self._moved.pop(id(state))
        for name in _BOOKMARK:
            state.pop(name, None)
        state |= before
        return True

    def forget(self, state: State) -> None:
        """Forget the values seen: after a failure, rows before the furthest one may not have been read."""
        self._seen.pop(id(state), None)
        self._risen.discard(id(state))

    def _is_beyond(self, place: Order) -> bool:
        """Return whether a value is too late to move a bookmark."""
        kind, value = place
        if self.latest:
            # With dates, a later one than the latest possible, or a value that is no date, does not move the bookmark.
            return kind != self.latest[0] or place > self.latest
        if self.now is None:
            return False
        if isinstance(value, datetime):
            return value > self.now
        unit = unit_of(value, self.now)
        self.has_counted = self.has_counted or unit is None
        return unit is not None and bool(value > to_number(self.now, unit))

    def _decisive(self, values: Sequence[Any]) -> Sequence[Any]:
        """Return the values that decide about bookmark and order, so that the others can be skipped."""
        try:
            if set(map(_BEHIND_YEAR, values)) != {"-"}:
                return values  # digits alone, which `order` takes for a number
            moments = list(map(datetime.fromisoformat, values))
            earliest, furthest = min(moments), max(moments)
            is_future = self._is_beyond((1, furthest))
        except (TypeError, ValueError, LookupError):
            return values
        if is_future:
            return values
        first, newest = values[moments.index(earliest)], values[moments.index(furthest)]
        return (first, newest) if moments == sorted(moments) else (newest, first)
