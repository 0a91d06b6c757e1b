"""Translates a schema of Arrow to Spark."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.spark.options import MOST_DIGITS


def spark_schema(stream: str, schema: Any) -> Any:  # noqa: ANN401 - of Arrow and of Spark, which mypy does not see
    """Return the schema of Spark for batches of a schema of Arrow.

    Raises:
        FatalAPIError: A field has a type that Spark does not have.
    """
    for field in schema:
        if pa.types.is_decimal(field.type) and field.type.precision > MOST_DIGITS:
            message = (
                f"{stream}: `{field.name}` has {field.type.precision} digits, and numbers of Spark have at most "
                f"{MOST_DIGITS}; declare a smaller `precision` in `columns`"
            )
            raise FatalAPIError(message)
    return from_arrow_schema(schema)


def is_same(spark: Any, schema: Any) -> bool:  # noqa: ANN401 - likewise
    """Return whether batches of a schema of Arrow fit a schema of Spark."""
    return bool(to_arrow_schema(spark, timezone="UTC").equals(schema))
