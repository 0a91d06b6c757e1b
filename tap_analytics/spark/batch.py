"""Reads a stream for one query of Spark: planned on the driver, read by the executors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql.datasource import DataSourceReader, InputPartition
from typing_extensions import override

from tap_analytics.spark.handed import HandedSource
from tap_analytics.spark.part_rows import PartRows
from tap_analytics.spark.split import Split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_analytics.source import Source
    from tap_analytics.spark.options import Options


class BatchReader(DataSourceReader):
    """Reads a stream, in partitions that each have some windows of it.

    Args:
        source: Plans the windows; a copy of it reads them.
        options: The stream, and how it is divided.
    """

    def __init__(self, source: Source, options: Options) -> None:
        self._handed = HandedSource.of(source, **options.reader_settings)
        self._split = Split(source, options)

    def __getstate__(self) -> dict[str, Any]:
        return {"_handed": self._handed}  # all that an executor needs

    @override
    def partitions(self) -> Sequence[InputPartition]:
        return [InputPartition(part) for part in self._split.parts()]

    @override
    def read(self, partition: InputPartition) -> Iterator[Any]:
        # Without any partition Spark makes one of its own, which has no part to read.
        part = partition.value
        return PartRows(self._handed.source(part.accounts), part).batches() if part else iter(())
