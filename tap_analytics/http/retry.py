"""How often a transient failure is tried again, and how long to wait in between."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import backoff
from singer_sdk.exceptions import FatalAPIError, RetriableAPIError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from backoff.types import Details

P = ParamSpec("P")
T = TypeVar("T")


class TransientError(RetriableAPIError):
    """A failure that may be over in a moment.

    `wait` is the least number of seconds that the server asked for; `busy` is set where it is asked too much, and
    `unreachable` where it did not answer at all.
    """

    def __init__(self, message: str, *, wait: float = 0, busy: bool = False, unreachable: bool = False) -> None:
        super().__init__(message)
        self.wait = wait
        self.busy = busy
        self.unreachable = unreachable


class UnreachableError(FatalAPIError):
    """The server did not answer, however often it was asked."""


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How often a page is tried, and how long the tap waits in between.

    With the defaults a page is asked for four times, with waits of 2, 4 and 8 seconds and up to a quarter more. No wait
    is longer than `max_wait`.
    """

    max_retries: int = 3
    backoff_factor: float = 2
    max_wait: float = 300

    def retrying(self, call: Callable[P, T], *, report: Callable[[Details], None]) -> Callable[P, T]:
        """Return the call, tried again after each `TransientError` until the retries are used up.

        `report` is told of each wait before it begins; the last failure is raised as it is.
        """
        return backoff.on_exception(
            self._waits,
            TransientError,
            max_tries=self.max_retries + 1,
            jitter=self._up_to_a_quarter_more,
            on_backoff=report,
            logger=None,
        )(call)

    def requested_wait(self, headers: Mapping[str, str]) -> float:
        """Return the seconds that `Retry-After` asks for, or else `X-RateLimit-Reset`; 0 where neither is useful.

        Raises:
            FatalAPIError: They ask for more than `max_wait`.
        """
        name, wait = "Retry-After", _seconds(headers.get("Retry-After", ""))
        if wait is None:
            name, wait = "X-RateLimit-Reset", _seconds_until(headers.get("X-RateLimit-Reset", ""))
        if wait > self.max_wait:
            message = (
                f"the API asks to wait {wait:.0f} s (`{name}`), longer than the {self.max_wait:g} s that the tap "
                "waits; run again later, or raise `max_retry_wait`"
            )
            raise FatalAPIError(message)
        return wait

    def _waits(self) -> Generator[float, TransientError, None]:
        exponential = backoff.expo(factor=self.backoff_factor, max_value=self.max_wait)
        error = yield next(exponential)
        while True:
            error = yield max(next(exponential), error.wait)

    def _up_to_a_quarter_more(self, wait: float) -> float:
        return min(wait * random.uniform(1, 1.25), self.max_wait)  # noqa: S311 - spreads load, guards nothing


def _seconds(retry_after: str) -> float | None:
    """Return the seconds in a `Retry-After` value: a number, or the time until an HTTP date; None if it is neither."""
    if re.fullmatch(r"\s*[0-9]+(\.[0-9]+)?\s*", retry_after):
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
        return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError, TypeError):
        return None


def _seconds_until(epoch: str) -> float:
    """Return the seconds until a time given in seconds since 1970, 0 if it is none or over."""
    return max(0.0, float(epoch) - time.time()) if re.fullmatch(r"[0-9]{1,12}(\.[0-9]+)?", epoch) else 0.0
