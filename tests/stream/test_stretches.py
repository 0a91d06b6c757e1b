"""A list that is asked for whole is parted at its rows, or says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError, FatalAPIError

from tap_analytics.source import Source
from tap_analytics.state.windows import Window
from tests.windowed import offsets, without_total

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox

pytest.importorskip("pyarrow", reason="the extra `arrow` is not installed")


def source(api: Sandbox, *resources: object, **settings: Any) -> Source:  # noqa: ANN401
    usual = {"api_url": api.url, "api_key": api.api_key, "page_size": 20, "backoff_factor": 0, "max_retries": 0}
    return Source(usual | {"resources": [*resources]} | settings)


def sorted_by(api: Sandbox, order: str) -> None:
    api.intercept(lambda request: api.answer(request.with_params(sort=order)))


def ids(one: Source, windows: list[Window]) -> list[int]:
    return [int(key) for each in windows for batch in one.read(each) for key in batch.column("id").to_pylist()]


def test_a_list_is_parted_into_stretches_of_about_so_many_rows(api: Sandbox) -> None:
    one = source(api)
    windows = one.stretches("contacts", 60)
    assert len(windows) == 5
    assert [Window.from_line(each.line()) for each in windows] == windows
    assert api.api_key not in repr(windows)
    assert len(api.requests) == 5
    assert ids(one, windows) == list(range(1, 251))
    assert one.state["bookmarks"].get("contacts", {}).get("replication_key_value") is None


def test_a_short_list_is_one_stretch(api: Sandbox) -> None:
    one = source(api)
    (whole,) = one.stretches("deals", 100)
    assert len(ids(one, [whole])) == 30


@pytest.mark.parametrize("width", [1, 3])
def test_stretches_of_a_list_that_changes_have_all_rows_that_stay(api: Sandbox, width: int) -> None:
    api.reset(rows={"contacts": 1500})
    one = source(api, concurrency=width, page_size=50)
    churn = api.churn("contacts", deletes=3, inserts=2, updates=2)
    found = ids(one, one.stretches("contacts", 400))
    assert churn.deleted
    assert churn.stayed - set(found) == set()
    assert len(found) == len(set(found))


def test_nothing_is_asked_for_far_behind_the_end_of_a_stretch(api: Sandbox) -> None:
    api.reset(rows={"contacts": 1500}, latency=0.005)
    one = source(api, concurrency=4)
    first, *_ = one.stretches("contacts", 300)
    before = len(api.requests)
    assert len(ids(one, [first])) == 300
    assert max(offsets(api)[before:]) < 350


@pytest.mark.parametrize("order", ["updated_at", "-updated_at"])
def test_a_list_in_the_order_of_its_changes_is_refused_unless_its_rows_may_move(api: Sandbox, order: str) -> None:
    sorted_by(api, order)
    with pytest.raises(ConfigValidationError, match="in the order of `updated_at`"):
        source(api).stretches("contacts", 60)
    one = source(api)
    assert sorted(ids(one, one.stretches("contacts", 60, may_move=True))) == list(range(1, 251))


def test_a_stretch_is_read_by_the_settings_that_it_was_planned_with(api: Sandbox) -> None:
    one = source(api)
    window = one.stretches("contacts", 60)[1]
    with pytest.raises(FatalAPIError, match="the settings have changed since the stretch was planned"):
        ids(one.with_settings(verify_pages=False), [window])


def test_what_has_no_stretches_says_why(api: Sandbox) -> None:
    with pytest.raises(ConfigValidationError, match="no primary key"):
        source(api, {"name": "contacts", "write_disposition": "append", "primary_key": None}).stretches("contacts", 60)
    with pytest.raises(ConfigValidationError, match="`verify_pages`"):
        source(api, verify_pages=False).stretches("contacts", 60)
    without_total(api)
    with pytest.raises(ConfigValidationError, match="nothing says how many rows"):
        source(api).stretches("contacts", 60)
