"""The SDK's lines of metrics: one per stream at INFO, those of single requests and of each parent at DEBUG."""

from __future__ import annotations

import logging

from singer_sdk.metrics import Metric, Point, Tag, get_metrics_logger
from typing_extensions import override

# The last of them does not say for which parent it is.
_OF_PARTS = {Metric.HTTP_REQUEST_COUNT, Metric.HTTP_REQUEST_DURATION, Metric.BATCH_COUNT}


class Quiet(logging.Filter):
    """Makes DEBUG of the points that a table at the end of the sync sums up."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        point = record.args[0] if isinstance(record.args, tuple) and record.args else None
        if isinstance(point, Point) and (point.metric in _OF_PARTS or point.tags.get(Tag.CONTEXT)):
            record.levelno, record.levelname = logging.DEBUG, "DEBUG"
            return get_metrics_logger().isEnabledFor(logging.DEBUG)
        return True


_QUIET = Quiet()


def install() -> None:
    """Hold back what would be a line for each request; at DEBUG it is there."""
    get_metrics_logger().addFilter(_QUIET)
