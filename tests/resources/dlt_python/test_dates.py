"""Dates and times that stand in the code are written as Python gives them."""

from __future__ import annotations

import pytest

from tests.resources.dlt_python.readings import content, endpoint, params, sentences

_IMPORTS = """
from datetime import date, datetime, timedelta, timezone
from dateutil.relativedelta import relativedelta
import pendulum
START = datetime(2024, 1, 31, 5, tzinfo=timezone.utc)
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("datetime(2024, 1, 31).isoformat()", "2024-01-31T00:00:00"),
        ("START.isoformat(timespec='minutes')", "2024-01-31T05:00+00:00"),
        ("START.strftime('%d/%m/%Y')", "31/01/2024"),
        ("f'{START:%Y%m%d}-{START.year}'", "20240131-2024"),
        ("f'{date(2024, 1, 31)}'", "2024-01-31"),
        ("str(START.date())", "2024-01-31"),
        ("date(2024, 1, 31)", "2024-01-31"),
        ("int(START.timestamp())", 1706677200),
        ("START.replace(day=1, hour=0).isoformat()", "2024-01-01T00:00:00+00:00"),
        ("(date(2024, 1, 31) + timedelta(days=1)).isoformat()", "2024-02-01"),
        ("(START - timedelta(weeks=1, hours=5)).isoformat()", "2024-01-24T00:00:00+00:00"),
        ("(START + relativedelta(months=1)).date().isoformat()", "2024-02-29"),
        ("(START - relativedelta(years=1, months=2)).date().isoformat()", "2022-11-30"),
        ("date.fromisoformat('2024-01-31').month", 1),
        ("datetime.strptime('31.01.2024', '%d.%m.%Y').date().isoformat()", "2024-01-31"),
        ("pendulum.datetime(2024, 1, 31).to_iso8601_string()", "2024-01-31T00:00:00Z"),
        ("pendulum.datetime(2024, 1, 31, tz='UTC').subtract(months=2).to_date_string()", "2023-11-30"),
        ("pendulum.parse('2024-01-31T05:00:00Z').start_of('month').isoformat()", "2024-01-01T00:00:00+00:00"),
        ("pendulum.parse('2024-01-31').add(days=1, hours=2).to_datetime_string()", "2024-02-01 02:00:00"),
        ("pendulum.parse('2024-01-31').int_timestamp", 1706659200),
    ],
)
def test_a_date_is_worked_out(expression: str, expected: object) -> None:
    assert params(expression, _IMPORTS) == expected


@pytest.mark.parametrize("made", ["START", "pendulum.datetime(2024, 1, 31, 5)"])
def test_a_bound_is_written_in_iso_8601(made: str) -> None:
    found = endpoint(f'{{"incremental": {{"cursor_path": "at", "initial_value": {made}}}}}', _IMPORTS)
    bound = found.content["resources"][0]["endpoint"]["incremental"]["initial_value"]
    assert bound == "2024-01-31T05:00:00+00:00"


def test_windows_of_days_are_resources() -> None:
    made = content("""
        from datetime import date, timedelta
        first = date(2024, 2, 25)
        windows = [(first + timedelta(days=each), first + timedelta(days=each + 5)) for each in range(0, 10, 5)]
        rest_api_source({"client": {"base_url": "u"}, "resources": [
            {"name": f"calls_{since:%Y%m%d}", "endpoint": {"path": "calls", "params": {"to": until.isoformat()}}}
            for since, until in windows
        ]})
    """)
    found = [(each["name"], each["endpoint"]["params"]["to"]) for each in made["resources"]]
    assert found == [("calls_20240225", "2024-03-01"), ("calls_20240301", "2024-03-06")]


@pytest.mark.parametrize(
    "expression",
    [
        "datetime(2024, 13, 1).isoformat()",
        "pendulum.datetime(2024, 1, 31, tz='Europe/Berlin').isoformat()",
        "pendulum.parse('last week').isoformat()",
        "START.astimezone(zone).isoformat()",
        "START.start_of('week').isoformat()",
        "(START + timedelta(days=10**9)).isoformat()",
        "START.quarter",
    ],
)
def test_what_only_running_the_code_tells_is_left_out(expression: str) -> None:
    found = endpoint(f'{{"path": "calls", "params": {{"x": {expression}}}}}', _IMPORTS)
    assert "params" not in found.content["resources"][0]["endpoint"]
    assert sentences(found, losing=True)
