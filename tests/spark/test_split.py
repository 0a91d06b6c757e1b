"""What is read side by side: each way covers the stream, and a way that it does not allow is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.source import Source
from tap_analytics.spark.options import Options
from tap_analytics.spark.part_rows import PartRows
from tap_analytics.spark.split import Split, pack
from tap_analytics.state.windows import Window
from tests import accounted
from tests.foreign import TOKEN, Foreign
from tests.spark.frames import options_of, settings
from tests.windowed import contacts, load_skewed, offsets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_analytics.sandbox import Sandbox

pytest.importorskip("pyarrow", reason="the extra `arrow` is not installed")


def plan(api: Sandbox, *resources: object, config: Any = None, **options: Any) -> Sequence[Sequence[Window]]:  # noqa: ANN401
    """Return the windows of each part."""
    source = Source(settings(api, *resources, window_rows=100, **(config or {})) | {"api_key": api.api_key})
    split = Split(source, Options.of(options_of(api, *resources, config=config, **options)))
    return [part.windows for part in split.parts()]


def test_windows_are_parts_and_the_last_of_them_is_what_changes_meanwhile(api: Sandbox) -> None:
    load_skewed(api)
    parts = plan(api)
    assert len(parts) > 5
    assert {len(part) for part in parts} == {1}
    ends = [(part[0].start, part[0].end) for part in parts]
    assert [end for _, end in ends[:-1]] == [start for start, _ in ends[1:]]
    assert ends[-1][1] is None
    assert max(offsets(api)) == 0  # planned by first pages alone


def test_an_end_is_where_the_last_window_ends(api: Sandbox) -> None:
    load_skewed(api)
    parts = plan(api, start="2025-01-01T00:00:00Z", end="2025-06-01T00:00:00Z")
    assert (parts[0][0].start, parts[-1][0].end) == ("2025-01-01T00:00:00Z", "2025-06-01T00:00:00Z")


def test_rows_that_come_late_are_left_to_a_later_read(api: Sandbox) -> None:
    (plain,), (late,) = plan(api, split="none", end="2024-05-02"), plan(api, split="none", lag="P100Y")
    assert plain[0].end == "2024-05-02"
    assert str(late[0].end) < "1930"


def test_no_window_is_longer_than_it_may_be(api: Sandbox) -> None:
    parts = plan(api, start="2025-01-01T00:00:00Z", end="2025-03-01T00:00:00Z", max_window="P14D", rows=1000)
    assert [part[0].start for part in parts][:2] == ["2025-01-01T00:00:00Z", "2025-01-15T00:00:00Z"]
    assert parts[-1][0].end == "2025-03-01T00:00:00Z"


def test_a_list_without_a_filter_is_parted_at_its_rows(api: Sandbox) -> None:
    parts = plan(api, "contacts", rows=100, config={"page_size": 20})
    assert len(parts) == 3
    assert all(part[0].stretch for part in parts)
    with pytest.raises(ConfigValidationError, match="`offsets` with `start`"):
        plan(api, "contacts", split="offsets", start="2024-01-01")


def test_a_list_in_the_order_of_its_changes_is_parted_only_where_that_is_said(api: Sandbox) -> None:
    api.intercept(lambda request: api.answer(request.with_params(sort="updated_at")))
    assert len(plan(api, "contacts", rows=100)) == 1
    assert len(plan(api, "contacts", split="offsets", rows=100)) == 2


def test_a_list_that_cannot_be_parted_is_one_part(api: Sandbox) -> None:
    ((whole,),) = plan(api, "account_overview", stream="account_overview")
    assert (whole.start, whole.end) == (None, None)


@pytest.mark.parametrize(("split", "stream"), [("windows", "account_overview"), ("parents", "contacts")])
def test_a_way_that_the_stream_does_not_allow_is_refused(api: Sandbox, split: str, stream: str) -> None:
    with pytest.raises(ConfigValidationError, match=f"`{stream}` cannot be read by `{split}`"):
        plan(api, stream, stream=stream, split=split)


def test_small_windows_of_several_accounts_are_one_part(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def window(account: str, rows: int | None) -> Window:
        return Window(stream="contacts", account=account, rows=rows)

    windows = [window("a", 3), window("a", 3), window("b", 4), window("c", 3), window("d", None), window("e", 0)]
    counts = [[each.rows for each in part] for part in pack(windows, 10)]
    assert counts == [[3], [3, 4, 3], [None, 0]]
    accounted.set_keys(monkeypatch)
    lists = accounted.serve(api, north=accounted.rows(30), south=accounted.rows(12), west=[])
    source = Source(accounted.config(api, contacts({"initial_value": "2000-01-01"})))
    parts = Split(source, Options(stream="contacts", config={})).parts()
    assert [part.accounts for part in parts] == [set(accounted.KEYS), *({name} for name in accounted.KEYS)]
    batches = [batch for part in parts for batch in PartRows(source, part).batches()]
    found = sorted((row["_account"], int(row["id"])) for batch in batches for row in batch.to_pylist())
    assert found == accounted.ids_in(**lists)


@pytest.fixture
def other() -> Iterator[Foreign]:
    with Foreign() as api:
        yield api


def test_children_are_parts_of_some_parents_each(other: Foreign) -> None:
    other.serve("/firms", [{"id": number} for number in range(20)])
    for firm in range(20):
        other.serve(f"/firms/{firm}/notes", [{"id": firm * 10 + each} for each in range(3)])
    client = {"base_url": other.url, "headers": {"X-Token": TOKEN}}
    pages = {"data_selector": "result.items", "paginator": {"type": "offset", "limit": 50, "offset_param": "first"}}
    pages["paginator"]["limit_param"] = "count"  # type: ignore[index] # it is a dictionary
    words = [{"name": "firms", "primary_key": "id", "endpoint": pages}]
    words += [{"name": "notes", "primary_key": "id", "endpoint": pages | {"path": "firms/{resources.firms.id}/notes"}}]
    source = Source({"client": client, "resources": words, "max_retries": 0})
    parts = [part.windows for part in Split(source, Options(stream="notes", config={}, readers=2)).parts()]
    assert [len(part) for part in parts] == [3, 3, 3, 3, 2, 2, 2, 2]
    batches = [batch for part in parts for window in part for batch in source.read(window)]
    rows = [row["id"] for batch in batches for row in batch.to_pylist()]
    assert sorted(rows) == sorted(firm * 10 + each for firm in range(20) for each in range(3))
    with pytest.raises(ConfigValidationError, match="`start`, `end` or `lag`"):
        Split(source, Options(stream="notes", config={}, start="2024-01-01")).parts()
