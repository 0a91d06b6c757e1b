"""SnapshotStream: statistics that the API computes anew for each request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.client import AnalyticsStream
from tap_analytics.validation import rfc3339

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from tap_analytics.pagination import Page, Row


class SnapshotStream(AnalyticsStream):
    """A resource whose rows are figures of the moment, kept apart by time so that history survives a merge.

    A row without `current_timestamp` gets the time of its response, one without `id` gets
    `<stream>:<current_timestamp>`, with its name or user key behind it where there is one.
    """

    is_chained: ClassVar = False

    @override
    def complete(self, page: Page) -> Page:
        fields = self.effective_schema["properties"].keys() - {"id", "current_timestamp"}
        for number, row in enumerate(page.rows):
            if not row.keys() & fields:
                message = f"row {number} of the response has none of the fields of the stream; check `data_selector`"
                raise FatalAPIError(message)
        now = rfc3339(datetime.now(UTC))
        taken: set[str] = set()
        for row in page.rows:
            if row.get("current_timestamp") is None:
                row["current_timestamp"] = now
            if row.get("id") is None:
                row["id"] = self._identify(row, taken)
                taken.add(row["id"])
        return super().complete(page)

    @property
    @override
    def emit_activate_version_messages(self) -> bool:
        return False  # a new version would have the target remove the snapshots before it

    @override
    def key(self) -> Callable[[Row], Hashable]:
        return _subject

    def _identify(self, row: Row, taken: set[str]) -> str:
        """Return an id that no other row of the response has."""
        identity = f"{self.name}:{row['current_timestamp']}"
        for field in ("name", "user_key"):
            if row.get(field) is not None:
                identity += f":{row[field]}"
                if identity not in taken:
                    return identity
        return identity if identity not in taken else f"{identity}:{len(taken)}"


def _subject(row: Row) -> Hashable:
    """Return what the figures of a row are about: the same in each response, while the figures differ."""
    derived = str(row["current_timestamp"]) in str(row["id"])
    return (None if derived else row["id"], *(row.get(field) for field in ("name", "user_key", "customer_id")))
