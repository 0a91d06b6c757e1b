"""Several lists read side by side, each handed over whole when it is its turn."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import closing
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Generic, TypeVar

from tap_analytics.pagination.ahead.lane import Lane, ListAhead, T

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Hashable, Iterable

    from tap_analytics.pagination.ahead.lane import Place

Item = TypeVar("Item")

# Per thread: the most lists of one kind that are begun before their turn, and the most of their runs that wait.
FOR_EACH_THREAD = 4
# Lists of several pages that are read side by side need room for all of their runs: otherwise the first would block.
RUNS_FOR_EACH_THREAD = 8


class ListsAhead(Generic[T]):
    """Reads lists before their turn, in up to `width` threads; the lists whose turn comes first are read first.

    A thread reads one run of a list and goes on to the list that is needed soonest, so that no list waits for one that
    is far ahead already. A list that no thread has begun is read by the thread that takes it. Threads are daemons: the
    process can end at any time.

    Args:
        width: How many threads there are at most.
        is_eager: Whether lists are read ahead even if the reader did not wait for those before them.
    """

    def __init__(self, width: int, *, is_eager: bool = False) -> None:
        self._width = width
        self._is_eager = is_eager
        self._lanes: dict[Hashable, Lane[T]] = {}
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._is_closed = False
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)
        self._results = threading.Condition(self._lock)

    def plan(self, lane: Hashable, place: Place, open_list: Callable[[], Generator[T]]) -> ListAhead[T]:
        """Return a list that is read ahead from now on, as its turn comes near.

        Args:
            lane: The name of its kind of lists: these share how far ahead they are read.
            place: Its place among all lists.
            open_list: Opens the list, and returns the runs of its rows; a thread calls it.
        """
        one = ListAhead(place, open_list)
        with self._lock:
            one.is_gone = self._is_closed
            self._lane(lane).plan(one)
            self._wake()
        return one

    def take(self, lane: Hashable, one: ListAhead[T]) -> Generator[T]:
        """Return the runs of a list whose turn it is; it is open then, or has an `error`.

        A failure of the list is raised behind its last run.
        """
        its = self._lane(lane)
        with self._lock:
            its.leave(one)
            while one.is_busy:
                self._results.wait()
            self._wake()
        if one.is_begun:
            return _rest(one, one.advance)
        advance = partial(self._advance, its, one)
        advance()
        return _rest(one, advance)

    def _advance(self, lane: Lane[T], one: ListAhead[T]) -> None:
        """Read a run of a list in its turn; if its reader had to wait, threads begin to read ahead."""
        lane.advance(one)
        with self._lock:
            self._wake()

    def drop(self, lane: Hashable, one: ListAhead[T]) -> None:
        """Stop reading a list that is not wanted any more; one that had its turn is left alone."""
        with self._lock:
            if one.is_gone:
                return
            one.is_dropped = True
            self._lane(lane).leave(one)
            is_idle = not one.is_busy
            self._wake()
        if is_idle:
            one.close()

    def close(self) -> None:
        """Forget all lists, and let the threads end, at once or after the run that they are reading."""
        with self._lock:
            self._is_closed = True
            idle = [one for lane in self._lanes.values() for one in lane.drop()]
            self._work.notify_all()
        for one in idle:
            one.close()

    def _lane(self, name: Hashable) -> Lane[T]:
        most = self._width * (FOR_EACH_THREAD if self._is_eager else RUNS_FOR_EACH_THREAD)
        return self._lanes.setdefault(name, Lane(most, is_eager=self._is_eager))

    def _wake(self) -> None:
        """Wake or start a thread if a list may be read ahead."""
        if self._idle:
            self._work.notify()
        elif len(self._threads) < self._width and self._candidate():
            self._threads.append(threading.Thread(target=self._read, daemon=True))
            self._threads[-1].start()

    def _candidate(self) -> tuple[ListAhead[T], Lane[T]] | None:
        """Return the list that is needed soonest of those that can be read ahead, with its lane."""
        found = ((one, lane) for lane in self._lanes.values() if (one := lane.candidate()))
        return min(found, default=None, key=lambda pair: pair[0].place)

    def _read(self) -> None:
        while (one := self._next()) is not None:
            one.advance()
            with self._lock:
                one.is_busy = False
                self._results.notify()
            if one.is_dropped:
                one.close()

    def _next(self) -> ListAhead[T] | None:
        """Wait for a list that can be read ahead, and return it; None when the threads are to end."""
        with self._lock:
            while not self._is_closed:
                if found := self._candidate():
                    one, lane = found
                    lane.begin(one)
                    self._wake()  # there may be work for another thread too
                    return one
                self._idle += 1
                self._work.wait()
                self._idle -= 1
        return None


def side_by_side(
    items: Iterable[Item], open_list: Callable[[Item], Generator[T]], *, width: int
) -> Generator[tuple[Item, Generator[T]]]:
    """Give items one after another, each with the runs of its list; the lists of the next items are read meanwhile.

    Args:
        items: The items, each of which has a list; a few are taken ahead of the one that is given.
        open_list: Opens the list of an item, and returns the runs of its rows; a thread may call it.
        width: The most lists that are read at once; with 1, or with a single item, no threads are used.

    A failure of a list is raised by its runs: the items behind it can still be taken. A failure of `items` is raised
    behind the items that came before it.
    """
    following = _Items(items)
    first = list(islice(following, 1 if width == 1 else 2))
    if len(first) < 2:  # noqa: PLR2004 - one, or none
        yield from ((item, open_list(item)) for item in chain(first, following))
    else:
        yield from _ahead(chain(first, following), open_list, width)
    if following.error:
        raise following.error


class _Items(Generic[Item]):
    """Items up to a failure of their source, which is kept in `error`."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.error: Exception | None = None
        self._items = iter(items)

    def __iter__(self) -> _Items[Item]:
        return self

    def __next__(self) -> Item:
        try:
            return next(self._items)
        except StopIteration:
            raise
        except Exception as error:  # noqa: BLE001 - raised again behind the items
            self.error = error
            raise StopIteration from None


def _ahead(
    items: Iterable[Item], open_list: Callable[[Item], Generator[T]], width: int
) -> Generator[tuple[Item, Generator[T]]]:
    planned: deque[tuple[Item, ListAhead[T]]] = deque()
    with closing(ListsAhead[T](width, is_eager=True)) as lists:
        for number, item in enumerate(items):
            planned.append((item, lists.plan(None, (number,), partial(open_list, item))))
            # Runs that are there go out at once, so that less is lost if the process ends meanwhile.
            while planned and (planned[0][1].is_ended or len(planned) > width * FOR_EACH_THREAD):
                yield from _turn(lists, *planned.popleft())
        while planned:
            yield from _turn(lists, *planned.popleft())


def _turn(lists: ListsAhead[T], item: Item, one: ListAhead[T]) -> Generator[tuple[Item, Generator[T]]]:
    with closing(lists.take(None, one)) as runs:
        yield item, runs


def _rest(one: ListAhead[T], advance: Callable[[], None]) -> Generator[T]:
    """Give the waiting runs of a list, then read the rest of it with `advance`."""
    try:
        while one.waiting or not one.is_ended:
            if one.waiting:
                yield one.waiting.popleft()
            else:
                advance()
        if one.error:
            raise one.error
    finally:
        one.close()
