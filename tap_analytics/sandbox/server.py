"""An HTTP server that runs in a thread of this process and leaves nothing behind when it stops."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

from tap_analytics.sandbox.connection import Connection

if TYPE_CHECKING:
    from tap_analytics.sandbox.messages import Answering


class Server:
    """Serves answers at `host` and `port` (any free one if 0) from the moment it is made until `stop`.

    Raises:
        OSError: The address is taken or is not ours.
    """

    def __init__(self, answering: Answering, host: str, port: int) -> None:
        self._answering = answering
        self._connections: set[Connection] = set()
        self._accepting: set[asyncio.Task[tuple[asyncio.Transport, Connection]]] = set()
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        try:
            self._socket = socket.create_server((host, port), backlog=1024)
        except OSError:
            self._loop.close()
            raise
        self._socket.settimeout(0)
        self.port: int = self._socket.getsockname()[1]
        self._thread = Thread(target=self._run, name=f"sandbox:{self.port}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close every connection and wait until the thread has ended."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        """Serve until stopped. Not with asyncio's own server: it loses a connection that comes in as it is closed."""
        self._loop.add_reader(self._socket, self._accept)
        await self._stopped.wait()
        self._loop.remove_reader(self._socket)
        self._socket.close()
        await asyncio.gather(*self._accepting)
        for connection in tuple(self._connections):
            connection.abort()
        await asyncio.sleep(0)  # the turn of the loop in which connections learn that they are lost

    def _accept(self) -> None:
        with suppress(BlockingIOError, ConnectionAbortedError):
            accepted, _ = self._socket.accept()
            task = self._loop.create_task(self._loop.connect_accepted_socket(self._connection, accepted))
            self._accepting.add(task)
            task.add_done_callback(self._accepting.discard)

    def _connection(self) -> Connection:
        return Connection(self._answering, self._connections)
