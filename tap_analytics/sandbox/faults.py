"""What goes wrong with APIs, by name."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import Any

from tap_analytics.json_types import kinds_of
from tap_analytics.sandbox.messages import FAULTS_ROOT, Answer, Answering, Interceptor, Request
from tap_analytics.sandbox.templates import properties

Fault = Callable[[Answering], Interceptor]
"""Takes what answers without the fault, returns what answers with it."""

Change = Callable[[Answer, Request], Answer]


def instead(answer: Callable[[Request], Answer], *, times: int | None = None) -> Fault:
    """Return a fault that answers this instead of the API, always or to the first requests only."""

    def fault(_: Answering) -> Interceptor:
        return lambda request: answer(request) if times is None or request.number <= times else None

    return fault


def change_answers(change: Change, *, times: int | None = None) -> Fault:
    """Return a fault that changes what the API answers when all is well, always or to the first requests only."""

    def fault(answering: Answering) -> Interceptor:
        def interceptor(request: Request) -> Answer | None:
            if times is not None and request.number > times:
                return None
            answer = answering(request)
            return change(answer, request) if answer.status == 200 else answer  # noqa: PLR2004 - HTTP

        return interceptor

    return fault


def change_requests(ask: Callable[[Request], Request]) -> Fault:
    """Return a fault that answers another request than the one that came."""
    return lambda answering: lambda request: answering(ask(request))


def aim(interceptor: Interceptor, *, resource: str | None, at: int) -> Interceptor:
    """Return an interceptor for one resource, or for all, that counts requests from the `at`th one on."""
    received: Counter[str] = Counter()

    def intercept(request: Request) -> Answer | None:
        if request.resource is None or resource not in {None, request.resource}:
            return None
        received[request.resource] += 1
        number = received[request.resource] - at + 1
        return interceptor(replace(request, number=number)) if number > 0 else None

    return intercept


def body(content: bytes | str | dict[str, Any], content_type: str = "application/json") -> Fault:
    """Return a fault that always answers 200 with this."""
    return instead(lambda _: Answer(body=content, headers={"content-type": content_type}))


def last_row(change: Callable[[dict[str, Any], str], object]) -> Fault:
    """Return a fault that changes the last record of every page; the function gets it and the resource."""

    def page(answer: Answer, request: Request) -> Answer:
        content = answer.json()
        records = content["data"] if isinstance(content["data"], list) else [content["data"]]
        if records:
            change(records[-1], str(request.resource))
        return replace(answer, body=content)

    return change_answers(page)


def total(change: Callable[[int], int]) -> Fault:
    """Return a fault that makes pages say another total."""

    def page(answer: Answer, _: Request) -> Answer:
        content = answer.json()
        return replace(answer, body=content | ({"total": change(content["total"])} if "total" in content else {}))

    return change_answers(page)


def _wrong_type(record: dict[str, Any], resource: str) -> None:
    numeric = {"number", "integer", "null"}
    for name, schema in properties(resource).items():
        if kinds_of(schema) and numeric.issuperset(kinds_of(schema)):
            record[name] = "many"
            return


def _cut(answer: Answer, _: Request) -> Answer:
    return replace(answer, cut=len(answer.content()) // 2, rows=0)


def _garble(answer: Answer, _: Request) -> Answer:
    return replace(answer, body=answer.content()[:-1] + b",,", rows=0)


def _cap(request: Request) -> Request:
    limit = request.params.get("limit", "100")
    return request.with_params(limit=str(min(int(limit), 50)) if limit.isdigit() else limit)


def _elsewhere(request: Request) -> Answer:
    """Return a redirect to another name of this host, so that a test can see who follows it."""
    target = request.target.removeprefix(f"{FAULTS_ROOT}{request.fault}")
    _, _, port = request.headers.get("host", "").rpartition(":")
    return Answer.error(302, "The API has moved.", location=f"http://localhost:{port}{target}")


def _forbidden(request: Request) -> Answer:
    return Answer.error(403, f"No access to http://{request.headers.get('host')}{request.target}")


FAULTS: Mapping[str, Fault] = {
    "rate_limited": instead(lambda _: Answer.error(429, "Too many requests.", retry_after="1"), times=1),
    "rate_limited_date": instead(
        lambda _: Answer.error(429, "Too many requests.", retry_after=formatdate(time.time() + 2, usegmt=True)), times=1
    ),
    "unavailable": instead(lambda _: Answer.error(503, "Down for maintenance.")),
    "unavailable_twice": instead(lambda _: Answer.error(503, "Down for maintenance."), times=2),
    "reset": instead(lambda _: Answer(reset=True), times=1),
    "cut_short": change_answers(_cut, times=1),
    "garbled": change_answers(_garble, times=1),
    "html": body("<!doctype html><title>Sign in</title><p>Please sign in.</p>", "text/html; charset=utf-8"),
    "empty_body": body(b""),
    "no_content": instead(lambda _: Answer(204)),
    "error_object": body({"error": {"code": "internal", "message": "Something went wrong."}}),
    "no_data": body({"results": [], "total": 0}),
    "null_data": body({"data": None, "total": 0}),
    "text_data": body({"data": "Try again later.", "total": 0}),
    "list_of_numbers": body({"data": [1, 2, 3], "total": 3}),
    "without_id": last_row(lambda record, _: record.pop("id", None)),
    "null_id": last_row(lambda record, _: record.update(id=None)),
    "wrong_type": last_row(_wrong_type),
    "unknown_field": last_row(lambda record, _: record.update(surprise="unheard of")),
    "redirect": instead(_elsewhere),
    "forbidden": instead(_forbidden),
    "slow": change_answers(lambda answer, _: replace(answer, delay=answer.delay + 2)),
    "capped": change_requests(_cap),
    "ignores_offset": change_requests(lambda request: request.with_params(offset=None)),
    "ignores_filter": change_requests(lambda request: request.with_params(updated_since=None, updated_before=None)),
    "wrong_total_low": total(lambda rows: rows // 2),
    "wrong_total_high": total(lambda rows: rows + 50),
}
"""Every fault there is."""
