"""The key of a record, and the field that says when it was changed."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.resources.detection.identifying import ChangeField, cursor_of, key_of


@pytest.mark.parametrize(
    ("records", "key"),
    [
        ([{"id": 1, "uuid": "a"}, {"id": 2, "uuid": "b"}], "id"),
        ([{"Id": 1}, {"Id": 2}], "Id"),
        ([{"id": 1, "uuid": "a"}, {"id": 1, "uuid": "b"}], "uuid"),
        ([{"order_id": 1, "customer_id": 7}, {"order_id": 2, "customer_id": 7}], "order_id"),
        ([{"contactId": "a"}, {"contactId": "b"}], "contactId"),
        ([{"id": None}, {"id": 2}], None),
        ([{"a_id": 1, "b_id": 2}, {"a_id": 2, "b_id": 3}], None),
        ([{"id": {"x": 1}}], None),
    ],
)
def test_the_key_is_a_field_of_a_usual_name_with_a_value_for_each(records: list[dict[str, Any]], key: object) -> None:
    assert key_of(records, "orders") == key


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"id": 1, "created_at": "2024-05-01", "updated_at": "2024-05-01T00:00:00Z"}, ChangeField("updated_at")),
        ({"attributes": {"modifiedOn": "2024-05-01T00:00:00Z"}}, ChangeField("attributes.modifiedOn")),
        ({"updated": 1_700_000_000}, ChangeField("updated", "epoch")),
        ({"mtime": 1_700_000_000_000}, ChangeField("mtime", "epoch_ms")),
        ({"updated_timestamp": 1_700_000_000}, ChangeField("updated_timestamp", "epoch")),
        ({"lastModifiedDateTime": "2024-05-01T00:00:00Z"}, ChangeField("lastModifiedDateTime")),
        ({"DATE_UPDATED_UTC": "2024-05-01", "updated": "2024-05-02"}, ChangeField("updated")),
        ({"modifyDate": "2024-05-01T00:00:00"}, ChangeField("modifyDate")),
        ({"update_frequency_date": "2024-05-01", "exchanged_at": "2024-05-01"}, None),
        ({"updated": "yes"}, None),
        ({"modified": 12}, None),
        ({"created_at": "2024-05-01"}, None),
        ({"company": {"updated_at": "2024-05-01"}}, None),
    ],
)
def test_the_cursor_is_a_field_of_a_usual_name_that_holds_dates(record: dict[str, Any], field: object) -> None:
    assert cursor_of([record]) == field
