"""Settings in messages by the names that the user has written."""

from __future__ import annotations

import logging

from tap_analytics.report.redaction.redact import RedactingFormatter, Redactor
from tap_analytics.report.redaction.setting_names import as_written

NAMES = {"api_url": "client.base_url"}


def test_only_whole_names_in_backticks_are_others() -> None:
    told = as_written("check `api_url`, `api_url_x`, `x.api_url` and api_url", NAMES)
    assert told == "check `client.base_url`, `api_url_x`, `x.api_url` and api_url"
    assert as_written("check `api_url`", {}) == "check `api_url`"


def test_lines_of_the_log_and_of_tables_have_them() -> None:
    redactor = Redactor(names=NAMES)
    assert redactor.line("check `api_url`") == "check `client.base_url`"
    record = logging.LogRecord("tap", logging.ERROR, "", 0, "check `api_url`", None, None)
    written = RedactingFormatter(logging.Formatter(), redactor)
    assert written.format(record) == "check `client.base_url`"
    written.add(Redactor())
    assert written.format(record) == "check `api_url`"
