"""Pages a little ahead of the reader, handed over in order."""

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

# Seconds of waiting for a page, and times in a row that it takes them, before pages are worth asking for ahead: with a
# server that answers sooner, threads that take turns cost more time than they save.
WORTHWHILE = 0.003
WAITS = 2


class Task(msgspec.Struct, Generic[TokenT], eq=False):
    """A page that was asked for ahead: what came of it is there when `done` is set."""

    token: TokenT
    done: threading.Event = msgspec.field(default_factory=threading.Event)
    dropped: bool = False
    page: Page | None = None
    error: BaseException | None = None

    def run(self, fetch: Callable[[TokenT], Page]) -> None:
        """Fetch the page, unless nobody waits for it any more."""
        if not self.dropped:
            try:
                self.page = fetch(self.token)
            except BaseException as error:  # noqa: BLE001 - raised again where the page is taken
                self.error = error
        self.done.set()

    def result(self) -> Page:
        """Return the page when it is there; raise what went wrong with it."""
        self.done.wait()
        if self.page is None:
            raise self.error or AssertionError
        return self.page


class Prefetch(Generic[TokenT]):
    """A source of pages that keeps up to `width` requests under way.

    Where the API answers at once, pages are asked for in turn. Threads are daemons: they keep nobody from ending. The
    width is halved where a server is asked too much, and where pages were fetched in vain because the list changes;
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
        """Begin to fetch these tokens, in this order, as the width allows."""
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
        """Return a page that is not the next one, asked for now; what is planned stays so."""
        return self._fetch(token)

    def drop(self) -> None:
        """Forget what was planned and fetched ahead; where that was something, less of it from now on."""
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
        """Ask for half as many pages at once from now on."""
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
