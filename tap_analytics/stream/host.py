"""What a stream needs of its tap, besides what the SDK takes from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from singer_sdk.mapper import PluginMapper
    from singer_sdk.singerlib.encoding.base import GenericSingerWriter

    from tap_analytics.http.connection import Connection
    from tap_analytics.report.progress import Progress
    from tap_analytics.report.stats import StreamStats
    from tap_analytics.resources.detection.detector import Detector
    from tap_analytics.state.windows import Window


class Host(Protocol):
    """What a stream needs of its tap, besides what the SDK takes from it."""

    @property
    def connection(self) -> Connection:
        """What all streams share to reach the API."""
        ...

    @property
    def detector(self) -> Detector:
        """Finds out how resources are read that do not declare it."""
        ...

    # Whether fields that first come behind a sample are declared; otherwise they are refused.
    takes_new_fields: bool
    # Streams whose fields in the catalog come from a sample.
    sampled: Collection[str]
    mapper: PluginMapper
    # The only part of one stream to be read; None for all.
    window: Window | None

    @property
    def marks(self) -> dict[str, str]:
        """The fields that name the account in each record."""
        ...

    @property
    def progress(self) -> Progress:
        """Shows how far the sync is."""
        ...

    @property
    def message_writer(self) -> GenericSingerWriter[Any, Any]:
        """Writes the messages."""
        ...

    def stats(self, stream: str) -> StreamStats:
        """Return the figures of a stream in this sync."""
        ...

    def check_discovered(self, *streams: str) -> None:
        """Raise FatalAPIError where the fields of a stream are not known."""
        ...

    def write_state(self) -> None:
        """Write a STATE message, unless there was one with as many bookmarks a moment ago."""
        ...
