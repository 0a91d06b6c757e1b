"""The words of a job: what is taken, and what is refused before the first request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tap_analytics.http.jobs import DONE, FAILED
from tap_analytics.reading.declared_job import Job, JobRequest, JobStatus
from tap_analytics.resources.declaration import job_words
from tests.resources.words import faults_of

CREATE = {"path": "/v1/reports", "keep": {"id": "report.id"}}


def faults(job: object, *, path: str = "/v1/reports/{job.id}/rows") -> list[str]:
    return faults_of({"name": "calls", "endpoint": {"path": path, "job": job}})


def test_the_page_of_jobs_explains_every_key() -> None:
    page = (Path(__file__).parents[3] / "docs/jobs.md").read_text()
    keys = [*job_words.STATUS["properties"], *job_words.CREATE["properties"], *job_words.JOB["properties"]]
    assert [key for key in keys if f"`{key}`" not in page] == []
    assert [word for word in (*DONE, *FAILED) if f"`{word}`" not in page] == []


def test_a_path_alone_is_a_request_and_a_word_alone_is_a_list() -> None:
    job = job_words.read({"create": "reports", "status": {"path": "{job.link}", "done": "OK", "done_status": 303}})
    status = JobStatus(request=JobRequest(path="{job.link}"), done=frozenset({"ok"}), done_status=frozenset({303}))
    assert job == Job(create=JobRequest(path="/reports", method="POST"), status=status)


@pytest.mark.parametrize(
    ("job", "fault"),
    [
        ({}, "`resources[0].endpoint.job.create` is missing"),
        ({"create": {**CREATE, "body": {}}}, "`resources[0].endpoint.job.create.body` is not known"),
        ({"create": {**CREATE, "method": "TRACE"}}, "`resources[0].endpoint.job.create.method` must be one of"),
        ({"create": {**CREATE, "json": {}, "data": "a"}}, "job.create.json` and `data` are both set"),
        ({"create": {**CREATE, "headers": {"a b": "c"}}}, "characters that an HTTP header cannot carry"),
        ({"create": CREATE, "status": {"path": "/x", "interval": 0}}, "status.interval` must be"),
        ({"create": CREATE, "status": {"path": "/x", "state_path": "$[?(@.a=~'(a+)+')]"}}, "regular expression"),
        ({"create": CREATE, "cancel": "/x"}, "needs `resources[0].endpoint.job.status`"),
        ({"create": CREATE, "status": {"path": "/v1/{job.key}"}}, "has a placeholder that is not known"),
        ({"create": CREATE, "prepare": "/x"}, "job.prepare` must be"),
        ({"create": CREATE, "prepare": [{"path": "/x", "keep": {"a": 1}}]}, "job.prepare[0].keep.a` must be"),
        ({"create": CREATE, "prepare": ["/v1/{job.key}"]}, "job.prepare[0]` has a placeholder that is not known"),
        ({"create": {"path": "/v1/reports", "keep": {"a.b": "c"}}}, "more than letters, digits and `_`"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(job: dict[str, Any], fault: str) -> None:
    assert any(fault in each for each in faults(job)), faults(job)


def test_a_value_that_no_job_keeps_is_no_placeholder() -> None:
    assert faults(None) != []
    assert faults({"create": {"path": "/v1/reports"}}) != []
    assert faults({"create": CREATE}) == []
