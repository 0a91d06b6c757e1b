"""A job is made once, however many threads ask for its result."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.request.request import RequestTemplate
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.reading.declared_job import Job, JobRequest, JobStatus
from tap_analytics.reading.job import JobRun
from tap_analytics.sandbox import Answer
from tap_analytics.state.bounds import Bounds
from tests.connections import connect

if TYPE_CHECKING:
    from tap_analytics.sandbox import Request, Sandbox

CREATE = JobRequest(path="/v1/reports", method="POST", json={"for": "{parent}"}, keep={"id": "id"})
STATUS = JobStatus(request=JobRequest(path="/v1/reports/{job.id}"), state_path="state", interval=0.01)


def run_of(api: Sandbox, job: Job) -> JobRun:
    return JobRun(
        job,
        template=RequestTemplate(url_base=api.url, path="/v1/rows", paginator=SinglePagePaginator()),
        connection=connect(api),
        bounds=Bounds,
        context={"parent": "a"},
    )


def answer(_: Request) -> Answer:
    return Answer(200, {"id": 7, "state": "done"})


def test_many_threads_make_one_job(api: Sandbox) -> None:
    api.intercept(answer)
    run, found = run_of(api, Job(create=CREATE, status=STATUS)), []
    threads = [threading.Thread(target=lambda: found.append(run.values())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [{"job.id": 7}] * 4
    assert [request.method for request in api.requests] == ["POST", "GET"]
    assert api.requests[0].body == b'{"for":"a"}'


@pytest.mark.parametrize(
    "said", [{"error": "half of the parts failed"}, {"errors": [{"part": 3}]}, {"hasErrors": True}]
)
def test_a_report_that_is_done_beside_an_error_fails(api: Sandbox, said: dict[str, object]) -> None:
    api.intercept(lambda _: Answer(200, {"id": 7, "state": "done", **said}))
    with pytest.raises(FatalAPIError, match="the report is done, but not whole: the response reports an error in"):
        run_of(api, Job(create=CREATE, status=STATUS)).values()


@pytest.mark.parametrize("said", [{"error": None}, {"errors": []}, {"hasErrors": False}, {"warning": "slow"}])
def test_a_report_that_is_done_beside_no_error_is_whole(api: Sandbox, said: dict[str, object]) -> None:
    api.intercept(lambda _: Answer(200, {"id": 7, "state": "done", **said}))
    assert run_of(api, Job(create=CREATE, status=STATUS)).values() == {"job.id": 7}


def test_a_job_that_needs_no_waiting_is_one_request(api: Sandbox) -> None:
    api.intercept(answer)
    assert run_of(api, Job(create=CREATE)).values() == {"job.id": 7}
    assert len(api.requests) == 1
