"""What Spark finds by its name: `spark.read.format("tap_analytics")` works without registration."""

from tap_analytics.spark.data_source import AnalyticsDataSource as DefaultSource

__all__ = ["DefaultSource"]
