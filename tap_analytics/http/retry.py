"""How often a transient failure is tried again, and how long to wait in between."""

from __future__ import annotations

import random
from itertools import count
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import backoff
import msgspec
from singer_sdk.exceptions import FatalAPIError, RetriableAPIError

from tap_analytics.http.waits import WaitHeaders
from tap_analytics.report.counts import times

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from backoff.types import Details

P = ParamSpec("P")
T = TypeVar("T")

# The window of most limits, in seconds.
MINUTE = 60.0

USUAL_HEADERS = WaitHeaders()


class TransientError(RetriableAPIError):
    """A failure that a retry may mend.

    `wait` is the number of seconds that the server asks to wait. `busy` says that the server is overloaded, `limited`
    that there were too many requests, `unreachable` that it did not answer at all, and `is_lost` that an answer was
    lost on its way: the server may have done what it was asked. `advice` is for a failure that is there at every try.
    """

    def __init__(  # noqa: PLR0913 - what a failure says of itself
        self,
        message: str,
        *,
        wait: float = 0,
        busy: bool = False,
        limited: bool = False,
        unreachable: bool = False,
        is_lost: bool = False,
        advice: str = "",
    ) -> None:
        super().__init__(message)
        self.wait = wait
        self.busy = busy
        self.limited = limited
        self.unreachable = unreachable
        self.is_lost = is_lost
        self.advice = advice

    @property
    def lasting(self) -> type[ExhaustedError]:
        """The kind of error that it becomes if the last try fails too."""
        return UnreachableError if self.unreachable else ExhaustedError

    def behind(self, words: str) -> TransientError:
        """Return the same failure with words before its message."""
        message = f"{words}{self}"
        return TransientError(
            message,
            wait=self.wait,
            busy=self.busy,
            limited=self.limited,
            unreachable=self.unreachable,
            advice=self.advice,
        )


class ExhaustedError(FatalAPIError):
    """A failure that a retry may mend was there at every try."""


class UnreachableError(ExhaustedError):
    """The server did not answer, however often it was asked."""


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """How often a request is tried, and how long the tap waits in between.

    With the defaults a page is asked for four times, with waits of 2, 4 and 8 seconds and up to a quarter more. No wait
    is longer than `max_wait`. `statuses` are retried besides those of the table in `status.py`; `headers` says which
    headers ask for a wait.
    """

    max_retries: int = 3
    backoff_factor: float = 2
    max_wait: float = 300
    statuses: frozenset[int] = frozenset()
    headers: WaitHeaders = USUAL_HEADERS

    @property
    def tries(self) -> str:
        """The most tries of a request, in words."""
        return times(self.max_retries + 1)

    def retrying(self, call: Callable[P, T], *, report: Callable[[Details], None]) -> Callable[P, T]:
        """Return the call, tried again after each `TransientError` until the retries are used up.

        `report` is called before each wait; the last failure is raised as it is.
        """
        return backoff.on_exception(
            self._waits,
            TransientError,
            max_tries=self.max_retries + 1,
            jitter=self._up_to_a_quarter_more,
            on_backoff=report,
            logger=None,
        )(call)

    def requested_wait(self, headers: Mapping[str, str], *, is_limit: bool = True) -> float:
        """Return the seconds that the headers of a failure ask to wait; 0 if they ask for no wait that can be read.

        Raises:
            FatalAPIError: They ask for more than `max_wait`.
        """
        wait = self.headers.wait(headers, is_limit=is_limit)
        if wait and wait.seconds > self.max_wait:
            message = (
                f"the API asks to wait {wait.seconds:.0f} s (`{wait.header}`), longer than the {self.max_wait:g} s "
                "that the tap waits; run again later, or raise `max_retry_wait`"
            )
            raise FatalAPIError(message)
        return wait.seconds if wait else 0.0

    def _waits(self) -> Generator[float, TransientError, None]:
        exponential = backoff.expo(factor=self.backoff_factor, max_value=self.max_wait)
        error = yield next(exponential)
        for number in count(1):
            error = yield max(
                next(exponential), error.wait, self._last_wait(error) if number == self.max_retries else 0
            )

    def _last_wait(self, error: TransientError) -> float:
        """Return the seconds to wait before the last try: a minute if a limit was reached that names no end."""
        unknown = error.limited and not error.wait
        return min(MINUTE * min(self.backoff_factor, 1), self.max_wait) if unknown else 0

    def _up_to_a_quarter_more(self, wait: float) -> float:
        return min(wait * random.uniform(1, 1.25), self.max_wait)  # noqa: S311 - spreads load, guards nothing
