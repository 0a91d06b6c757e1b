"""Reads the next run of a list in a thread while the caller is busy with the one before it."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from tap_analytics.pagination.ahead.prefetch import WORTHWHILE

if TYPE_CHECKING:
    from collections.abc import Generator

T = TypeVar("T")


def one_ahead(runs: Generator[T]) -> Generator[T]:
    """Give runs; after the first one that had to be waited for, each is read while the caller uses the one before.

    Closing the generator does not wait: a run that is being read then is dropped, and no other is read.
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
        """Give the runs; a failure is raised in the place of its run."""
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
