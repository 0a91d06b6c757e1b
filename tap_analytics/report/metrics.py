"""The SDK's lines of metrics: one per stream at INFO, those of single requests and of each parent at DEBUG."""

from __future__ import annotations

import logging

from typing_extensions import override

# The names of the SDK: of its logger, of metrics and of a tag. A test compares them with the SDK's own.
LOGGER = "singer_sdk.metrics"
CONTEXT = "context"

# How the line begins in which it tells where a sync begins.
START = "Starting incremental sync of"

# What it says where it does not read the environment: the tap has read it by then.
ENVIRONMENT = "Skipping parse of env var settings"

# The last of them does not say for which parent it is.
OF_PARTS = frozenset({"http_request_count", "http_request_duration", "batch_count"})


class Quiet(logging.Filter):
    """Makes DEBUG of the points that a table at the end of the sync sums up."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        point = record.args[0] if isinstance(record.args, tuple) and record.args else None
        tags = getattr(point, "tags", None)
        if getattr(point, "metric", None) in OF_PARTS or (isinstance(tags, dict) and tags.get(CONTEXT)):
            record.levelno, record.levelname = logging.DEBUG, "DEBUG"
            return logging.getLogger(LOGGER).isEnabledFor(logging.DEBUG)
        return True


class QuietLines(logging.Filter):
    """Makes DEBUG of the lines of the SDK that begin like this.

    Args:
        beginning: How they begin.
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
# For a stream that begins once for each parent.
QUIET_STARTS = QuietLines(START)


def install(logger: logging.Logger) -> None:
    """Hold back what the SDK tells of each request, and of the environment, by the logger of a tap; DEBUG has it."""
    logging.getLogger(LOGGER).addFilter(_QUIET)
    logger.addFilter(_QUIET_ENVIRONMENT)
