"""BoundsCheck: what the checks share that look whether an API understands the bounds of a list as they are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from tap_analytics.reading.windows import Part
    from tap_analytics.state.bounds import Bounds
    from tap_analytics.state.cursor_text import CursorText
    from tap_analytics.stream.checks.probe import Probe
    from tap_analytics.stream.read_stream import ReadStream


class BoundsCheck:
    """Checks how an API reads the bounds of a list, by the rows that it gives, and by those of a `probe`.

    Args:
        stream: The stream.
        probe: Asks for the list under other bounds.
    """

    def __init__(self, stream: ReadStream, probe: Probe) -> None:
        self._name = stream.replication_key or ""
        # Where a stream has no cursor, and so no text of one, there is nothing to check.
        self._text = cast("CursorText", stream.state_manager.text)
        self._logger = stream.logger
        self._probe = probe
        self._has_end = stream.listing.asked_ends.end

    def better(self, part: Part, bounds: Bounds) -> Bounds | None:
        """Return bounds by which the whole list is to be asked for again; None where the answer holds.

        Raises:
            FatalAPIError: The first page cannot be read, or rows would be lost under any bounds.
        """
        raise NotImplementedError


def tells_of_bounds(stream: ReadStream) -> bool:
    """Return whether the cursors of the rows of a list tell how the API reads its bounds."""
    resource, new = stream.listing.resource, stream.listing.resource.incremental
    return bool(resource.job is None and stream.state_manager.text is not None and new is not None and not new.stamps)
