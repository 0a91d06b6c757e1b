"""The data source `tap_analytics` of Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql.datasource import DataSource
from singer_sdk.exceptions import ConfigValidationError
from typing_extensions import override

from tap_analytics.source import Source
from tap_analytics.spark import types
from tap_analytics.spark.batch import BatchReader
from tap_analytics.spark.given import with_environment
from tap_analytics.spark.options import Options
from tap_analytics.spark.stream import StreamReader

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence


class AnalyticsDataSource(DataSource):
    """A stream of the tap.

    Spark keeps only its options and the fields of the streams, and no key.

    Args:
        options: The options that `spark.read` is given.
    """

    def __init__(self, options: MutableMapping[str, str]) -> None:
        super().__init__(options)
        self._catalog: dict[str, Any] | None = None
        self._sampled: Sequence[str] = ()

    @classmethod
    @override
    def name(cls) -> str:
        return "tap_analytics"

    @override
    def schema(self) -> Any:  # of Spark
        options = Options.of(self.options)
        source = self._source(options)
        schema = types.spark_schema(options.stream, source.schema(options.stream))
        # Streams and fields are kept: each query opens the data source anew, and would find them out again.
        self._catalog, self._sampled = source.catalog, source.sampled
        return schema

    @override
    def reader(self, schema: Any) -> BatchReader:  # of Spark
        options = Options.of(self.options)
        return BatchReader(self._check(options, schema), options)

    @override
    def streamReader(self, schema: Any) -> StreamReader:  # of Spark
        options = Options.of(self.options)
        return StreamReader(self._check(options, schema), options)

    def _source(self, options: Options) -> Source:
        catalog = self._catalog if options.catalog is None else options.catalog
        rows = {} if options.rows is None else {"window_rows": options.rows}
        config = with_environment(options.config) | rows
        made_of = {"config": config, "catalog": catalog, "decimals": options.decimals, "sampled": self._sampled}
        return Source.of(made_of)

    def _check(self, options: Options, schema: Any) -> Source:  # noqa: ANN401 - of Spark
        """Return the source, after a check that Spark expects the columns that it gives."""
        source = self._source(options)
        if not types.is_same(schema, source.schema(options.stream)):
            fault = (
                f"the columns of `{options.stream}` are not those of the schema that is given; leave out `.schema()`, "
                "and choose columns by `select` or in the catalog"
            )
            raise ConfigValidationError(fault, errors=[fault])
        return source
