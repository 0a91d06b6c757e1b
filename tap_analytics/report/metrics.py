"""Lowers the SDK's log lines about single requests and parents to DEBUG; one line per stream stays at INFO."""

from __future__ import annotations

import logging

from typing_extensions import override

# The names of the SDK: of its logger, of metrics and of a tag. A test compares them with the SDK's own.
LOGGER = "singer_sdk.metrics"
CONTEXT = "context"

# The beginning of the line in which the SDK says where a sync begins.
START = "Starting incremental sync of"

# What the SDK says if it does not read the environment, which the tap has read already.
ENVIRONMENT = "Skipping parse of env var settings"

# Tags of metrics; the SDK does not say in the last one for which parent it is.
OF_PARTS = frozenset({"http_request_count", "http_request_duration", "batch_count"})


class Quiet(logging.Filter):
    """Lowers metrics to DEBUG that the table at the end of the sync sums up."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        point = record.args[0] if isinstance(record.args, tuple) and record.args else None
        tags = getattr(point, "tags", None)
        if getattr(point, "metric", None) in OF_PARTS or (isinstance(tags, dict) and tags.get(CONTEXT)):
            record.levelno, record.levelname = logging.DEBUG, "DEBUG"
            return logging.getLogger(LOGGER).isEnabledFor(logging.DEBUG)
        return True


class QuietLines(logging.Filter):
    """Lowers lines of the SDK with a given beginning to DEBUG.

    Args:
        beginning: The beginning of the lines.
    """

    def __init__(self, beginning: str) -> None:
        super().__init__()
        self._beginning = beginning

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if str(record.msg).startswith(self._beginning):
            record.levelno, record.levelname = logging.DEBUG, "DEBUG"
            return logging.getLogger(record.name).isEnabledFor(logging.DEBUG)
        return True


_QUIET = Quiet()
_QUIET_ENVIRONMENT = QuietLines(ENVIRONMENT)
# A child stream would have this line once for each parent.
QUIET_STARTS = QuietLines(START)


def install(logger: logging.Logger) -> None:
    """Lower what the SDK logs about each request and about the environment to DEBUG, in the logger of a tap."""
    logging.getLogger(LOGGER).addFilter(_QUIET)
    logger.addFilter(_QUIET_ENVIRONMENT)
