"""The list that a thread reads for a stream: several lists of one stream may be read at the same time."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.helpers.types import Context

    from tap_analytics.resources.listing import Listing
    from tap_analytics.state.bounds import Bounds


class CurrentList(threading.local):
    """The list that this thread reads, as a complete listing, with its bounds and its context."""

    listing: Listing | None = None
    bounds: Bounds | None = None
    context: Context | None

    @contextmanager
    def reading(self, listing: Listing, bounds: Bounds, context: Context | None) -> Iterator[None]:
        """Set the list for which hooks of the stream are called in this block."""
        if context:
            self.context = context  # also for hooks that are called for its responses
        self.listing, self.bounds = listing, bounds
        try:
            yield
        finally:
            self.listing = self.bounds = None


class ContextOfThread:
    """The attribute `context` of a stream: that of the list which this thread reads, or the one set by the SDK."""

    def __get__(self, stream: Any, _: type | None = None) -> Context | None:  # noqa: ANN401 - any stream
        if stream is None:
            return None
        usual: Context | None = vars(stream).get("context")
        found: Context | None = getattr(stream.current, "context", usual)
        return found

    def __set__(self, stream: Any, context: Context | None) -> None:  # noqa: ANN401 - any stream
        vars(stream)["context"] = stream.current.context = context
