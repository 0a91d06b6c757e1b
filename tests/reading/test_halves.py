"""A window with a round number of rows, which nothing counts, has as many as its halves, or it fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.foreign import Foreign, Reply
from tests.windowed import sync

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Run
    from tests.foreign import Call

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
NEW = {
    "cursor_path": "at",
    "start_param": "from",
    "end_param": "to",
    "initial_value": "2024-01-01",
    "end_value": "2024-01-05",
    "step": "P2D",
}


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign(key="key") as api:
        yield api


def rows_of(count: int) -> list[dict[str, Any]]:
    """Return so many rows, evenly over four days."""
    moments = [FIRST + timedelta(days=4) * number / count for number in range(count)]
    return [{"id": number, "at": f"{moment:%Y-%m-%dT%H:%M:%SZ}"} for number, moment in enumerate(moments)]


def within(call: Call, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if call.params["from"] <= row["at"] < call.params.get("to", "9")]


def read(api: Foreign, *, primary_key: str | None = "id", **new: Any) -> Run:  # noqa: ANN401 - words of a declaration
    incremental = {name: value for name, value in {**NEW, **new}.items() if value is not None}
    endpoint = {"path": "/rows", "paginator": "single_page", "incremental": incremental}
    resource = {"name": "rows", "endpoint": endpoint, **({"primary_key": primary_key} if primary_key else {})}
    return sync(api, resource, api_key_name="key", concurrency=1)


@pytest.mark.parametrize("step", ["P2D", None])
def test_a_window_that_is_cut_at_a_round_number_fails_and_moves_no_bookmark(api: Foreign, step: str | None) -> None:
    rows = rows_of(300)
    api.serve("/rows", lambda call: Reply({"data": within(call, rows)[:100]}))
    run = read(api, step=step)
    assert run.code == 1
    assert "its halves have" in run.stderr
    assert "replication_key_value" not in run.stdout


def test_windows_that_are_cut_at_another_number_fail_when_it_comes_again(api: Foreign) -> None:
    rows = rows_of(30)
    api.serve("/rows", lambda call: Reply({"data": within(call, rows)[:7]}))
    run = read(api)
    assert run.code == 1
    assert "gave 7 rows, but its halves have" in run.stderr


def test_windows_that_have_as_many_rows_each_are_looked_at_now_and_then(api: Foreign) -> None:
    rows = rows_of(96)
    api.serve("/rows", lambda call: Reply({"data": within(call, rows)}))
    run = read(api, step="PT3H")
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(96)))
    assert len(api.calls) <= 50


def test_a_window_that_has_a_round_number_of_rows_is_whole(api: Foreign) -> None:
    rows = rows_of(200)
    api.serve("/rows", lambda call: Reply({"data": within(call, rows)}))
    run = read(api)
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(200)))


def test_rows_that_come_into_a_window_meanwhile_are_none_that_were_cut(api: Foreign) -> None:
    rows = rows_of(200)
    late = [{"id": 1000, "at": rows[0]["at"]}]
    api.serve("/rows", lambda call: Reply({"data": within(call, rows + (late if len(api.calls) > 2 else []))}))
    assert read(api).code == 0


@pytest.mark.parametrize(
    ("count", "said", "words"),
    [(200, {"total": 100}, {}), (200, {}, {"primary_key": None}), (3, {}, {}), (200, {}, {"end_param": None})],
)
def test_other_windows_are_not_asked_for_again(
    api: Foreign, count: int, said: dict[str, int], words: dict[str, Any]
) -> None:
    rows = rows_of(count)
    api.serve("/rows", lambda call: Reply({"data": within(call, rows), **said}))
    usual = {"step": None} if "end_param" in words else {}
    assert read(api, **usual, **words).code == 0
    asked = [(call.params["from"], call.params.get("to")) for call in api.calls]
    assert len(set(asked)) <= 2
