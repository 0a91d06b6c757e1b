"""A copy of a source reads with the variables of the driver, whatever its own are."""

from __future__ import annotations

import os
import pickle
from typing import TYPE_CHECKING

import pytest

from tap_analytics.source import Source
from tap_analytics.spark.handed import HandedSource
from tests.foreign import TOKEN, Foreign

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("pyarrow", reason="the extra `arrow` is not installed")


@pytest.fixture
def other() -> Iterator[Foreign]:
    with Foreign() as api:
        yield api


def test_a_copy_has_the_variables_of_the_driver(other: Foreign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTS_TOKEN", TOKEN)
    other.serve("/parts", [{"id": each} for each in range(5)])
    pages = {"type": "offset", "limit": 50, "offset_param": "first", "limit_param": "count"}
    client = {"base_url": other.url, "headers": {"X-Token": "$PARTS_TOKEN"}, "paginator": pages}
    entry = {"name": "parts", "primary_key": "id", "endpoint": {"path": "parts", "data_selector": "result.items"}}
    config = {"client": client, "resources": [entry], "max_retries": 0}
    handed = HandedSource.of(Source(config))
    assert TOKEN not in repr(handed)
    kept = pickle.dumps(handed)
    monkeypatch.setenv("PARTS_TOKEN", "of another account")
    monkeypatch.setenv("UNTOUCHED", "as it was")
    copy = pickle.loads(kept)  # noqa: S301 - it is our own
    assert copy.source({None}).table("parts").num_rows == 5
    assert os.environ["UNTOUCHED"] == "as it was"
