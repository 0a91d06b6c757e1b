"""Figures of the moment get a time and an id where the API sends none, so that history survives a merge."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.stream.fields.fields import StreamFields
from tap_analytics.stream.fields.snapshot_rules import SnapshotRules
from tests.records.reader import DATE, NUMBER, TEXT, Reader, page

FIELDS: dict[str, Any] = {
    "id": {"type": ["string"]},
    "current_timestamp": DATE,
    "name": TEXT,
    "user_key": TEXT,
    "calls": NUMBER,
}
TIME = "2024-05-01T00:00:00Z"


class Figures:
    """Rules for figures of these fields, and pages of them."""

    def __init__(self, fields: dict[str, Any] | None = None, *, unselected: str = "none") -> None:
        fields = fields or FIELDS
        mask: dict[tuple[str, ...], bool] = {("properties", unselected): False}
        self.reader = Reader(fields)
        self.rules = SnapshotRules(
            path="/calls",
            codec=self.reader.records,
            primary_keys=["id"],
            stream="calls",
            fields=StreamFields(properties=fields, mask=mask, primary_keys=("id",)),
        )

    def records(self, *rows: str) -> list[dict[str, Any]]:
        return self.reader.plain(self.rules.complete(self.reader.open(page(*rows))))

    def ids(self, *rows: str) -> list[str]:
        return [record["id"] for record in self.records(*rows)]


def test_figures_with_a_time_and_an_id_stay_as_they_are() -> None:
    record = {"id": "7", "current_timestamp": TIME}
    assert Figures().records(f'{{"id": "7", "current_timestamp": "{TIME}", "calls": 1}}') == [record | {"calls": 1}]


def test_figures_without_a_time_get_that_of_the_response_the_same_for_all_of_them() -> None:
    before = datetime.now(UTC)
    one, other = Figures().records('{"calls": 1}', '{"calls": 2, "current_timestamp": null}')
    assert one["current_timestamp"] == other["current_timestamp"]
    assert abs((datetime.fromisoformat(one["current_timestamp"]) - before).total_seconds()) < 60
    assert one["id"] == f"calls:{one['current_timestamp']}"


def test_an_id_is_the_stream_the_time_and_the_name_or_the_user() -> None:
    rows = [
        f'{{"current_timestamp": "{TIME}", {more}}}' for more in ('"name": "Ada"', '"user_key": "u1"', '"calls": 1')
    ]
    assert Figures().ids(*rows) == [f"calls:{TIME}:Ada", f"calls:{TIME}:u1", f"calls:{TIME}"]


def test_no_two_figures_of_a_response_have_the_same_id() -> None:
    ada = f'{{"current_timestamp": "{TIME}", "name": "Ada", "user_key": "%s"}}'
    assert Figures().ids(ada % "u1", ada % "u2", ada % "u2") == [
        f"calls:{TIME}:Ada",
        f"calls:{TIME}:Ada:u2",
        f"calls:{TIME}:Ada:u2:2",
    ]


def test_a_schema_without_a_field_for_the_time_has_it_in_the_id() -> None:
    figures = Figures({name: FIELDS[name] for name in ("id", "name", "calls")})
    first, again = (figures.records('{"name": "Ada"}', '{"name": "Eve"}') for _ in range(2))
    assert first[0].keys() == {"id", "name"}
    assert datetime.fromisoformat(first[0]["id"].removeprefix("calls:").removesuffix(":Ada")).year >= 2024
    assert len({record["id"] for record in first + again}) == 4
    opened = [figures.reader.open(page('{"name": "Ada"}', '{"name": "Eve"}')) for _ in range(2)]
    (ada, eve), (same, _) = (figures.rules.complete(each).rows for each in opened)
    key = figures.rules.key()
    assert [key(each) == key(ada) for each in (same, eve)] == [True, False]


def test_figures_with_none_of_the_fields_are_refused_by_their_number() -> None:
    with pytest.raises(FatalAPIError, match=r"record 2 of the response has none of the fields .*`data_selector`"):
        Figures().records('{"calls": 1}', f'{{"id": "7", "current_timestamp": "{TIME}", "unknown": 1}}')


def test_figures_may_be_blank_where_not_all_fields_are_selected() -> None:
    assert len(Figures(unselected="calls").records("{}")) == 1


def test_figures_are_about_the_same_subject_whenever_they_were_taken() -> None:
    figures = Figures()
    key = figures.rules.key()
    early, late, other, own = figures.reader.open(
        page(
            f'{{"id": "calls:{TIME}:Ada", "current_timestamp": "{TIME}", "name": "Ada", "calls": 1}}',
            '{"id": "calls:2024-06-01T00:00:00Z:Ada", "current_timestamp": "2024-06-01T00:00:00Z", "name": "Ada"}',
            f'{{"id": "calls:{TIME}:Eve", "current_timestamp": "{TIME}", "name": "Eve"}}',
            f'{{"id": "7", "current_timestamp": "{TIME}", "name": "Ada"}}',
        )
    ).rows
    assert key(early) == key(late)
    assert len({key(each) for each in (early, other, own)}) == 3
