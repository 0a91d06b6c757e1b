"""The next run of a list, read by a thread while whoever takes the runs is busy with the one before it."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from tap_analytics.pagination.prefetch import WORTHWHILE

if TYPE_CHECKING:
    from collections.abc import Generator

T = TypeVar("T")


def one_ahead(runs: Generator[T]) -> Generator[T]:
    """Give runs; from the first on that lets its reader wait, the next is read while one is used.

    Who closes it waits for nothing: a run that is being read then is the last one, and nobody gets it.
    """
    with closing(_Reader(runs)) as reader:
        while not reader.is_ahead:
            began, worked = time.monotonic(), time.thread_time()
            run = next(runs, _END)
            waited = (time.monotonic() - began) - (time.thread_time() - worked)
            if run is _END:
                return
            if waited > WORTHWHILE:
                reader.begin()
            yield run  # type: ignore[misc] # it is a run
        yield from reader.take()


class _Reader:
    """Reads runs in a thread, each when the one before it is taken."""

    def __init__(self, runs: Generator[T]) -> None:
        self._runs = runs
        self._wanted: SimpleQueue[object] = SimpleQueue()
        self._read: SimpleQueue[tuple[object, BaseException | None]] = SimpleQueue()
        self.is_ahead = False

    def begin(self) -> None:
        """Read the next run, and go on as runs are taken."""
        self.is_ahead = True
        self._wanted.put(_NEXT)
        threading.Thread(target=self._work, daemon=True).start()

    def take(self) -> Generator[T]:
        """Give the runs; what went wrong with one is raised in its place."""
        while True:
            run, error = self._read.get()
            if error:
                raise error
            if run is _END:
                return
            self._wanted.put(_NEXT)
            yield run  # type: ignore[misc] # it is a run

    def close(self) -> None:
        """Read no more."""
        if self.is_ahead:
            self._wanted.put(None)
        else:
            self._runs.close()

    def _work(self) -> None:
        while self._wanted.get() is not None:
            try:
                self._read.put((next(self._runs, _END), None))
            except BaseException as error:  # noqa: BLE001 - raised again where the run is taken
                self._read.put((_END, error))
        self._runs.close()


_NEXT = object()
_END = object()
