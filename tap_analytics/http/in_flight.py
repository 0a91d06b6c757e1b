"""How many requests are on their way at once, whatever they are for."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self


class InFlight:
    """Limits how many requests are on their way at once; a `with` block waits until there is room for one more.

    Waiting threads go in the order in which they came: otherwise busy threads could keep out the one whose answer all
    others wait for.

    Args:
        most: The most requests at once; None sets no limit.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most or 0
        self._room = float(self._most)
        self._now = 0
        self._waiting: deque[threading.Lock] = deque()
        self._lock = threading.Lock()

    @property
    def width(self) -> int:
        """How many may be on their way now."""
        return int(self._room)

    def __enter__(self) -> Self:
        with self._lock:
            if not self._most or (self._now < self.width and not self._waiting):
                self._now += 1
                return self
            turn = threading.Lock()
            turn.acquire()  # a request that ends releases it
            self._waiting.append(turn)
        try:
            turn.acquire()
        except BaseException:
            self._give_up(turn)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        with self._lock:
            self._now -= 1
            self._admit()

    def _give_up(self, turn: threading.Lock) -> None:
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
            else:
                self._now -= 1
                self._admit()

    def _admit(self) -> None:
        """Let waiting threads go, the first one first, as long as there is room."""
        while self._waiting and self._now < self.width:
            self._now += 1
            self._waiting.popleft().release()

    def narrow(self) -> None:
        """Halve the number of requests at once."""
        with self._lock:
            self._room = float(max(1, self.width // 2))

    def widen(self) -> None:
        """Count a success: after as many as may be on their way, allow one request more, up to the limit."""
        if self._room < self._most:
            with self._lock:
                self._room = min(float(self._most), self._room + 1 / self._room)
                self._admit()
