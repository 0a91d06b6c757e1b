"""Windows that are finished before earlier ones are: an extra key of the state, beside the bookmark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.instants import parse
from tap_analytics.state.windows import Interval, is_before, text_of, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tap_analytics.instants import Bound
    from tap_analytics.state.bookmarks import State

# The key of the state: a list of pairs, the start and the end of each.
KEY = "finished_windows"


def windows_of(state: State) -> Sequence[Interval]:
    """Return the windows in a state that are finished behind the bookmark; malformed or empty ones are ignored."""
    given = state.get(KEY)
    pairs = [each for each in given if isinstance(each, list) and len(each) == len(Interval._fields)] if given else []
    intervals = (Interval(parse(start), parse(end)) for start, end in pairs)
    return [
        each
        for each in intervals
        if each.start is not None and each.end is not None and is_before(each.start, each.end)
    ]


def keep(state: State, finished: Iterable[Interval]) -> None:
    """Write the windows that are finished behind the bookmark into the state; without any, remove the key."""
    if pairs := [[text_of(bound) for bound in each] for each in finished]:
        state[KEY] = pairs
    else:
        state.pop(KEY, None)


def advance(
    place: Bound | None, done: Interval, finished: Iterable[Interval]
) -> tuple[Bound | None, Sequence[Interval]]:
    """Return the end of the finished windows that have no gap, and the finished windows behind that.

    Args:
        place: The end so far; None for the beginning of a list without a start.
        done: The window that was finished now; it has an end.
        finished: The windows behind the place that were finished before.
    """
    if done.start is None or (place is not None and not is_before(place, done.start)):
        place = done.end if place is None or (done.end is not None and is_before(place, done.end)) else place
        done = Interval()
    rest: list[Interval] = []
    for each in union([*finished, *([done] if done.start is not None else [])]):
        start, end = each
        if place is None or start is None or end is None or is_before(place, start):
            rest.append(each)
        elif is_before(place, end):
            place = end
    return place, rest
