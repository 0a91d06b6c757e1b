"""The types of Spark are those of Arrow, each of them exactly."""

from __future__ import annotations

import pytest
from singer_sdk.exceptions import FatalAPIError

pytestmark = pytest.mark.spark
pa = pytest.importorskip("pyarrow", reason="the extra `spark` is not installed")
pytest.importorskip("pyspark", reason="pyspark is not installed: `make test-spark` installs it")

from tap_analytics.spark.types import is_same, spark_schema  # noqa: E402 - it needs the extra

FIELDS = {
    "text": (pa.string(), "string"),
    "at": (pa.timestamp("us", tz="UTC"), "timestamp"),
    "day": (pa.date32(), "date"),
    "bytes": (pa.binary(), "binary"),
    "count": (pa.int64(), "bigint"),
    "share": (pa.float64(), "double"),
    "price": (pa.decimal128(38, 9), "decimal(38,9)"),
    "is_new": (pa.bool_(), "boolean"),
    "tags": (pa.list_(pa.string()), "array<string>"),
    "place": (pa.struct([pa.field("x", pa.int64())]), "struct<x:bigint>"),
}


def test_each_type_is_the_one_of_the_table() -> None:
    arrow = pa.schema([pa.field(name, kind, nullable=name != "text") for name, (kind, _) in FIELDS.items()])
    schema = spark_schema("parts", arrow)
    assert {each.name: each.dataType.simpleString() for each in schema} == {
        name: words for name, (_, words) in FIELDS.items()
    }
    assert [each.name for each in schema if not each.nullable] == ["text"]
    assert is_same(schema, arrow)
    assert not is_same(schema, arrow.remove(0))


def test_more_digits_than_spark_has_are_refused_with_the_field() -> None:
    with pytest.raises(FatalAPIError, match=r"parts: `price` has 40 digits.*at most 38"):
        spark_schema("parts", pa.schema([pa.field("price", pa.decimal256(40, 2))]))
