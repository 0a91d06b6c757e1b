"""Protocols: what the tap needs of a stream of the SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterable, Mapping, Sequence

    from requests import Response
    from singer_sdk.helpers.types import Context, Record
    from singer_sdk.mapper import StreamMap
    from singer_sdk.streams.rest import HTTPRequest, PageContext


class StreamOfTheSdk(Protocol):
    """The members of a stream that come from the SDK."""

    name: str
    path: str
    tap_name: str
    child_streams: list[Any]
    ABORT_AT_RECORD_COUNT: int | None

    @property
    def logger(self) -> logging.Logger:
        """Takes the messages."""
        ...

    @property
    def config(self) -> Mapping[str, Any]:
        """The settings."""
        ...

    @property
    def selected(self) -> bool:
        """Whether its records are written."""
        ...

    @property
    def tap_state(self) -> Any:  # noqa: ANN401 - of the SDK
        """The whole state."""
        ...

    @property
    def state_partitioning_keys(self) -> Sequence[str] | None:
        """The values of the parent by which bookmarks are kept apart."""
        ...

    @property
    def primary_keys(self) -> Sequence[str] | None:
        """The fields that a target merges by."""
        ...

    @property
    def replication_key(self) -> str | None:
        """The field that says when a record was changed."""
        ...

    @property
    def replication_method(self) -> str:
        """Whether only what is new is read."""
        ...

    @property
    def effective_schema(self) -> dict[str, Any]:
        """The selected part of the schema."""
        ...

    @property
    def mask(self) -> Mapping[tuple[str, ...], bool]:
        """Which parts of the schema the catalog selects."""
        ...

    @property
    def parent_stream_type(self) -> type[Any] | None:
        """The class of the stream for whose records it is read."""
        ...

    @property
    def descendent_streams(self) -> Sequence[Any]:
        """The streams below it, at any depth."""
        ...

    @property
    def stream_maps(self) -> list[StreamMap]:
        """The stream maps that change each record."""
        ...

    @property
    def authenticator(self) -> Any:  # noqa: ANN401 - that of a subclass may be one of the SDK
        """What signs the requests."""
        ...

    def get_http_request_counter(self) -> Any:  # noqa: ANN401 - of the SDK
        """Return what counts requests."""
        ...


class HooksOfTheSdk(Protocol):
    """The hooks of the SDK that a subclass may override."""

    def parse_response(self, response: Response) -> Iterable[Record]:
        """Return the records of a response."""
        ...

    def validate_response(self, response: Response) -> None:
        """Raise for a response that is a failure."""
        ...

    def get_starting_replication_key_value(self, context: Context | None) -> Any:  # noqa: ANN401 - any cursor
        """Return from where a list is read."""
        ...

    def compare_start_date(self, value: str, start_date_value: str) -> str:
        """Return the later of a bookmark and the `start_date`."""
        ...

    def post_process(self, row: Record, context: Context | None = None) -> Record | None:
        """Return what is written of a record."""
        ...

    def get_http_request(self, *, page: PageContext[Any]) -> HTTPRequest:
        """Return the request for a page."""
        ...

    def generate_child_contexts(self, record: Record, context: Context | None) -> Iterable[Context | None]:
        """Give the contexts of the lists of children for a record."""
        ...


class SdkStream(StreamOfTheSdk, HooksOfTheSdk, Protocol):
    """A stream of the SDK: its members and its hooks."""
