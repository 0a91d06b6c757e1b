"""A report job as it is declared."""

from __future__ import annotations

from tap_analytics.reading.declared_job import Job, JobRequest, JobStatus, placeholders_of

CREATE = JobRequest(path="/v1/reports", method="POST", keep={"id": "id"})
BEFORE = JobRequest(path="/v1/models", method="POST", keep={"model": "uri"})


def test_a_job_fills_what_its_requests_keep() -> None:
    status = JobStatus(request=JobRequest(path="/x", keep={"file": "header:Location"}))
    assert placeholders_of(Job(create=CREATE, prepare=(BEFORE,), status=status)) == ["job.model", "job.id", "job.file"]
    assert placeholders_of(None) == ()
