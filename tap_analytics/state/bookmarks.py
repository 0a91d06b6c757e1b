"""Bookmarks: how far an incremental sync has read, as an instant or a number, never as text."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from tap_analytics.instants import Order, order, parse_usual, to_number, unit_of
from tap_analytics.state import unfinished
from tap_analytics.state.bounds import NO_DATES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

State = dict[str, Any]

# The fewest digits of a number that counts from 1970.
_FEWEST_DIGITS = 9
# The character that stands behind the year of a date: `map` calls it for many values faster than any loop does.
_BEHIND_YEAR = itemgetter(4)


class Cursor(msgspec.Struct, frozen=True):
    """The furthest value seen of a replication key."""

    replication_key: str
    value: Any
    order: Order


class FurthestCursors:
    """The furthest values seen of a replication key, one for each state that holds a bookmark.

    Bookmarks move forward only, and never beyond `latest`; where it is None, as where nothing says of what kind the
    values are, no date is beyond `now`, and no number that is likely a time. `is_ascending` says whether all values so
    far came in ascending order, and `has_counted` whether there was a number that is no time.

    Args:
        layout: How dates are written, as a strftime format, where they are not ISO 8601.
        zone: The zone of dates without an offset.
    """

    def __init__(self, layout: str | None = None, zone: tzinfo | None = None) -> None:
        self.latest: Order | None = None
        self.now: datetime | None = None
        self.is_ascending = True
        self.has_counted = False
        self._layout = layout
        self._zone = zone or UTC
        self._unit: str | None = None
        self._has_codes = False
        self._seen: dict[int, Cursor] = {}
        self._risen: set[int] = set()
        self._fallen: set[int] = set()
        self._goes_on: set[int] = set()
        self._page_before: dict[int, Cursor] = {}

    @property
    def present(self) -> datetime:
        """When the sync began, or what the server says that it is, where that is earlier."""
        return self.now or datetime.now(UTC)

    def note(self, state: State, replication_key: str, value: object) -> None:
        """Take note of the value of one record."""
        place = order(value, self._layout, self._zone)
        is_code = (
            place is not None and place[0] == 0 and (_is_version(value) or (self._has_codes and _is_digits(value)))
        )
        if place is None or is_code or place[1] in NO_DATES:
            self._note_code(value)
            return
        if self._is_beyond(place):
            return
        before = self._seen.get(id(state))
        if before is None or place > before.order:
            self._seen[id(state)] = Cursor(replication_key, value, place)
            if before is not None:
                self._risen.add(id(state))
        elif place < before.order:
            self._fallen.add(id(state))
            self.is_ascending = False

    def _note_code(self, value: object) -> None:
        """Take note of a text with digits that is neither a number nor a date: others count nothing either.

        Of hexadecimal ids some have no letter, and none is the furthest by that. Of versions `1.10` is behind `1.9`.
        """
        if not self._has_codes and isinstance(value, str) and any(map(str.isdigit, value)):
            self._has_codes = True
            self._seen = {name: seen for name, seen in self._seen.items() if not _is_digits(seen.value)}

    def note_all(self, state: State, replication_key: str, values: Sequence[Any]) -> None:
        """Take note of the values of many records, in their order."""
        for value in self._decisive(values):
            self.note(state, replication_key, value)

    def furthest(self, state: State) -> Any:  # noqa: ANN401 - JSON
        """Return the furthest value seen; None where there is none."""
        cursor = self._seen.get(id(state))
        return cursor.value if cursor else None

    def move(self, state: State, *, written: Callable[[Any], Any] | None = None) -> bool:
        """Move the bookmark in a state to the furthest value seen, if that is ahead of it; return whether it was.

        `written` returns a value as it is to stand in the state.
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

    def move_in_order(self, state: State, move: Callable[[], None], *, is_last: bool = False) -> bool:
        """Move the bookmark in the middle of a list whose values ascend; return whether the state may have changed.

        It stays a page behind, unless no page follows that `is_last`: values that are later than those of the next page
        are no proof of an order, nor are values that are all alike. Where it shows only later, the bookmark goes back
        to where the list was begun: earlier rows are not read yet.
        """
        now = self._seen.get(id(state))
        before = replace(now) if is_last and now else self._page_before.get(id(state))
        if now is not None:
            self._page_before[id(state)] = now
        if not self.is_ascending:
            is_back = unfinished.is_begun(state)
            unfinished.go_back(state)
            return is_back
        if now is None or before is None or now is before or id(state) not in self._risen:
            return False
        unfinished.begin(state)
        self._seen[id(state)] = before
        move()
        self._seen[id(state)] = now
        return True

    def resume(self, state: State, *, is_ordered: bool) -> None:
        """Take note of where a list goes on that was not read to its end; from where it began if it has no order.

        A bookmark that is a time says that other numbers are times too, also one by itself that is far ahead.
        """
        place = order(state.get("replication_key_value"), self._layout, self._zone)
        if place and place[0] == 0 and self.now is not None and self._unit is None:
            self._unit = unit_of(place[1], self.now)
        if unfinished.is_begun(state):
            self._goes_on.add(id(state))
        if not is_ordered:
            unfinished.go_back(state)

    def starts_again(self, state: State) -> bool:
        """Return whether a list that went on is to be read from where it was begun: its order turned out to be none."""
        if id(state) not in self._goes_on & self._fallen:
            return False
        self._goes_on.discard(id(state))
        unfinished.go_back(state)
        return True

    def finish(self, state: State) -> None:
        """Take note that a list was read to its end, unless what was seen of it is forgotten."""
        if id(state) in self._seen:
            unfinished.finish(state)

    def forget(self, state: State) -> None:
        """Forget the values seen: after a failure, rows before the furthest one may not have been read."""
        self._seen.pop(id(state), None)
        self._risen.discard(id(state))

    def _is_beyond(self, place: Order) -> bool:
        """Return whether a value moves no bookmark."""
        kind, value = place
        if self.latest:
            # A stream of dates has a latest possible one: a later date, or what is no date, moves nothing.
            return kind != self.latest[0] or place > self.latest
        if self.now is None:
            return False
        if isinstance(value, datetime):
            return value > self.now
        return self._is_future(value, self.now)

    def _is_future(self, number: Decimal, now: datetime) -> bool:
        """Return whether a number is a time after the present; as soon as one is a time, so are the others.

        One that is far ahead looks like a counter by itself: `4102444800` is the year 2100.
        """
        unit = unit_of(number, now)
        if unit is not None and self._unit is None:
            self._unit, end = unit, (0, to_number(now, unit))
            self._seen = {name: seen for name, seen in self._seen.items() if seen.order <= end or seen.order[0]}
        self.has_counted = self.has_counted or (unit is None and self._unit is None)
        unit = unit or self._unit
        return unit is not None and bool(number > to_number(now, unit))

    def _decisive(self, values: Sequence[Any]) -> Sequence[Any]:
        """Return the values that say all that the others do, in their order."""
        try:
            if set(map(_BEHIND_YEAR, values)) != {"-"}:
                return values  # digits alone, which `order` takes for a number
            moments = parse_usual(values)
            earliest, furthest = min(moments), max(moments)
            is_future = self._is_beyond((1, furthest))
        except (TypeError, ValueError, LookupError):
            return values
        if is_future:
            return values
        first, newest = values[moments.index(earliest)], values[moments.index(furthest)]
        return (first, newest) if moments == sorted(moments) else (newest, first)


def _is_digits(value: object) -> bool:
    """Return whether a value is a number as text."""
    return isinstance(value, str) and value[4:5] != "-"


def _is_version(value: object) -> bool:
    """Return whether a text looks like a version, and no time: it has a point behind few digits."""
    return isinstance(value, str) and 0 < value.find(".") < _FEWEST_DIGITS and value[4:5] != "-"
