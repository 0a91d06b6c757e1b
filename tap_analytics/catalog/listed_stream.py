"""ListedStream: a stream whose records stand in the configuration; other streams are read for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tap_analytics.client import AnalyticsStream

if TYPE_CHECKING:
    from collections.abc import Iterable

    from singer_sdk.helpers.types import Context, Record


class ListedStream(AnalyticsStream):
    """The stream of a resource with `values`; it sends no requests."""

    @override
    def get_records(self, context: Context | None) -> Iterable[Record]:
        for record in self.resource.values or ():
            self.host.stats(self.name).rows += 1
            yield {name: value for name, value in record.items() if name in self.schema["properties"]} | self.host.marks
        self.lists.end_of_rows(self)

    @override
    def request_records(self, context: Context | None) -> Iterable[Record]:
        return self.get_records(context)
