"""What the SDK does not do yet, so that the tap does it: each test fails when the tap may leave it to the SDK again."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest
from singer_sdk import Stream, Tap
from singer_sdk.exceptions import FatalAPIError, InvalidStreamSortException
from singer_sdk.streams._state import StreamStateManager
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from singer_sdk.helpers.types import Context


class FirstStream(Stream):
    name = "first"
    schema: ClassVar = {"properties": {"id": {"type": "integer"}}}

    @override
    def get_records(self, context: Context | None) -> Iterable[dict[str, int]]:
        raise FatalAPIError(self.name)


class SecondStream(FirstStream):
    name = "second"


class StockTap(Tap):
    name = "tap-stock"

    @override
    def discover_streams(self) -> Sequence[Stream]:
        return [FirstStream(self), SecondStream(self)]


def test_the_sdk_ends_with_the_first_stream_that_fails() -> None:
    with pytest.raises(FatalAPIError, match="first"):
        StockTap().sync_all()


def test_the_sdk_compares_bookmarks_as_text() -> None:
    state = StreamStateManager(stream_name="x", tap_state={}, is_sorted=True)
    state.increment_state({"at": "2024-01-01T00:00:00Z"}, replication_key="at")
    with pytest.raises(InvalidStreamSortException):
        state.increment_state({"at": "2024-01-01T00:00:00.500Z"}, replication_key="at")
