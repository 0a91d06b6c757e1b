from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from tap_analytics.report.run.remarks import MOST, Remarks
from tap_analytics.report.trace import RETRY
from tap_analytics.report.unknown_fields import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def logger() -> logging.Logger:
    return logging.getLogger("remarks")


@pytest.fixture
def remarks(logger: logging.Logger) -> Iterator[Remarks]:
    remarks = Remarks(logger)
    remarks.begin()
    yield remarks
    remarks.end()


def test_a_warning_belongs_to_the_stream_whose_logger_gave_it(logger: logging.Logger, remarks: Remarks) -> None:
    logger.getChild("deals").warning("%s is odd", "this")
    logger.warning("all is odd")
    assert (remarks.of("deals"), remarks.others(["deals"])) == (["this is odd"], ["all is odd"])


def test_a_warning_is_kept_once_and_there_is_an_end_to_them(logger: logging.Logger, remarks: Remarks) -> None:
    for number in [*range(MOST + 5), 1]:
        logger.warning("%d", number)
    assert len(remarks.others([])) == MOST


def test_what_the_report_tells_in_figures_is_not_told_twice(logger: logging.Logger, remarks: Remarks) -> None:
    logger.warning(RETRY, 1, 1, 3, "503")
    logger.warning(UNKNOWN, "colour")
    logger.error("deals failed")
    assert remarks.others([]) == []


def test_a_log_without_warnings_is_known_to_be_blind(logger: logging.Logger, remarks: Remarks) -> None:
    level = logger.level
    logger.setLevel(logging.ERROR)
    assert remarks.is_blind
    logger.setLevel(level)
