"""SnapshotStream: statistics that the API computes anew for each request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.client import AnalyticsStream
from tap_analytics.instants import rfc3339

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from tap_analytics.pagination.page import Page, Row


class SnapshotStream(AnalyticsStream):
    """A resource whose rows are figures of the moment, kept apart by time so that history survives a merge.

    A row without `current_timestamp` gets the time of its response, one without `id` gets
    `<stream>:<current_timestamp>`, with its name or user key behind it where there is one.
    """

    is_chained: ClassVar = False

    @property
    @override
    def needed_fields(self) -> tuple[str, ...]:
        known = self.effective_schema["properties"]
        return (*super().needed_fields, *(name for name in _IDENTITY if name in known))

    @override
    def complete(self, page: Page) -> Page:
        fields = self.effective_schema["properties"].keys() - {"id", "current_timestamp"}
        # What is not selected is not looked at: a row may have nothing else.
        is_whole = all(self.mask.get(("properties", name), True) for name in fields)
        for number, row in enumerate(page.rows if is_whole else ()):
            if self.records.is_blank(row, fields):
                message = f"row {number} of the response has none of the fields of the stream; check `data_selector`"
                raise FatalAPIError(message)
        now = rfc3339(datetime.now(UTC))
        taken: set[str] = set()
        for row in page.rows:
            if self._value(row, "current_timestamp") is None:
                self.records.put(row, "current_timestamp", now)
            if self._value(row, "id") is None:
                identity = self._identify(row, taken)
                self.records.put(row, "id", identity)
                taken.add(identity)
        return super().complete(page)

    @property
    @override
    def emit_activate_version_messages(self) -> bool:
        return False  # a new version would have the target remove the snapshots before it

    @override
    def key(self) -> Callable[[Row], Hashable]:
        return self._subject

    def _value(self, row: Row, name: str) -> Any:  # noqa: ANN401 - a value of a record
        return self.records.get(name)(row) if name in self.effective_schema["properties"] else None

    def _identify(self, row: Row, taken: set[str]) -> str:
        """Return an id that no other row of the response has."""
        identity = f"{self.name}:{self._value(row, 'current_timestamp')}"
        for field in ("name", "user_key"):
            if (value := self._value(row, field)) is not None:
                identity += f":{value}"
                if identity not in taken:
                    return identity
        return identity if identity not in taken else f"{identity}:{len(taken)}"

    def _subject(self, row: Row) -> Hashable:
        """Return what the figures of a row are about: the same in each response, while the figures differ."""
        time, identity = self._value(row, "current_timestamp"), self._value(row, "id")
        names = (self._value(row, field) for field in ("name", "user_key", "customer_id"))
        return (None if str(time) in str(identity) else identity, *names)


_IDENTITY = ("current_timestamp", "name", "user_key", "customer_id")
