"""Reads a stream for a streaming query of Spark: batch by batch, each from one moment to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql.datasource import DataSourceStreamReader, InputPartition
from pyspark.sql.streaming.datasource import SupportsTriggerAvailableNow
from typing_extensions import override

from tap_analytics.spark.handed import HandedSource
from tap_analytics.spark.part_rows import PartRows
from tap_analytics.spark.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tap_analytics.source import Source
    from tap_analytics.spark.options import Options


class StreamReader(DataSourceStreamReader, SupportsTriggerAvailableNow):
    """Reads a stream in batches; the offset of a batch is the time up to which it is read, by the clock of the server.

    Args:
        source: Plans the windows; a copy of it reads them.
        options: The stream, and its steps.
    """

    def __init__(self, source: Source, options: Options) -> None:
        self._handed = HandedSource.of(source, **options.reader_settings)
        self._steps = Steps(source, options)
        self._last: str | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {"_handed": self._handed}  # all that an executor needs

    @override
    def initialOffset(self) -> dict[str, Any]:
        return {"until": self._steps.start}

    @override
    def prepareForTriggerAvailableNow(self) -> None:
        self._last = self._steps.present()

    @override
    def latestOffset(self, start: Mapping[str, Any], limit: object) -> dict[str, Any]:
        return {"until": self._steps.after(start["until"], self._last or self._steps.present())}

    @override
    def partitions(self, start: Mapping[str, Any], end: Mapping[str, Any]) -> Sequence[InputPartition]:
        return [InputPartition(part) for part in self._steps.parts(start["until"], end["until"])]

    @override
    def read(self, partition: InputPartition) -> Iterator[Any]:
        part = partition.value
        return PartRows(self._handed.source(part.accounts), part).batches()
