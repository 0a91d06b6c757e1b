"""Prefetch: fetches pages a little ahead of the reader, and hands them over in order."""

from __future__ import annotations

import threading
import time
from collections import deque
from queue import SimpleQueue
from typing import TYPE_CHECKING, Generic

import msgspec

from tap_analytics.pagination.page import TokenT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tap_analytics.pagination.page import Page

# Pages are fetched ahead after so many in a row took so many seconds each: with a faster server, threads that take
# turns cost more time than they save.
WORTHWHILE = 0.003
WAITS = 2


class Task(msgspec.Struct, Generic[TokenT], eq=False):
    """A page that is fetched ahead; its outcome is there when `done` is set."""

    token: TokenT
    done: threading.Event = msgspec.field(default_factory=threading.Event)
    dropped: bool = False
    page: Page | None = None
    error: BaseException | None = None

    def run(self, fetch: Callable[[TokenT], Page]) -> None:
        """Fetch the page, unless it is not wanted any more."""
        if not self.dropped:
            try:
                self.page = fetch(self.token)
            except BaseException as error:  # noqa: BLE001 - raised again where the page is taken
                self.error = error
        self.done.set()

    def result(self) -> Page:
        """Wait for the page and return it, or raise its failure."""
        self.done.wait()
        if self.page is None:
            raise self.error or AssertionError
        return self.page


class Prefetch(Generic[TokenT]):
    """A source of pages that keeps up to `width` requests under way.

    If the API answers at once, pages are asked for in turn. Threads are daemons: the process can end at any time. The
    width is halved when a server gets too many requests, and when pages were fetched in vain because the list changed;
    each page that is taken widens it again. While `is_held` is set, pages are asked for in turn.
    """

    def __init__(self, fetch: Callable[[TokenT], Page], *, width: int, is_held: bool = False) -> None:
        self.is_held = is_held
        self._fetch = fetch
        self._most = self._width = width
        self._queue: SimpleQueue[Task[TokenT] | None] = SimpleQueue()
        self._tokens: Iterator[TokenT] = iter(())
        self._tasks: deque[Task[TokenT]] = deque()
        self._threads: list[threading.Thread] = []
        self._waits = WAITS

    def plan(self, tokens: Iterable[TokenT]) -> None:
        """Begin to fetch the pages of these tokens, in this order, as the width allows."""
        self._tokens = iter(tokens)
        self._fill()

    def take(self, token: TokenT) -> tuple[Page, bool]:
        """Return the page at a token, and whether it was asked for only now, after all pages before it."""
        if not self._tasks or self._tasks[0].token != token:
            return self._fetch_now(token), True
        page = self._tasks[0].result()
        self._tasks.popleft()
        self._width = min(self._most, self._width + 1)
        self._fill()
        return page, False

    def look(self, token: TokenT) -> Page:
        """Return a page out of turn, asked for now; the plan is kept."""
        return self._fetch(token)

    def drop(self) -> None:
        """Forget the plan and the pages that were fetched ahead; if there were any, halve the width."""
        if self._tasks:
            self.narrow()
        self._tokens = iter(())
        for task in self._tasks:
            task.dropped = True
        self._tasks.clear()

    def close(self) -> None:
        """Forget everything, and let the threads end."""
        self.drop()
        for _ in self._threads:
            self._queue.put(None)

    def narrow(self) -> None:
        """Halve the width: ask for half as many pages at once."""
        self._width = max(1, self._width // 2)

    def _fetch_now(self, token: TokenT) -> Page:
        next(self._tokens, None)
        began, worked = time.monotonic(), time.thread_time()
        page = self._fetch(token)
        waited = (time.monotonic() - began) - (time.thread_time() - worked)
        self._waits = min(self._waits + 1, WAITS) if waited > WORTHWHILE else 0
        self._fill()
        return page

    def _fill(self) -> None:
        if self._waits < WAITS or self.is_held:
            return
        while len(self._tasks) < self._width and (token := next(self._tokens, None)) is not None:
            task = Task(token)
            self._tasks.append(task)
            self._queue.put(task)
            if len(self._threads) < len(self._tasks):
                self._threads.append(threading.Thread(target=self._work, daemon=True))
                self._threads[-1].start()

    def _work(self) -> None:
        while (task := self._queue.get()) is not None:
            task.run(self._fetch)
