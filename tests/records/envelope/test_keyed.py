"""The keys of an object of records become fields of these."""

from __future__ import annotations

from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.envelope.columns import ColumnGroup, Columns
from tap_analytics.records.envelope.envelope import Envelope

FIRST, SECOND = "2025-01-01", "2025-01-02"


def records_in(body: object, *names: str, **more: Any) -> list[Any]:  # noqa: ANN401 - options of an envelope
    return Envelope(data_selector="$", key_fields=names, **more).records(body)


@pytest.mark.parametrize(
    ("body", "records"),
    [
        ({FIRST: {"n": 1}, SECOND: {"n": 2}}, [{"day": FIRST, "n": 1}, {"day": SECOND, "n": 2}]),
        ({FIRST: [{"n": 1}, {"n": 2}], SECOND: []}, [{"day": FIRST, "n": 1}, {"day": FIRST, "n": 2}]),
        ({FIRST: 3, SECOND: 4}, [{"day": FIRST, "value": 3}, {"day": SECOND, "value": 4}]),
        ({FIRST: {"day": FIRST}}, [{"day": FIRST}]),
        ({}, []),
        ([], []),
    ],
)
def test_the_key_goes_into_each_record(body: object, records: object) -> None:
    assert records_in(body, "day") == records


def test_several_keys_are_those_of_objects_within_objects() -> None:
    body = {"Signed up": {FIRST: 3, SECOND: 4}, "Left": {FIRST: 1}}
    assert records_in(body, "event", "day") == [
        {"event": "Signed up", "day": FIRST, "value": 3},
        {"event": "Signed up", "day": SECOND, "value": 4},
        {"event": "Left", "day": FIRST, "value": 1},
    ]


def test_rows_without_names_get_their_names_and_the_key() -> None:
    columns = Columns((ColumnGroup(names=("a", "b")),))
    assert records_in({FIRST: [1, 2]}, "day", columns=columns) == [{"day": FIRST, "a": 1, "b": 2}]
    assert records_in({FIRST: [[1, 2], [3, 4]]}, "day", columns=columns)[1] == {"day": FIRST, "a": 3, "b": 4}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([{"n": 1}], "the response has a list where `day` is the key of an object; check `key_field`"),
        ({FIRST: None}, f"the response has null under `{FIRST}`, which is no record"),
        ({FIRST: [1, 2]}, f"the response has a list under `{FIRST}`, which is no record"),
        ({FIRST: {"day": "2024-12-31"}}, f"the record under `{FIRST}` has a field `day` of its own"),
        (
            {"status": "error", "message": "no such site"},
            "reports an error in `status`: error, no such site",
        ),
        ({"request": "r1", "problem": "no such site"}, "The API says: "),
        ({"done": True}, "the response has true or false under `done`, which is no record"),
    ],
)
def test_what_is_no_record_under_a_key_fails(body: object, message: str) -> None:
    with pytest.raises(FatalAPIError) as raised:
        records_in(body, "day")
    assert message in str(raised.value)
