"""Reads the `job` of an endpoint: the requests that make a report and ask for its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.config.coercion import coerce
from tap_analytics.config.faults import TEXT, faults_in, object_of, without_nulls
from tap_analytics.config.headers import fits_header, is_header_name
from tap_analytics.http.jobs import DONE, FAILED
from tap_analytics.http.request.placeholders import texts_in
from tap_analytics.reading.declared_job import Job, JobRequest, JobStatus
from tap_analytics.records.paths import path_fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TEXTS = {"type": "array", "items": TEXT, "minItems": 1, "title": "text, or a list of texts"}
_CODE = {"type": "integer", "minimum": 200, "maximum": 499}
_CODES = {"type": "array", "items": _CODE, "minItems": 1, "title": "a status, or a list of them"}
_PARAM = {"type": ["string", "number", "boolean"], "title": "text, a number, true or false"}
_SECONDS = {"type": "number", "exclusiveMinimum": 0, "title": "a number of seconds above 0"}
_REQUEST = {
    "path": TEXT,
    "method": {"enum": ["GET", "POST", "PUT", "PATCH", "DELETE"]},
    "params": {"type": "object", "additionalProperties": _PARAM},
    "headers": {"type": "object", "additionalProperties": {"type": "string"}, "writeOnly": True},
    "json": {"type": ["object", "array"]},
    "data": {"type": ["object", "string"]},
}
_KEEP = {"type": "object", "additionalProperties": TEXT, "title": "an object of paths by name"}

CREATE = object_of(**_REQUEST, keep=_KEEP) | {"required": ["path"]}
STATUS = object_of(
    **_REQUEST,
    keep=_KEEP,
    state_path=TEXT,
    done=_TEXTS,
    failed=_TEXTS,
    done_status=_CODES,
    pending_status=_CODES,
    rows_path=TEXT,
    interval=_SECONDS,
    max_interval=_SECONDS,
    timeout=_SECONDS,
) | {"required": ["path"]}
CANCEL = object_of(**_REQUEST) | {"required": ["path"]}
PREPARE = {"type": "array", "items": CREATE, "title": "a list of requests"}
JOB = object_of(prepare=PREPARE, create=CREATE, status=STATUS, cancel=CANCEL) | {
    "required": ["create"],
    "title": "an object with `create`, and mostly `status`",
}

_PARTS = ("create", "status", "cancel")
_LISTS = ("done", "failed", "done_status", "pending_status")


def long_form(words: Mapping[str, Any]) -> dict[str, Any]:
    """Return a job in its long form: a path becomes a request, a single value a list, numbers are numbers."""
    long = {key: _request_words(part) if key in _PARTS else part for key, part in words.items()}
    if isinstance(before := long.get("prepare"), list):
        long["prepare"] = [_request_words(part) for part in before]
    if isinstance(status := long.get("status"), dict):
        lists = {key: [status[key]] for key in _LISTS if key in status and not isinstance(status[key], list | None)}
        long["status"] = coerce({**status, **lists}, STATUS)
    return long


def _request_words(part: object) -> object:
    return {"path": part} if isinstance(part, str) else part


def structure_faults(words: Mapping[str, Any], place: str) -> Iterator[str]:
    """Give a sentence for each part of a job that does not fit its keys."""
    job = without_nulls(words)
    found = faults_in(job, JOB, place)
    yield from found
    if found:
        return
    for number, request in enumerate(job.get("prepare", ())):
        yield from (f"`{place}.prepare[{number}]{fault}" for fault in _request_faults(request))
    for part in (part for part in _PARTS if part in job):
        yield from (f"`{place}.{part}{fault}" for fault in _request_faults(job[part]))
    status = job.get("status", {})
    if "cancel" in job and not status:
        yield f"`{place}.cancel` needs `{place}.status`: without it nobody waits for the job"
    for name in ("state_path", "rows_path"):
        if name in status and (fault := path_fault(status[name])):
            yield f"`{place}.status.{name}` {fault}"


def _request_faults(request: Mapping[str, Any]) -> Iterator[str]:
    if request.get("json") is not None and request.get("data") is not None:
        yield ".json` and `data` are both set; a request has one body, so remove one of them"
    headers = request.get("headers") or {}
    if not all(is_header_name(str(name)) and fits_header(text) for name, text in headers.items()):
        yield ".headers` has a name or value with characters that an HTTP header cannot carry"
    for name, path in (request.get("keep") or {}).items():
        if not name.replace("_", "").isalnum():
            yield ".keep` has a name that is more than letters, digits and `_`"
        if fault := path_fault(path):
            yield f".keep.{name}` {fault}"


def read(words: Mapping[str, Any]) -> Job:
    """Return the job that these words declare, which have been checked."""
    job = without_nulls(long_form(words))
    status = without_nulls(job.get("status", {}))
    return Job(
        prepare=tuple(_request(request, method="POST") for request in job.get("prepare", ())),
        create=_request(job["create"], method="POST"),
        status=_status(status) if status else None,
        cancel=_request(job["cancel"], method="DELETE") if "cancel" in job else None,
    )


def _status(status: Mapping[str, Any]) -> JobStatus:
    given: dict[str, Any] = {name: status[name] for name in ("state_path", "rows_path") if name in status}
    given |= {name: float(status[name]) for name in ("interval", "max_interval", "timeout") if name in status}
    done, failed = (frozenset(map(str.lower, status.get(name, usual))) for name, usual in _USUAL.items())
    return JobStatus(
        request=_request(status, method="GET"),
        done=done,
        failed=failed,
        done_status=frozenset(status.get("done_status", ())),
        pending_status=frozenset(status.get("pending_status", ())),
        **given,
    )


def _request(request: Mapping[str, Any], *, method: str) -> JobRequest:
    path = request["path"]
    return JobRequest(
        path=path if path.startswith(("/", "{job.")) or "://" in path else f"/{path}",
        method=request.get("method") or method,
        params={name: _text(value) for name, value in without_nulls(request.get("params") or {}).items()},
        headers=request.get("headers") or {},
        json=request.get("json"),
        data=request.get("data"),
        keep=request.get("keep") or {},
    )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def texts(job: Job | None) -> list[tuple[str, str]]:
    """Return the texts of a job that may have placeholders, each with the part of the job."""
    if job is None:
        return []
    prepare = {f"prepare[{number}]": request for number, request in enumerate(job.prepare)}
    status = job.status.request if job.status else None
    parts = {**prepare, "create": job.create, "status": status, "cancel": job.cancel}
    return [
        (f"job.{part}", text)
        for part, request in parts.items()
        if request is not None
        for text in (request.path, *texts_in([dict(request.params), dict(request.headers), request.json, request.data]))
    ]


_USUAL = {"done": DONE, "failed": FAILED}
