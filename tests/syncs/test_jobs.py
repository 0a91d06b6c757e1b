"""Reports that the API makes first: whole syncs of them, and every way in which they fail."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.sandbox import Answer, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.sandbox import Request
    from tests.conftest import Run, TapRunner

ROWS = [{"id": number, "updated_at": f"2024-05-{number:02}T00:00:00Z"} for number in range(1, 21)]
SCHEMA = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "updated_at": {"type": ["string", "null"], "format": "date-time"}},
}


@dataclass
class Reports:
    """An API that makes reports: a job is done when its state was asked for as often as `states` has words."""

    states: list[str] = field(default_factory=lambda: ["queued", "Running", "done"])
    link: str | None = None
    asked: int = 0
    jobs: list[Any] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    def __call__(self, request: Request) -> Answer | None:
        _, _, name, *rest = request.path.split("/")
        if name != "reports":
            return None
        if not rest:
            self.jobs.append(json.loads(request.body))
            return Answer(202, {"report": {"id": f"job/{len(self.jobs)}"}})
        if request.method == "DELETE":
            self.cancelled.append(rest[-1])
            return Answer(204)
        if rest[-1] == "rows":
            offset, limit = int(request.params["offset"]), int(request.params["limit"])
            return Answer(200, {"data": ROWS[offset : offset + limit], "total": len(ROWS)})
        state = self.states[min(self.asked, len(self.states) - 1)]
        self.asked += 1
        return Answer(200, {"status": state, "rows": len(ROWS), "file": self.link, "message": "no such metric"})


def report(
    *,
    status: dict[str, Any] | None = None,
    path: str = "/v1/reports/{job.id}/rows",
    **job: Any,  # noqa: ANN401 - words of a job
) -> dict[str, Any]:
    asked = {"path": "/v1/reports/{job.id}", "state_path": "status", "interval": 0.01} | (status or {})
    create = {"path": "/v1/reports", "json": {"metric": "calls"}, "keep": {"id": "report.id"}}
    endpoint = {"path": path, "job": {"create": create, "status": asked} | job}
    return {"name": "calls", "primary_key": "id", "schema": SCHEMA, "endpoint": endpoint}


def sync(
    api: Sandbox,
    tap: TapRunner,
    reports: Reports,
    resource: dict[str, Any],
    **settings: Any,  # noqa: ANN401 - any setting
) -> Run:
    api.intercept(reports)
    return tap(resources=[resource], page_size=8, **settings)


def test_a_report_is_made_waited_for_and_read_page_by_page(api: Sandbox, tap: TapRunner) -> None:
    reports = Reports()
    run = sync(api, tap, reports, report())
    assert (run.code, run.ids("calls")) == (0, [row["id"] for row in ROWS]), run.stderr
    assert (reports.jobs, reports.asked) == ([{"metric": "calls"}], 3)
    assert reports.cancelled == []


def test_a_report_without_schema_is_sampled(api: Sandbox, tap: TapRunner) -> None:
    resource = report()
    del resource["schema"]
    run = sync(api, tap, Reports(), resource)
    assert (run.code, run.records("calls")) == (0, ROWS)


def test_a_report_is_asked_for_from_the_bookmark_on(api: Sandbox, tap: TapRunner) -> None:
    resource, reports = report(), Reports()
    resource["endpoint"]["job"]["create"]["json"]["since"] = "{incremental.start_value}"
    resource["endpoint"]["incremental"] = {"cursor_path": "updated_at", "initial_value": "2024-01-01T00:00:00Z"}
    run = sync(api, tap, reports, resource)
    assert (run.code, run.bookmark("calls")) == (0, "2024-05-20T00:00:00Z")
    tap(resources=[resource], page_size=8, state=run.state)
    assert [job["since"] for job in reports.jobs] == ["2024-01-01T00:00:00Z", "2024-05-20T00:00:00Z"], reports.jobs


def test_a_report_of_each_parent_is_a_job_of_its_own(api: Sandbox, tap: TapRunner) -> None:
    resource, reports = report(), Reports()
    resource["endpoint"]["job"]["create"]["json"] = {"agent": "{resources.agents.user_key}"}
    agents = {
        "name": "agents",
        "endpoint": "/v1/agents_overview",
        "primary_key": "user_key",
        "columns": {"user_key": {"data_type": "text"}},
    }
    api.intercept(reports)
    run = tap(resources=[agents, resource])
    assert run.code == 0, run.stderr
    # Jobs of several parents run side by side, in no order.
    assert sorted(job["agent"] for job in reports.jobs) == sorted(row["user_key"] for row in run.records("agents"))
    assert len(run.records("calls")) == len(ROWS) * len(reports.jobs)


@pytest.fixture
def elsewhere() -> Iterator[Sandbox]:
    with Sandbox() as other:
        other.intercept(lambda _: Answer(200, {"data": ROWS}))
        yield other


def test_a_file_on_another_host_gets_no_key_and_no_header(api: Sandbox, tap: TapRunner, elsewhere: Sandbox) -> None:
    link = f"{elsewhere.url}/files/1?signature=a%2Fb"
    resource = report(path="{job.file}", status={"keep": {"file": "file"}})
    resource["endpoint"]["headers"] = {"X-Own": "own-secret"}
    settings = {"api_key_location": "bearer", "headers": {"X-Shared": "shared-secret"}}
    api.intercept(lambda request: Answer(401) if "authorization" not in request.headers else None)
    run = sync(api, tap, Reports(link=link), resource, **settings)
    assert (run.code, run.ids("calls")) == (0, [row["id"] for row in ROWS]), run.stderr
    (request,) = elsewhere.requests
    assert request.target == "/files/1?signature=a%2Fb"
    assert {"authorization", "x-own", "x-shared"} & request.headers.keys() == set()


def test_rows_that_the_api_redirects_to_are_read_without_the_key_elsewhere(
    api: Sandbox, tap: TapRunner, elsewhere: Sandbox
) -> None:
    def redirect(request: Request) -> Answer | None:
        places = {"/v1/reports/job/1/rows": "/v1/files/7?part=1", "/v1/files/7": f"{elsewhere.url}/files/7?signature=s"}
        return Answer(303, headers={"Location": places[request.path]}) if request.path in places else None

    api.intercept(redirect)
    resource = report()
    resource["endpoint"]["paginator"] = "single_page"
    run = sync(api, tap, Reports(), resource, api_key_location="bearer", headers={"X-Shared": "shared-secret"})
    assert (run.code, run.ids("calls")) == (0, [row["id"] for row in ROWS]), run.stderr
    (request,) = elsewhere.requests
    assert (request.target, {"authorization", "x-shared"} & request.headers.keys()) == ("/files/7?signature=s", set())
    assert "authorization" in api.requests[-1].headers


def test_a_redirect_that_leads_in_a_circle_fails(api: Sandbox, tap: TapRunner) -> None:
    def redirect(request: Request) -> Answer | None:
        is_file = request.path.endswith("rows")
        return Answer(303, headers={"Location": request.path}) if is_file else None

    api.intercept(redirect)
    run = sync(api, tap, Reports(), report())
    assert (run.code, run.records("calls")) == (1, [])
    assert "from one redirect to the next" in run.stderr


def test_a_link_to_the_api_itself_gets_the_key(api: Sandbox, tap: TapRunner) -> None:
    resource = report(path="{job.file}", status={"keep": {"file": "file"}})
    run = sync(api, tap, Reports(link="/v1/reports/1/rows?offset=0&limit=100"), resource)
    assert (run.code, run.ids("calls")) == (0, [row["id"] for row in ROWS]), run.stderr
    assert api.requests[-1].params["api_key"] == api.api_key


def test_a_job_may_be_done_by_the_status_of_its_response(api: Sandbox, tap: TapRunner) -> None:
    statuses = iter([404, 202, 303])

    def answer(request: Request) -> Answer | None:
        if request.path != "/v1/reports/job%2F1" and not request.path.endswith("job/1"):
            return None
        return Answer(next(statuses), headers={"Location": "/v1/reports/1/rows?offset=0&limit=100"})

    api.intercept(answer)
    asked = {"path": "/v1/reports/{job.id}", "interval": 0.01, "keep": {"rows": "header:Location"}}
    asked |= {"done_status": 303, "pending_status": [202, 404]}
    resource = report(path="{job.rows}")
    resource["endpoint"]["job"]["status"] = asked
    run = sync(api, tap, Reports(), resource)
    assert (run.code, run.ids("calls")) == (0, [row["id"] for row in ROWS]), run.stderr


def test_a_job_that_fails_fails_the_stream_with_what_the_api_says(api: Sandbox, tap: TapRunner) -> None:
    reports = Reports(states=["queued", "FAILED"])
    run = sync(api, tap, reports, report(cancel="/v1/reports/{job.id}"))
    assert run.code == 1
    assert "could not make the report; its state is `FAILED`" in run.stderr
    assert "no such metric" in run.stderr


def test_a_job_that_is_never_done_fails_with_its_last_state_and_is_cancelled(api: Sandbox, tap: TapRunner) -> None:
    reports = Reports(states=["crunching"])
    resource = report(status={"timeout": 0.2}, cancel="/v1/reports/{job.id}")
    run = sync(api, tap, reports, resource)
    assert (run.code, run.records("calls")) == (1, [])
    assert "was not done after 0.2 s: its last state was `crunching`" in run.stderr
    assert len(reports.cancelled) == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"state_path": "state"}, "has none at `state`"),
        ({"keep": {"file": "file"}}, "`job.status.keep.file`"),
        ({"rows_path": "rows_expected"}, ""),
    ],
)
def test_what_a_response_lacks_is_named(api: Sandbox, tap: TapRunner, changed: dict[str, Any], told: str) -> None:
    run = sync(api, tap, Reports(), report(status=changed))
    assert run.code == bool(told)
    assert told in run.stderr


def test_a_path_to_several_values_keeps_none_of_them(api: Sandbox, tap: TapRunner) -> None:
    files = [{"url": f"/v1/files/{number}", "kind": "rows"} for number in (1, 2)]

    def with_files(request: Request) -> Answer | None:
        return Answer(200, {"status": "done", "files": files}) if request.path.startswith("/v1/reports/job") else None

    api.intercept(with_files)
    run = sync(api, tap, Reports(), report(path="{job.file}", status={"keep": {"file": "files[*].url"}}))
    assert run.code == 1
    assert (
        "has 2 values at `files[*].url`, of which `job.status.keep.file` keeps one; read them as a list" in run.stderr
    )
    resource = report(status={"keep": {"kind": "files[*].kind", "first": "files[0].url"}})
    resource["endpoint"]["headers"] = {"X-First": "{job.first}", "X-Kind": "{job.kind}"}
    assert "values at" not in sync(api, tap, Reports(), resource).stderr


def test_fewer_rows_than_the_state_says_are_a_failure(api: Sandbox, tap: TapRunner) -> None:
    def one_more(request: Request) -> Answer | None:
        is_state = request.path.startswith("/v1/reports/job")
        done = {"status": "done", "rows": len(ROWS) + 1}
        return Answer(200, done) if is_state and not request.path.endswith("rows") else None

    api.intercept(one_more)
    run = sync(api, tap, Reports(), report(status={"rows_path": "rows"}))
    assert run.code == 1
    assert "says that it has 21 rows, but 20 were read" in run.stderr


def test_a_report_without_rows_and_without_a_file_is_empty(api: Sandbox, tap: TapRunner) -> None:
    resource = report(path="{job.file}", status={"rows_path": "count", "keep": {"file": "file"}})
    api.intercept(lambda _: Answer(200, {"report": {"id": 1}, "status": "done", "count": "0", "file": None}))
    run = tap(resources=[resource])
    assert (run.code, run.ids("calls")) == (0, []), run.stderr
    assert {request.path for request in api.requests} == {"/v1/reports", "/v1/reports/1"}


def test_what_a_job_needs_is_made_before_it_and_its_address_may_be_a_path(api: Sandbox, tap: TapRunner) -> None:
    def serve(request: Request) -> Answer:
        if request.path == "/v1/definitions":
            return Answer(201, {"uri": "/definitions/7"})
        if request.path == "/v1/reports":
            assert json.loads(request.body) == {"of": "/definitions/7"}
            return Answer(201, {"uri": "/v1/jobs/9"})
        return Answer(
            200, {"data": ROWS, "status": "done"} if request.path == "/v1/jobs/9/rows" else {"status": "done"}
        )

    job = {
        "prepare": [{"path": "/v1/definitions", "json": {"name": "new"}, "keep": {"definition": "uri"}}],
        "create": {"path": "/v1/reports", "json": {"of": "{job.definition}"}, "keep": {"at": "uri"}},
        "status": {"path": "/{job.at}", "state_path": "status"},
    }
    endpoint = {"path": "{job.at}/rows", "paginator": "single_page", "job": job}
    api.intercept(serve)
    run = tap(resources=[{"name": "calls", "primary_key": "id", "schema": SCHEMA, "endpoint": endpoint}])
    assert (run.code, run.ids("calls")) == (0, [row["id"] for row in ROWS]), run.stderr
    assert [request.path for request in api.requests][-2:] == ["/v1/jobs/9", "/v1/jobs/9/rows"]


def test_preview_asks_for_the_state_of_a_report_until_it_is_done(api: Sandbox, tap: TapRunner) -> None:
    reports = Reports()
    api.intercept(reports)
    run = tap.run("preview", "calls", *tap.write(config=tap.settings(resources=[report()], page_size=8)))
    assert (run.code, reports.asked) == (0, 3), run.stderr


def test_a_job_is_made_again_after_a_passing_failure(api: Sandbox, tap: TapRunner) -> None:
    failures = iter([Answer(503)])
    api.intercept(lambda request: next(failures, None) if request.method == "POST" else None)
    run = sync(api, tap, Reports(), report())
    assert (run.code, len(run.records("calls"))) == (0, len(ROWS))


def test_a_job_is_cancelled_where_the_tap_ends(api: Sandbox, tap: TapRunner) -> None:
    reports = Reports(states=["crunching"])
    api.intercept(reports)
    options = tap.write(config=tap.settings(resources=[report(cancel="/v1/reports/{job.id}")]))
    command = [sys.executable, "-m", "tap_analytics", *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while reports.asked < 2:
        assert time.monotonic() < deadline, "the state was never asked for"
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 143
    assert len(reports.cancelled) == 1
