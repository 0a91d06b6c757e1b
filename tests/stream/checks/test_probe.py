"""A probe asks for the first rows under other bounds; a refusal says nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.http.retry import UnreachableError
from tap_analytics.state.bounds import Bounds
from tap_analytics.stream.checks.probe import Probe
from tap_analytics.tap import TapAnalytics
from tests.foreign import TOKEN, Foreign, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.foreign import Call

# Some megabytes of a file, whose beginning is enough.
ROWS = [{"id": number, "at": 1000 + number // 2, "text": "x" * 1000} for number in range(3000)]


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign(key="key") as api:
        yield api


def probe(api: Foreign) -> Probe:
    """Return a probe of a CSV file that is asked for from a number on, and refused from a negative one."""

    def answer(call: Call) -> Reply:
        start = call.number("from", 0)
        if start < 0:
            return Reply({"error": "too early"}, status=400)
        lines = [f"{row['id']},{row['at']},{row['text']}" for row in ROWS if int(str(row["at"])) >= start]
        return Reply("\n".join(["id,at,text", *lines, ""]).encode(), headers={"Content-Type": "text/csv"})

    api.serve("/rows", answer)
    columns = {"id": {"data_type": "bigint"}, "at": {"data_type": "bigint"}, "text": {"data_type": "text"}}
    new = {"cursor_path": "at", "start_param": "from"}
    endpoint: dict[str, Any] = {"path": "/rows", "format": "csv", "paginator": "single_page", "incremental": new}
    rows = {"name": "rows", "primary_key": "id", "columns": columns, "endpoint": endpoint}
    words = {"api_url": api.url, "api_key": TOKEN, "api_key_name": "key", "max_retries": 0, "backoff_factor": 0}
    stream: Any = TapAnalytics(config=words | {"resources": [rows]}).streams["rows"]
    return Probe(stream, lambda bounds: stream.reading(None, bounds=bounds, on_request=lambda: None))


def test_the_first_rows_under_other_bounds_come_without_the_rest_of_the_file(api: Foreign) -> None:
    asked = probe(api)
    rows = asked.rows(Bounds(start=Decimal(1100)))
    assert rows is not None
    assert 500 < len(rows) < 2000
    assert list(asked.places(Bounds(start=Decimal(1100))) or ())[:2] == [Decimal(1100), Decimal(1101)]


def test_bounds_that_the_api_refuses_say_nothing(api: Foreign) -> None:
    assert probe(api).rows(Bounds(start=Decimal(-1))) is None
    assert probe(api).places(Bounds(start=Decimal(-1))) is None


def test_an_api_that_does_not_answer_is_a_failure() -> None:
    with Foreign(key="key") as gone:
        asked = probe(gone)
    with pytest.raises(UnreachableError):
        asked.rows(Bounds(start=Decimal(1100)))
