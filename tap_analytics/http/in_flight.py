"""How many requests are on their way at once, whatever they are for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self


class InFlight:
    """Lets so many requests be on their way at once; a `with` block waits until there is room for one more.

    Args:
        most: How many there are at the most; None is no limit.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most or 0
        self._room = float(self._most)
        self._now = 0
        self._changed = threading.Condition()

    @property
    def width(self) -> int:
        """How many may be on their way now."""
        return int(self._room)

    def __enter__(self) -> Self:
        with self._changed:
            while self._most and self._now >= self.width:
                self._changed.wait()
            self._now += 1
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        with self._changed:
            self._now -= 1
            self._changed.notify()

    def narrow(self) -> None:
        """Let half as many be on their way from now on."""
        with self._changed:
            self._room = float(max(1, self.width // 2))

    def widen(self) -> None:
        """Take note of a success: let one more be on its way, up to the most, when as many as may be have succeeded."""
        if self._room < self._most:
            with self._changed:
                self._room = min(float(self._most), self._room + 1 / self._room)
                self._changed.notify()
