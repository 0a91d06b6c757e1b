"""A report job as it is declared: its requests, and how the tap learns that it is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.http.jobs import DONE, FAILED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """A request about a job, in templates; `keep` has the places of values that later requests need, by name."""

    path: str
    method: str = "GET"
    params: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Any = None
    data: Any = None
    keep: Mapping[str, str] = field(default_factory=dict)


class JobStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the tap learns that a job is done: by a word in the body, or by the status of the response.

    `interval` and `max_interval` are the seconds between two requests for the state, at first and at most. After
    `timeout` seconds the job counts as failed.
    """

    request: JobRequest
    state_path: str = ""
    done: frozenset[str] = DONE
    failed: frozenset[str] = FAILED
    done_status: frozenset[int] = frozenset()
    pending_status: frozenset[int] = frozenset()
    rows_path: str = ""
    interval: float = 2
    max_interval: float = 60
    timeout: float = 3600


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it is declared: how it is made, how its state is asked for, and how it is cancelled.

    `prepare` are requests before that which makes the job, such as one for a definition that it needs.
    """

    create: JobRequest
    prepare: tuple[JobRequest, ...] = ()
    status: JobStatus | None = None
    cancel: JobRequest | None = None


def placeholders_of(job: Job | None) -> Sequence[str]:
    """Return the placeholders that a job fills, in the order of its requests."""
    if job is None:
        return ()
    requests = [*job.prepare, job.create, *([job.status.request] if job.status else [])]
    return [f"job.{name}" for request in requests for name in request.keep]
