"""Moments that dlt's Python counts from the present are words of the tap, which counts them anew in each sync."""

from __future__ import annotations

from typing import Any

import pytest

from tests.resources.dlt_python.readings import endpoint, params, sentences

IMPORTS = """
from datetime import date, datetime, timedelta, timezone
import pendulum
import time
DAYS = 7
"""


@pytest.mark.parametrize(
    ("expression", "word"),
    [
        ("date.today().isoformat()", "${today|%Y-%m-%d}"),
        ("str(date.today() - timedelta(days=DAYS))", "${today-7d|%Y-%m-%d}"),
        ("f'{date.today() - timedelta(DAYS)}T00:00:00Z'", "${today-7d|%Y-%m-%d}T00:00:00Z"),
        ("(datetime.now(timezone.utc) - timedelta(days=1, hours=2)).strftime('%d/%m/%Y')", "${now-1d-2h|%d/%m/%Y}"),
        ("(datetime.utcnow() + timedelta(weeks=1)).isoformat() + 'Z'", "${now+1w|%Y-%m-%dT%H:%M:%S.%f}Z"),
        ("datetime.now(timezone.utc).isoformat(timespec='seconds')", "${now|%Y-%m-%dT%H:%M:%S+00:00}"),
        ("f'{datetime.now():%Y-%m}'", "${now|%Y-%m}"),
        ("datetime.now().replace(hour=0, minute=0, second=0, microsecond=0).strftime('%H')", "${today|%H}"),
        ("datetime.now().date() - timedelta(days=1)", "${now-1d|%Y-%m-%d}"),
        ("pendulum.now('UTC').subtract(days=30).to_iso8601_string()", "${now-30d|%Y-%m-%dT%H:%M:%S.%fZ}"),
        ("pendulum.yesterday().to_date_string()", "${today-1d|%Y-%m-%d}"),
        ("pendulum.today().subtract(months=3).format('YYYY-MM-DD')", "${today-3mo|%Y-%m-%d}"),
        ("pendulum.now().start_of('day').add(hours=6).to_datetime_string()", "${today+6h|%Y-%m-%d %H:%M:%S}"),
        ("int((datetime.now() - timedelta(days=1)).timestamp())", "${now-1d|epoch}"),
        ("int(pendulum.now().timestamp() * 1000)", "${now|epoch_ms}"),
        ("pendulum.today().format('YYYY-MM-DDTHH:mm:ss[Z]')", "${today|%Y-%m-%dT%H:%M:%SZ}"),
        ("pendulum.now().format('DD/MM/YYYY HH:mm:ssZ')", "${now|%d/%m/%Y %H:%M:%S+00:00}"),
        ("pendulum.now().subtract(days=1).int_timestamp", "${now-1d|epoch}"),
        ("int(time.time()) - 2 * 3600", "${now-7200s|epoch}"),
        ("(int(time.time()) - 60) * 1000", "${now-60s|epoch_ms}"),
    ],
)
def test_a_moment_is_a_word(expression: str, word: str) -> None:
    assert params(expression, IMPORTS) == word


@pytest.mark.parametrize(
    "expression",
    [
        "datetime.now().replace(day=1).isoformat()",
        "datetime.now().replace(minute=0).isoformat()",
        "(datetime.now() - timedelta(hours=3)).replace(hour=0, minute=0).isoformat()",
        "pendulum.now().start_of('month').to_date_string()",
        "pendulum.now().format('dddd')",
        "pendulum.now().format('YYYY%MM')",
        "pendulum.now().quarter",
        "datetime.now().isoformat(timespec='hours')",
        "(datetime.now() - timedelta(days=unknown)).isoformat()",
        "(datetime.now() - timedelta(milliseconds=5)).isoformat()",
        "datetime.now().year - 1",
        "'a' if datetime.now() > START else 'b'",
    ],
)
def test_what_has_no_word_is_told(expression: str) -> None:
    made = endpoint(f'{{"params": {{"x": {expression}, "y": 1}}}}', IMPORTS)
    assert made.content["resources"][0]["endpoint"] == {"params": {"y": 1}}
    assert "`resources[0].endpoint.params.x`" in sentences(made, losing=True)[0]


def test_the_start_of_what_is_new_may_be_a_moment_or_a_variable() -> None:
    words = """{"incremental": {"cursor_path": "at", "initial_value": %s, "end_value": os.environ["END"]}}"""
    made = endpoint(words % "datetime.now() - timedelta(days=1)", IMPORTS)
    new: dict[str, Any] = made.content["resources"][0]["endpoint"]["incremental"]
    assert (new["initial_value"], new["end_value"]) == ("${now-1d|%Y-%m-%dT%H:%M:%S.%f}", "$END")
    assert (made.variables, sentences(made)) == (["END"], [])


def test_a_start_with_a_default_has_the_default() -> None:
    words = '{"incremental": {"cursor_path": "at", "initial_value": os.getenv("START", "2024-01-01")}}'
    made = endpoint(words)
    assert made.content["resources"][0]["endpoint"]["incremental"]["initial_value"] == "2024-01-01"
    assert sentences(made, losing=True) == []


def test_a_moment_where_none_can_stand_is_told() -> None:
    made = endpoint('{"data_selector": f"at.{date.today()}"}', IMPORTS)
    assert "is a moment, and none can stand here" in sentences(made, losing=True)[0]


def test_code_that_needs_a_moment_of_the_function_around_it_is_told() -> None:
    before = """
        from datetime import datetime
        def stamp():
            now = datetime.now().isoformat()
            return lambda row: {**row, "at": now}
    """
    made = endpoint('{"response_actions": [stamp()]}', before)
    assert "moment that only running the code tells" in sentences(made, losing=True)[0]
