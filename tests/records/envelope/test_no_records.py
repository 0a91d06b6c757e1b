"""What is said of a body without records."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.http.refusals import RefusedError
from tap_analytics.http.retry import TransientError
from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.envelope.no_records import NoListError, no_records
from tap_analytics.records.paths import MISSING


@pytest.mark.parametrize(
    ("document", "data", "said"),
    [
        (
            {"gw": 1},
            MISSING,
            'the response has no `data` (its fields are `gw`); check `data_selector`. The API says: {"gw":1}',
        ),
        ("Gone", MISSING, "the response has no `data`; check `data_selector`. The API says: Gone"),
        ({"rows": []}, MISSING, "the response has no `data` (its fields are `rows`); check `data_selector`"),
        (
            [],
            "Hello",
            "the response has text as `data`, not a list of records; check `data_selector`. The API says: Hello",
        ),
    ],
)
def test_a_body_without_records_is_told_with_what_it_has(document: Any, data: Any, said: str) -> None:  # noqa: ANN401 - JSON
    assert no_records(document, data, "data") == said


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"data": "Too many requests"}', TransientError),
        (b'"Please try again later"', TransientError),
        (b'{"data": [{"error": "Too many requests"}]}', TransientError),
        (b'{"data": ["Too many requests"]}', TransientError),
        (b'{"data": "Your session has expired"}', RefusedError),
        (b'{"data": "Hello"}', NoListError),
    ],
)
def test_a_text_in_place_of_records_says_whether_it_passes(body: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind) as raised:
        Envelope().open(body, offset=0)
    assert type(raised.value) is kind
