"""Which of the SDK's lines of metrics are held back; the SDK itself makes them here."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from singer_sdk.metrics import Counter, Metric, Tag, get_metrics_logger

from tap_analytics.report import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import TapRunner


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logger = logging.getLogger(metrics.LOGGER)
    before = logger.filters[:]
    metrics.install(logging.getLogger("tap"))
    yield
    logger.filters[:] = before


def count(metric: Metric, **tags: object) -> None:
    with Counter(metric, {Tag.STREAM: "contacts", **tags}) as counter:
        counter.increment()


def test_the_names_are_those_of_the_sdk() -> None:
    assert get_metrics_logger().name == metrics.LOGGER
    assert Tag.CONTEXT == metrics.CONTEXT
    assert {Metric.HTTP_REQUEST_COUNT, Metric.HTTP_REQUEST_DURATION, Metric.BATCH_COUNT} == metrics.OF_PARTS


def test_the_rows_of_a_stream_are_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, metrics.LOGGER):
        count(Metric.RECORD_COUNT)
    assert [record.levelname for record in caplog.records] == ["INFO"]


@pytest.mark.parametrize("metric", [Metric.HTTP_REQUEST_COUNT, Metric.HTTP_REQUEST_DURATION, Metric.BATCH_COUNT])
def test_single_requests_and_batches_are_told_at_debug_only(caplog: pytest.LogCaptureFixture, metric: Metric) -> None:
    with caplog.at_level(logging.INFO, metrics.LOGGER):
        count(metric)
    assert caplog.records == []
    with caplog.at_level(logging.DEBUG, metrics.LOGGER):
        count(metric)
    assert [record.levelname for record in caplog.records] == ["DEBUG"]


def test_the_rows_of_one_parent_are_told_at_debug_only(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, metrics.LOGGER):
        count(Metric.RECORD_COUNT, **{Tag.CONTEXT: {"company": 1}})
    assert caplog.records == []


def test_a_line_that_is_no_metric_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, metrics.LOGGER):
        logging.getLogger(metrics.LOGGER).info("%s of %s", "http_request_count", 5)
    assert [record.message for record in caplog.records] == ["http_request_count of 5"]


def test_where_a_stream_begins_for_each_parent_is_told_at_debug_only(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("tap-analytics.of_parents")
    logger.addFilter(metrics.QUIET_STARTS)
    for level in (logging.INFO, logging.DEBUG):
        with caplog.at_level(level, logger.name):
            logger.info("Starting incremental sync of '%s' with bookmark value: %s", "of_parents", None)
            logger.info("Something else")
    told = [(record.levelname, record.getMessage()[:9]) for record in caplog.records]
    assert told == [("INFO", "Something"), ("DEBUG", "Starting "), ("INFO", "Something")]


def test_that_the_sdk_reads_no_environment_is_told_at_debug_only(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "tap"):
        logging.getLogger("tap").info("Skipping parse of env var settings...")
        logging.getLogger("tap").info("Parsing env var for settings config...")
    assert [record.getMessage() for record in caplog.records] == ["Parsing env var for settings config..."]


def test_the_words_of_the_sdk_are_those(tap: TapRunner) -> None:
    run = tap("--discover")
    assert f"DEBUG    | tap-analytics                  | {metrics.ENVIRONMENT}" in run.stderr
