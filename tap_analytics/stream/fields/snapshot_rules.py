"""The rules of the rows that are figures of the moment: they get the time of this machine, and an id that has it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.instants import rfc3339
from tap_analytics.records.rules import RowRules

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from tap_analytics.pagination.page import Page, Row
    from tap_analytics.stream.fields.fields import StreamFields


class SnapshotRules(RowRules, frozen=True, kw_only=True):
    """The rules for figures of the moment.

    A row without `current_timestamp` gets the time at which its response was opened, by the clock of this machine. One
    without `id` gets `<stream>:<current_timestamp>`, with its name or user key behind it where there is one.
    """

    stream: str
    fields: StreamFields

    @override
    def __post_init__(self) -> None:
        super().__post_init__()
        self.codec.expect(("id", "current_timestamp"))

    @override
    def complete(self, page: Page) -> Page:
        self._check_blank(page)
        now = rfc3339(datetime.now(UTC))
        taken: set[str] = set()
        # A schema of the user may lack the field for the time; the id contains the time anyway.
        has_time = "current_timestamp" in self.fields.properties
        for row in page.rows:
            time = self._value(row, "current_timestamp")
            if time is None and has_time:
                self.codec.put(row, "current_timestamp", now)
            if self._value(row, "id") is None:
                identity = self._identify(row, now if time is None else time, taken)
                self.codec.put(row, "id", identity)
                taken.add(identity)
        return super().complete(page)

    @override
    def key(self) -> Callable[[Row], Hashable]:
        return self._subject

    def _check_blank(self, page: Page) -> None:
        """Raise FatalAPIError if a row has none of the fields of the stream, unless some fields are deselected."""
        fields = self.fields.properties.keys() - {"id", "current_timestamp"}
        if not all(map(self.fields.is_selected, fields)):
            return  # deselected fields are not kept, so that a row may look empty
        for number, row in enumerate(page.rows, 1):
            if self.codec.is_blank(row, fields):
                message = f"record {number} of the response has none of the fields of the stream; check `data_selector`"
                raise FatalAPIError(message)

    def _value(self, row: Row, name: str) -> Any:  # noqa: ANN401 - a value of a record
        return self.codec.get(name)(row) if name in self.fields.properties else None

    def _identify(self, row: Row, time: object, taken: set[str]) -> str:
        """Return an id that no other row of the response has."""
        identity = f"{self.stream}:{time}"
        for field in ("name", "user_key"):
            if (value := self._value(row, field)) is not None:
                identity += f":{value}"
                if identity not in taken:
                    return identity
        return identity if identity not in taken else f"{identity}:{len(taken)}"

    def _subject(self, row: Row) -> Hashable:
        """Return what identifies the subject of a row, such as its name; it stays the same while the figures change."""
        time, identity = self._value(row, "current_timestamp"), self._value(row, "id")
        names = (self._value(row, field) for field in ("name", "user_key", "customer_id"))
        is_of_the_moment = str(identity).startswith(f"{self.stream}:") if time is None else str(time) in str(identity)
        return (None if is_of_the_moment else identity, *names)
