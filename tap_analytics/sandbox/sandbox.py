"""The sandbox: the analytics API over real HTTP, in a thread of this process, with everything a test wants to know."""

from __future__ import annotations

import logging
from collections import Counter, deque
from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING, Any, Self

from tap_analytics.sandbox.api import Api
from tap_analytics.sandbox.churn import Churn
from tap_analytics.sandbox.faults import FAULTS, aim
from tap_analytics.sandbox.interceptors import Interceptors
from tap_analytics.sandbox.messages import Answer, Interceptor, Request
from tap_analytics.sandbox.options import Options

if TYPE_CHECKING:
    from tap_analytics.sandbox.server import Server
    from tap_analytics.sandbox.table import Table

REMEMBERED = 100_000

logger = logging.getLogger(__name__)


class Sandbox:
    """The analytics API, offline; serves while its `with` block runs.

    Args:
        host: Address to listen at.
        port: Port to listen at, any free one if 0.
        options: See `Options`.
    """

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, **options: Any) -> None:  # noqa: ANN401 - see Options
        self._host = host
        self._port = port
        self._lock = RLock()
        self._server: Server | None = None
        self._usual = options
        self.reset()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port it listens at."""
        return self._server.port if self._server else self._port

    @property
    def url(self) -> str:
        """The base URL, for the setting `api_url`."""
        return f"http://{self._host}:{self.port}"

    @property
    def options(self) -> Options:
        """How it behaves."""
        return self._api.options

    @property
    def api_key(self) -> str:
        """The key that opens it."""
        return self.options.api_key

    @property
    def resources(self) -> list[str]:
        """The resources there are."""
        return list(self._api.tables)

    @property
    def requests(self) -> list[Request]:
        """Every request since the last reset, those for tokens too, in the order received."""
        with self._lock:
            return list(self._requests)

    def requests_to(self, resource: str) -> list[Request]:
        """Return the requests to one resource."""
        return [request for request in self.requests if request.resource == resource]

    def start(self) -> None:
        """Begin to serve; returns when connections are accepted."""
        from tap_analytics.sandbox.server import Server  # noqa: PLC0415 - the one module that needs the extra

        self._server = self._server or Server(self._respond, self._host, self._port)

    def stop(self) -> None:
        """Stop serving; no thread and no socket stays behind."""
        if self._server:
            self._server.stop()
            self._server = None

    def reset(self, **options: Any) -> None:  # noqa: ANN401 - see Options
        """Make everything new: tables, tokens, faults, requests; these options lie over those it was made with."""
        api = Api(Options(**self._usual | options))
        with self._lock:
            self._api = api
            self._requests: deque[Request] = deque(maxlen=REMEMBERED)
            self._numbers: Counter[tuple[str | None, str | None]] = Counter()
            self._interceptors = Interceptors(self.answer)

    def table(self, resource: str) -> Table:
        """Return the rows of a resource, to look at and to change; a resource that is new has none."""
        with self._lock:
            return self._api.table(resource)

    def revoke_tokens(self) -> None:
        """Make all tokens worthless that were issued."""
        self._api.credentials.revoke()

    def intercept(self, interceptor: Interceptor) -> None:
        """Ask this function for an answer before the API is asked; None stands for the API's own.

        The first of several to answer wins. They run in the server's thread: use `Answer.delay`, do not sleep.
        """
        with self._lock:
            self._interceptors.add(interceptor)

    def fault(self, name: str, *, resource: str | None = None, at: int = 1) -> None:
        """Add a fault (see `FAULTS`), to all resources or to one, from the request number `at` on.

        It counts those requests to a resource that no interceptor before it has answered. So faults that end come one
        after another, in the order in which they were added.

        Raises:
            ValueError: There is no such fault.
        """
        if name not in FAULTS:
            message = f"No such fault: {name}. There are: {', '.join(FAULTS)}."
            raise ValueError(message)
        self.intercept(aim(FAULTS[name](self.answer), resource=resource, at=at))

    def churn(self, resource: str, **changes: int) -> Churn:
        """Change the resource before each request to it but the first, as `Churn` says, and return what changed."""
        churn = Churn(resource=resource, table=self.table(resource), **changes)
        self.intercept(churn)
        return churn

    def answer(self, request: Request) -> Answer:
        """Return the API's own answer, for an interceptor to alter."""
        return self._api.answer(request)

    def _respond(self, request: Request) -> Answer:
        """Return the answer that is sent, and keep the request in mind."""
        with self._lock:
            self._requests.append(request)
            self._numbers[request.fault, request.resource] += 1
            request.number = self._numbers[request.fault, request.resource]
            try:
                answer = self._interceptors.answer(request) or self.answer(request)
            except Exception:
                logger.exception("An interceptor of the sandbox failed.")
                answer = Answer.error(500, "An interceptor of the sandbox failed.")
            latency = self.options.latency
        if not answer.reset:
            request.status, request.rows = answer.status, answer.rows
        return replace(answer, delay=answer.delay + latency) if latency else answer
