"""Refuses overrides of SDK hooks that streams of this tap do not call, and names the hook to use instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from tap_analytics.stream.hooks.attributes import PAGINATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping

# The hooks that make or change records; if a subclass overrides one of them, each of its records is checked.
RECORD_HOOKS = ("post_process", "get_records", "request_records")
# The hooks of a subclass whose results are checked when they are called.
CHECKED_HOOKS = (
    "get_records",
    "request_records",
    "parse_response",
    "validate_response",
    "get_http_request",
    "get_url_params",
    "get_child_context",
    "generate_child_contexts",
    "preprocess_context",
    "get_batches",
)

_RETRY = "use the settings `max_retries`, `backoff_factor` and `max_retry_wait`"
_FAILURE = "override `validate_response`, and raise `RetriableAPIError` or `FatalAPIError`"
_REQUEST = "override `get_http_request`, and return the request with another method, body, headers or parameters"
_SENDER = "all streams send by one connection; sign requests by `authenticator`, change them by `get_http_request`"
_METRICS = "requests are always counted, and no address is in the counts: it may hold a key"

# Each hook of the SDK's streams that is never called here, and what to do instead.
REFUSED: Mapping[str, str] = {
    "get_new_paginator": PAGINATOR,
    "get_next_page_token": PAGINATOR,
    "next_page_token_jsonpath": "set the attribute `paginator`, such as `paginator = CursorPaginator(cursor_path=...)`",
    "get_url": "set the attribute `path`; where that is not enough, override `get_http_request`",
    "log_sync_costs": "the tap counts requests itself, and tells them at the end of a sync",
    "request_decorator": _RETRY,
    "backoff_max_tries": _RETRY,
    "backoff_wait_generator": _RETRY,
    "backoff_jitter": _RETRY,
    "backoff_handler": _RETRY,
    "backoff_runtime": _RETRY,
    "extra_retry_statuses": _FAILURE,
    "response_error_message": _FAILURE,
    "timeout": "use the settings `connect_timeout` and `read_timeout`",
    "allow_redirects": "redirects are never followed, so that the key goes to no other host; set `api_url`",
    "http_method": _REQUEST,
    "rest_method": _REQUEST,
    "prepare_request": _REQUEST,
    "prepare_request_payload": _REQUEST,
    "payload_as_json": _REQUEST,
    "build_prepared_request": _REQUEST,
    "requests_session": _SENDER,
    "user_agent": "use the setting `user_agent`",
    "update_sync_costs": "the tap counts requests itself, and tells them at the end of a sync",
    "calculate_sync_cost": "the tap counts requests itself, and tells them at the end of a sync",
    "STATE_MSG_FREQUENCY": "declare `row_order: asc`, or set `is_sorted = True`: then STATE is written page by page",
    "TYPE_CONFORMANCE_LEVEL": "values are converted as the schema says; change `schema`, or override `post_process`",
    "check_sorted": "set `is_sorted` alone: if rows are not in order after all, the bookmark moves at the end only",
    "get_starting_timestamp": "override `get_starting_replication_key_value`, which dates and numbers are read from",
    "forced_replication_method": "a catalog says it; set the attribute `replication_method`",
    "tap_stream_id": "the id of a stream is its name: set the attribute `name`",
    "schema_filepath": "set the attribute `schema`, such as `schema = StreamSchema(SchemaDirectory(folder))`",
    "_request": _SENDER,
    "_prepare_request": _SENDER,
    "_url_encode": "placeholders of a path are always percent-encoded; override `get_http_request` for another address",
    "_LOG_REQUEST_METRICS": _METRICS,
    "_LOG_REQUEST_METRIC_URLS": _METRICS,
}


def refusal_of(hook: str) -> Callable[..., Any]:
    """Return a method that refuses to be called by hand, since what the SDK has in its place would lose rows."""

    def refuse(*_: object, **__: object) -> NoReturn:
        message = f"`{hook}` does not say how this tap reads a list; {REFUSED[hook]}, or call `super()` of the hook"
        raise TypeError(message)

    return refuse


def refused_hooks(stream: type, own: Container[str]) -> Iterator[str]:
    """Yield a sentence for each refused hook among the names that a class of stream has of its own."""
    for hook, advice in REFUSED.items():
        if hook in own:
            yield f"`{stream.__name__}` overrides `{hook}`, which this tap does not call; {advice}"
