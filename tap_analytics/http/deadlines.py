"""Deadlines: ends the connection of a response that is not whole in time, even if its bytes keep coming."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from contextvars import ContextVar
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator

    from urllib3.connectionpool import HTTPConnectionPool


# After so many seconds the watching thread looks whether an exchange is left: it keeps all that it watches in memory.
LOOKS = 1.0


class _Connection(Protocol):
    sock: socket.socket | None


class Deadline:
    """The time by which one response has to be whole; `is_over` is set if it was not."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.ends = time.monotonic() + seconds
        self.is_over = False
        self._connection: _Connection | None = None
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def watch(self, connection: _Connection) -> None:
        """Remember the connection, to end it at the deadline; if that has passed, end it now."""
        with self._lock:
            # A connection drops its socket when only the rest of the response is still to come.
            self._connection, self._socket = connection, connection.sock
            if self.is_over:
                self._shut()

    def end(self) -> None:
        """End the connection: its reader gets no more bytes."""
        with self._lock:
            self.is_over = True
            self._shut()

    def leave(self) -> None:
        """Forget the connection: from now on it belongs to another request."""
        with self._lock:
            self._connection = self._socket = None

    def _shut(self) -> None:
        for each in (self._socket, self._connection and self._connection.sock):
            # With TLS within the TLS of a proxy, the socket is an attribute.
            plain = getattr(each, "socket", each)
            with contextlib.suppress(OSError):
                if plain:
                    # TLS would wait for the other side to say goodbye.
                    socket.socket.shutdown(plain, socket.SHUT_RDWR)


class Deadlines:
    """Ends each exchange that takes too long; one thread watches over all of them.

    Args:
        seconds: How long an exchange may take.
        least: After a late response the next request for the same thing has half of that time, but no less than this:
            so all tries together take less than twice as long as one.
    """

    def __init__(self, seconds: float, *, least: float = 0) -> None:
        self._seconds = seconds
        self._least = min(least, seconds)
        self._after_lateness: dict[str, float] = {}
        self._changed = threading.Condition()
        self._open: dict[Deadline, None] = {}
        self._is_watched = False

    @contextlib.contextmanager
    def exchange(self, asked: str = "") -> Iterator[Deadline]:
        """Give the deadline for a request that this thread sends in the block, and whose response it reads there."""
        deadline = self._begin(asked)
        token = _CURRENT.set(deadline)
        try:
            yield deadline
        finally:
            _CURRENT.reset(token)
            deadline.leave()
            self._finish(deadline, asked)

    def _begin(self, asked: str) -> Deadline:
        with self._changed:
            deadline = Deadline(self._after_lateness.get(asked, self._seconds))
            self._open[deadline] = None
            if not self._is_watched:
                self._is_watched = True
                threading.Thread(target=self._watch, name="deadlines", daemon=True).start()
            elif deadline.seconds < self._seconds:  # else another one ends first
                self._changed.notify()
        return deadline

    def _finish(self, deadline: Deadline, asked: str) -> None:
        with self._changed:
            self._open.pop(deadline, None)
            if deadline.is_over:
                self._after_lateness[asked] = max(deadline.seconds / 2, self._least)
            else:
                self._after_lateness.pop(asked, None)

    def _watch(self) -> None:
        """End connections that are late; return when none is left to watch."""
        with self._changed:
            while self._open:
                first = min(self._open, key=attrgetter("ends"))
                rest = first.ends - time.monotonic()
                if rest > 0:
                    self._changed.wait(min(rest, LOOKS))
                else:
                    del self._open[first]
                    first.end()
            self._is_watched = False


def watch_pool(pool: type[HTTPConnectionPool]) -> type[HTTPConnectionPool]:
    """Return the kind of pool whose connections end at the deadline of the thread that uses them."""
    if issubclass(pool.ConnectionCls, _Watched):
        return pool
    if pool not in _POOLS:
        connection = type("WatchedConnection", (_Watched, pool.ConnectionCls), {})
        _POOLS[pool] = type("WatchedPool", (pool,), {"ConnectionCls": connection})
    return _POOLS[pool]


class _Final(http.client.HTTPResponse):
    """A response that skips interim ones such as 103; a server may send any number of them."""

    @override
    def begin(self) -> None:
        super().begin()
        while self.status // 100 == 1 and self.status != http.HTTPStatus.SWITCHING_PROTOCOLS:
            self.headers = None  # type: ignore[assignment] # what has headers has begun
            super().begin()


class _Watched:
    """Lays the deadline over a kind of connection, as its first base class."""

    sock: socket.socket | None = None
    response_class = _Final

    def connect(self) -> None:
        _watch(self)  # the answer of a proxy is read within
        super().connect()  # type: ignore[misc] # of the kind of connection that it is put before
        _watch(self)

    def getresponse(self) -> Any:  # noqa: ANN401 - that of urllib3
        _watch(self)
        return super().getresponse()  # type: ignore[misc] # likewise


def _watch(connection: _Connection) -> None:
    if deadline := _CURRENT.get():
        deadline.watch(connection)


_POOLS: dict[type[HTTPConnectionPool], type[HTTPConnectionPool]] = {}
_CURRENT: ContextVar[Deadline | None] = ContextVar("deadline", default=None)
