"""Lists of one kind that may be read before their turn, and how far ahead they are read."""

from __future__ import annotations

import heapq
import time
from bisect import insort
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

from typing_extensions import override

from tap_analytics.pagination.ahead.prefetch import WAITS, WORTHWHILE

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

T = TypeVar("T")

# The place of a list among all others; they have their turns in the order of their places.
Place = tuple[int, ...]

# The most runs of one list that wait for its turn.
MOST_RUNS = 8


class ListAhead(Generic[T]):
    """A list that may be read ahead of its turn; a few runs of its rows wait to be taken.

    One thread at a time reads it. `error` is the failure that ended it, if there was one.

    Args:
        place: Where it stands among the others.
        open_list: Opens the list, and returns what gives its runs.
    """

    def __init__(self, place: Place, open_list: Callable[[], Generator[T]]) -> None:
        self.place = place
        self.waiting: deque[T] = deque()
        self.error: BaseException | None = None
        self.is_begun = self.is_busy = self.is_ended = False
        # `is_gone`: it is not read ahead any more, since its turn has come or it is not wanted. `is_dropped`: it is not
        # wanted, and the thread that reads it closes it.
        self.is_gone = self.is_dropped = False
        self.has_waited = False  # whether its reader had to wait when its turn had come
        self._open = open_list
        self._runs: Generator[T] | None = None

    @override
    def __repr__(self) -> str:
        return f"ListAhead({self.place})"

    def __lt__(self, other: ListAhead[T]) -> bool:
        return self.place < other.place

    @property
    def is_ready(self) -> bool:
        """Whether another run of it can be read ahead."""
        return not (self.is_busy or self.is_ended or self.is_gone) and len(self.waiting) < MOST_RUNS

    def advance(self) -> None:
        """Read one more run, or find out that there is none; a failure is kept in `error`."""
        self.is_begun = True
        try:
            if self._runs is None:
                self._runs = self._open()
            self.waiting.append(next(self._runs))
        except StopIteration:
            self.is_ended = True
        except BaseException as error:  # noqa: BLE001 - raised again when it is the turn of the list
            self.is_ended, self.error = True, error

    def close(self) -> None:
        """Read no more of it."""
        self.is_ended = True
        self.waiting.clear()
        if self._runs is not None:
            self._runs.close()


class Lane(Generic[T]):
    """The lists of one kind, such as those of one child stream.

    They are read ahead only if the last lists that were read in turn made their reader wait.

    Args:
        most: The most lists that are begun before their turn, and the most runs that wait in all of them.
        is_eager: Whether they are always read ahead.
    """

    def __init__(self, most: int, *, is_eager: bool = False) -> None:
        self._most = most
        self._is_eager = is_eager
        self._planned: list[ListAhead[T]] = []
        self._begun: list[ListAhead[T]] = []
        self._waits = WAITS - 1  # one list that makes its reader wait is enough at first

    def plan(self, one: ListAhead[T]) -> None:
        """Add a list that is to be read."""
        heapq.heappush(self._planned, one)

    def leave(self, one: ListAhead[T]) -> None:
        """Remove a list: its turn has come, or it is not wanted."""
        one.is_gone = True
        if one in self._begun:
            self._begun.remove(one)
        self._forget_gone()

    def candidate(self) -> ListAhead[T] | None:
        """Return the list to read ahead next; None if there is none, or if enough runs wait already."""
        is_worthwhile = self._is_eager or self._waits >= WAITS
        if not is_worthwhile or sum(len(each.waiting) + each.is_busy for each in self._begun) >= self._most:
            return None
        begun = next((each for each in self._begun if each.is_ready), None)
        planned = self._planned[0] if self._planned and len(self._begun) < self._most else None
        return min((each for each in (begun, planned) if each), default=None)

    def begin(self, one: ListAhead[T]) -> None:
        """Mark a list as being read ahead by a thread."""
        one.is_busy = True
        if not one.is_begun:
            one.is_begun = True
            heapq.heappop(self._planned)
            insort(self._begun, one)
            self._forget_gone()

    def advance(self, one: ListAhead[T]) -> None:
        """Read a run of a list in its turn, which no thread has begun, and note whether its reader had to wait.

        A list counts once, by its slowest run: some runs need no request.
        """
        began, worked = time.monotonic(), time.thread_time()
        one.advance()
        waited = (time.monotonic() - began) - (time.thread_time() - worked)
        if waited > WORTHWHILE and not one.has_waited:
            one.has_waited = True
            self._waits += 1
        elif one.is_ended and not one.has_waited:
            self._waits = 0

    def drop(self) -> list[ListAhead[T]]:
        """Forget all lists, and return those that were begun and that no thread reads now."""
        lists = [*self._planned, *self._begun]
        self._planned, self._begun = [], []
        for each in lists:
            each.is_gone = each.is_dropped = True
        return [each for each in lists if each.is_begun and not each.is_busy]

    def _forget_gone(self) -> None:
        while self._planned and self._planned[0].is_gone:
            heapq.heappop(self._planned)
