"""Windows of zones, of numbered pages, of report jobs and of sessions, each read whole from an API that is strict."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests.foreign import Foreign, Reply
from tests.windowed import sync

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Run
    from tests.foreign import Call

BERLIN = ZoneInfo("Europe/Berlin")
# The nights in which clocks go forward and back.
NIGHTS = [datetime(2024, 3, 30, tzinfo=UTC), datetime(2024, 10, 26, tzinfo=UTC)]


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign(key="key") as api:
        yield api


def read(
    api: Foreign,
    endpoint: dict[str, Any],
    *,
    state: Any = None,  # noqa: ANN401 - JSON
    schema: dict[str, Any] | None = None,
    **settings: Any,  # noqa: ANN401 - any setting
) -> Run:
    usual = {"api_key_name": "key", "page_size": 100, "window_rows": 10_000}
    return sync(
        api,
        {"name": "rows", "primary_key": "id", "schema": schema, "endpoint": endpoint},
        state=state,
        **usual | settings,
    )


def half_hours(night: datetime) -> list[datetime]:
    return [night + timedelta(minutes=30 * number) for number in range(96)]


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize(
    ("step", "layout"), [("P1D", "%Y-%m-%d"), ("PT6H", "%Y-%m-%d %H:%M"), ("PT1H", "%Y-%m-%d %H:%M")]
)
@pytest.mark.parametrize("has_offset", [True, False])
def test_no_row_is_lost_where_clocks_change(
    api: Foreign, night: datetime, step: str, layout: str, *, has_offset: bool
) -> None:
    """The API reads bounds in the time of its office, and may write its rows in it, without an offset."""
    rows = []
    for number, moment in enumerate(half_hours(night)):
        local = moment.astimezone(BERLIN)
        at = local.isoformat() if has_offset else f"{local:%Y-%m-%d %H:%M:%S}"
        rows.append({"id": number, "at": at, "local": f"{local:%Y-%m-%d %H:%M}"})

    def answer(call: Call) -> Reply:
        start, end = call.params["from"], call.params["to"]
        found = [row for row in rows if start <= str(row["local"])[: len(start)] < end]
        return Reply({"data": found[call.number("offset", 0) :]})

    api.serve("/rows", answer)
    first, last = (f"{moment.astimezone(BERLIN):%Y-%m-%d}" for moment in (night, night + timedelta(days=3)))
    new = {
        "cursor_path": "at",
        "start_param": "from",
        "end_param": "to",
        "datetime_format": layout,
        "timezone": "Europe/Berlin",
        "initial_value": first if layout == "%Y-%m-%d" else f"{first} 00:00",
        "end_value": last if layout == "%Y-%m-%d" else f"{last} 00:00",
        "step": step,
    }
    run = read(api, {"path": "/rows", "incremental": new})
    assert run.code == 0, run.stderr
    wanted = [row["id"] for row in rows if str(row["local"]) >= first]
    assert sorted(set(run.ids("rows"))) == wanted


DAYS = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number) for number in range(240)]
HOURS = [{"id": number, "at": f"{moment:%Y-%m-%dT%H:%M:%SZ}"} for number, moment in enumerate(DAYS)]
BOTH_ENDS = {
    "cursor_path": "at",
    "start_param": "from",
    "end_param": "to",
    "initial_value": "2024-01-01",
    "end_value": "2024-01-11",
}


def between(call: Call) -> list[dict[str, Any]]:
    start, end = call.params["from"], call.params["to"]
    return [row for row in HOURS if start <= str(row["at"]) < end]


@pytest.mark.parametrize("has_total", [True, False])
def test_numbered_pages_that_end_at_a_maximum_are_read_in_windows_of_so_many(api: Foreign, *, has_total: bool) -> None:
    """The API gives no page from the sixth on, and its pages have ten rows."""

    def answer(call: Call) -> Reply:
        page = call.number("page", 1)
        if page > 5:
            return Reply({"fault": "there are no more than five pages"}, status=400)
        found = between(call)
        return Reply({"data": found[(page - 1) * 10 : page * 10], **({"total": len(found)} if has_total else {})})

    api.serve("/rows", answer)
    paginator = {"type": "page_number", "base_page": 1, "maximum_page": 6, "total_path": "total" if has_total else ""}
    new = BOTH_ENDS if has_total else BOTH_ENDS | {"step": "P1D"}
    run = read(api, {"path": "/rows", "paginator": paginator, "incremental": new}, concurrency=4)
    assert run.code == 0, run.stderr
    assert sorted(run.ids("rows")) == list(range(240))
    too_long = read(api, {"path": "/rows", "paginator": paginator, "incremental": BOTH_ENDS | {"step": "P3D"}})
    assert too_long.code == (0 if has_total else 1)
    assert has_total or "50 rows were read up to the maximum" in too_long.stderr


def test_report_jobs_of_windows_are_made_side_by_side_and_a_failed_one_is_where_the_next_sync_begins(
    api: Foreign,
) -> None:
    """Each report is done when its state is asked for the second time; that of the fourth day fails at first."""
    jobs: dict[str, tuple[str, int]] = {}
    lock, fails, most = threading.Lock(), ["2024-01-04"], 0

    def make(call: Call) -> Reply:
        nonlocal most
        day = call.json["from"]
        with lock:
            jobs[day] = ("running", 0)
            most = max(most, sum(state == "running" for state, _ in jobs.values()))
        return Reply({"id": day}, status=202)

    def state(call: Call) -> Reply:
        day = call.path.split("/")[-1]
        with lock:
            asked = jobs[day][1] + 1
            said = "failed" if day in fails else "done" if asked > 1 else "running"
            jobs[day] = (said, asked)
        return Reply({"state": said})

    def of_day(call: Call) -> Reply:
        rows = [row for row in HOURS if str(row["at"]).startswith(call.path.split("/")[-2])]
        return Reply({"data": rows[call.number("offset", 0) :]})

    api.serve("/reports", make)
    for day in range(1, 11):
        api.serve(f"/reports/2024-01-{day:02}", state)
        api.serve(f"/reports/2024-01-{day:02}/rows", of_day)
    new = {name: value for name, value in BOTH_ENDS.items() if not name.endswith("param")}
    endpoint = {
        "path": "/reports/{job.id}/rows",
        "incremental": new | {"step": "P1D", "datetime_format": "%Y-%m-%d"},
        "job": {
            "create": {
                "path": "/reports",
                "json": {"from": "{incremental.start_value}", "to": "{incremental.end_value}"},
                "keep": {"id": "id"},
            },
            "status": {"path": "/reports/{job.id}", "state_path": "state", "interval": 0.01},
        },
    }
    schema = {"properties": {"id": {"type": "integer"}, "at": {"type": "string", "format": "date-time"}}}
    one = read(api, endpoint, schema=schema, concurrency=4)
    assert one.code == 1
    assert most > 1
    assert sorted(one.ids("rows")) == list(range(72))
    fails.clear()
    jobs.clear()
    two = read(api, endpoint, schema=schema, state=one.state, concurrency=4)
    assert two.code == 0, two.stderr
    assert sorted(two.ids("rows")) == list(range(72, 240))
    assert min(jobs) == "2024-01-04"


def test_a_session_that_ends_while_pages_are_fetched_ahead_is_renewed_once(api: Foreign) -> None:
    """The session ends behind twenty answers: all requests that are under way are refused, and sent again."""
    lock, logins, left = threading.Lock(), 0, 0

    def log_in(_: Call) -> Reply:
        nonlocal logins, left
        with lock:
            logins, left = logins + 1, 20
        return Reply({"token": f"session-{logins}"})

    def answer(call: Call) -> Reply:
        nonlocal left
        with lock:
            left -= 1
            if call.headers.get("x-session") != f"session-{logins}" or left < 0:
                return Reply({"fault": "who are you?"}, status=401)
        at = call.number("offset", 0)
        return Reply({"data": HOURS[at : at + call.number("limit", 100)], "total": len(HOURS)})

    api.is_open = True
    api.serve("/login", log_in)
    api.serve("/rows", answer)
    login = {"path": "/login", "token_path": "token", "header": "X-Session"}
    run = read(api, {"path": "/rows"}, login=login, api_key=None, page_size=5, concurrency=6)
    assert run.code == 0, run.stderr
    assert sorted(run.ids("rows")) == list(range(240))
    assert 3 <= logins <= 6
