"""What answers before the API does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.sandbox.faults import FAULTS
from tap_analytics.sandbox.messages import Answer

if TYPE_CHECKING:
    from tap_analytics.sandbox.messages import Answering, Interceptor, Request


class Interceptors:
    """The interceptors of a sandbox in the order in which they are asked, and the fault that an address names.

    Args:
        answering: Gives the answer of the API, for faults to alter.
    """

    def __init__(self, answering: Answering) -> None:
        self._interceptors: list[Interceptor] = []
        self._faults = {name: fault(answering) for name, fault in FAULTS.items()}

    def add(self, interceptor: Interceptor) -> None:
        """Add an interceptor, which is asked after those before it."""
        self._interceptors.append(interceptor)

    def answer(self, request: Request) -> Answer | None:
        """Return the first answer; None if all of them leave the request to the API."""
        if request.fault is not None and request.fault not in FAULTS:
            return Answer.error(404, f"No such fault. There are: {', '.join(FAULTS)}.")
        interceptors = list(self._interceptors)
        if request.fault is not None and request.resource is not None:
            interceptors.append(self._faults[request.fault])
        return next(filter(None, (interceptor(request) for interceptor in interceptors)), None)
