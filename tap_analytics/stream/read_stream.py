"""Protocols: what the reading of lists needs of a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from tap_analytics.stream.sdk_stream import SdkStream

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from singer_sdk.helpers.types import Context

    from tap_analytics.pagination.page import Row
    from tap_analytics.reading.reading import Reading
    from tap_analytics.records.rows import RecordCodec
    from tap_analytics.records.rules import RowRules
    from tap_analytics.resources.listing import Listing
    from tap_analytics.resources.resource import Resource
    from tap_analytics.state.bounds import Bounds
    from tap_analytics.stream.current import CurrentList
    from tap_analytics.stream.fields.fields import StreamFields
    from tap_analytics.stream.foresight import Foresight
    from tap_analytics.stream.host import Host
    from tap_analytics.stream.stream_state import StreamState


class LateFields(Protocol):
    """Declares the fields of rows that the sample did not have."""

    def declare(self, rows: Sequence[Row]) -> None:
        """Write a further SCHEMA if rows have new fields."""
        ...


class ReadStream(SdkStream, Protocol):
    """A stream whose lists are read."""

    is_chained: ClassVar[bool]
    children_of_all: frozenset[str]
    current: CurrentList
    foresight: Foresight
    overridden: frozenset[str]
    host: Host
    resource: Resource
    usual_path: str | None

    @property
    def url_base(self) -> str:
        """The address of the API."""
        ...

    @property
    def listing(self) -> Listing:
        """The resource with the settings applied."""
        ...

    @property
    def fields(self) -> StreamFields:
        """The fields, as the catalog has them."""
        ...

    @property
    def new_fields(self) -> LateFields:
        """What declares fields in mid-sync."""
        ...

    @property
    def records(self) -> RecordCodec:
        """What reads and writes the records."""
        ...

    @property
    def state_manager(self) -> StreamState:
        """The bookmarks."""
        ...

    def bounds(self, context: Context | None, *, is_new: bool = False, is_ahead: bool = False) -> Bounds:
        """Return the bounds of a sync."""
        ...

    def rules(self, context: Context | None) -> RowRules:
        """Return which rows belong to one reading."""
        ...

    def reading(
        self, context: Context | None, *, bounds: Bounds | None = None, on_request: Callable[[], None] = lambda: None
    ) -> Reading[Any]:
        """Return a reading of the list."""
        ...
