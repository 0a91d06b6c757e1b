"""The streams of each account of a source: opened when they are first read, closed when others are read instead."""

from __future__ import annotations

import copy
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakValueDictionary

from tap_analytics.arrow.streams import SourceStreams
from tap_analytics.pagination.ahead.lists_ahead import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from tap_analytics.arrow.silent_tap import SilentTap
    from tap_analytics.state.windows import Window

T = TypeVar("T")

# Accounts that stay open while they are not read: a reader of windows soon asks for the same one again.
KEPT_OPEN = 4


@dataclass
class SourceAccounts:
    """The accounts of a tap, by name; the name None stands for a tap without accounts.

    The state of each account is a part of the state of the tap.

    Args:
        tap: The tap that reads all of them.
        decimals: The digits of numbers that declare none.
    """

    tap: SilentTap = field(repr=False)
    decimals: tuple[int, int] | None = None
    _open: WeakValueDictionary[str | None, SourceStreams] = field(default_factory=WeakValueDictionary)
    _last: deque[SourceStreams] = field(default_factory=lambda: deque(maxlen=KEPT_OPEN))
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def names(self) -> Sequence[str | None]:
        """The names of the accounts; one name, None, where the tap has no accounts."""
        return self.tap.accounts.names or [None]

    def of(self, account: str | None) -> SourceStreams:
        """Return the streams of an account.

        Raises:
            ConfigValidationError: There is no such account.
        """
        with self._lock:
            streams = self._open.get(account)
            if streams is None:
                tap = self.tap.reader(account)
                tap.sampled = self.tap.sampled
                self.tap.accounts.keep(tap)
                streams = self._open[account] = SourceStreams(tap=tap, account=account, decimals=self.decimals)
            self._last.append(streams)
        return streams

    def each(self, ask: Callable[[SourceStreams], Iterable[T]]) -> list[T]:
        """Return what `ask` finds in each account, in their order; several accounts are asked at once."""
        width = min(self.tap.connection.width, len(self.names))
        self.tap.check_streams()
        if width == 1:
            return [each for name in self.names for each in ask(self.of(name))]
        with ThreadPoolExecutor(width) as threads:
            return list(chain.from_iterable(threads.map(lambda name: list(ask(self.of(name))), self.names)))

    def batches(self, windows: Sequence[Window]) -> Generator[Any]:
        """Give the rows of windows as batches, account by account; the next account is read meanwhile.

        The state of an account covers the batches that the caller took, and no others.
        """
        shares: dict[Any, list[Window]] = {}
        for window in windows:
            shares.setdefault(window.account, []).append(window)
        if len(shares) < 2:  # noqa: PLR2004 - one, or none
            for account, share in shares.items():
                yield from self.of(account).batches(share)
            return
        self.tap.check_streams()
        before = {account: copy.deepcopy(self.tap.accounts.states.get(account)) for account in shares}
        with closing(side_by_side(shares.items(), self._share, width=self.tap.connection.width)) as read:
            try:
                for (account, _), batches in read:
                    yield from batches
                    del before[account]
            finally:
                self._forget(before)

    def _share(self, share: tuple[str | None, Sequence[Window]]) -> Generator[Any]:
        account, windows = share
        yield from self.of(account).batches(windows)

    def _forget(self, before: dict[Any, Any]) -> None:
        """Set accounts back to their former states: they may have read beyond the batches that the caller took."""
        with self._lock:
            for account, state in before.items():
                self._open.pop(account, None)
                self.tap.accounts.states.pop(account, None)
                if state is not None:
                    self.tap.accounts.states[account] = state
