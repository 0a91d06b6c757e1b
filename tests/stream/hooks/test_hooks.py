"""The hooks of the SDK's RESTStream: each works in a subclass of ours, as tests/test_client.py shows, or is refused."""

from __future__ import annotations

import pytest
from singer_sdk import RESTStream, Stream

from tap_analytics.stream.hooks.hook_results import RESULTS
from tap_analytics.stream.hooks.hooks import CHECKED_HOOKS, REFUSED, refused_hooks
from tap_analytics.streams import Contacts
from tap_analytics.tap import TapAnalytics

# Hooks that work as the SDK's documentation says, and names that the SDK itself calls and that change nothing here.
WORK = {
    "ABORT_AT_RECORD_COUNT",
    "apply_catalog",
    "authenticator",
    "compare_start_date",
    "config",
    "effective_schema",
    "emit_activate_version_messages",
    "generate_child_contexts",
    "get_batch_config",
    "get_batches",
    "get_child_context",
    "get_http_request",
    "get_records",
    "get_replication_key_signpost",
    "get_starting_replication_key_value",
    "get_url_params",
    "http_headers",
    "ignore_parent_replication_key",
    "is_sorted",
    "is_timestamp_replication_key",
    "mask",
    "metadata",
    "parent_stream_type",
    "parse_response",
    "partitions",
    "path",
    "post_process",
    "preprocess_context",
    "primary_keys",
    "records_jsonpath",
    "replication_key",
    "replication_method",
    "request_records",
    "schema",
    "selected",
    "selected_by_default",
    "state_manager",
    "state_partitioning_keys",
    "stream_maps",
    "url_base",
    "validate_response",
}
OF_THE_SDK = {
    "descendent_streams",
    "finalize_state_progress_markers",
    "get_batch_counter",
    "get_context_state",
    "get_http_request_counter",
    "get_record_counter",
    "get_sync_timer",
    "has_selected_descendents",
    "log",
    "logger",
    "stream_state",
    "sync",
    "tap_state",
}


def test_every_hook_of_the_sdk_works_or_is_refused() -> None:
    hooks = {
        name for each in RESTStream.__mro__ if issubclass(each, Stream) for name in vars(each) if name[0] != "_"
    } | {"get_next_page_token", "rest_method", "path"}
    assert hooks - REFUSED.keys() - OF_THE_SDK == WORK
    assert not WORK & REFUSED.keys()


@pytest.mark.parametrize("hook", REFUSED)
def test_a_hook_that_is_not_called_is_refused_with_the_one_to_use(hook: str) -> None:
    with pytest.raises(TypeError, match=f"`Mine` overrides `{hook}`, which this tap does not call; "):
        type("Mine", (Contacts,), {hook: object()})


@pytest.mark.parametrize("hook", ["get_new_paginator", "prepare_request"])
def test_what_would_read_a_list_otherwise_is_refused_where_it_is_called_by_hand(hook: str) -> None:
    stream = TapAnalytics(config={"api_url": "http://127.0.0.1:1", "api_key": "k"}).streams["contacts"]
    with pytest.raises(TypeError, match=f"`{hook}` does not say how this tap reads a list; "):
        getattr(stream, hook)(None, None)


def test_a_hook_is_refused_in_a_mixin_too() -> None:
    class Mixin:
        def backoff_max_tries(self) -> int:
            return 7

    with pytest.raises(TypeError, match="use the settings `max_retries`"):
        type("Mine", (Mixin, Contacts), {})


def test_each_refused_hook_that_is_overridden_has_a_sentence_of_its_own() -> None:
    own = type("Own", (), {})
    first, second = refused_hooks(own, {"timeout", "backoff_runtime"})
    assert first.startswith("`Own` overrides `backoff_runtime`, which this tap does not call; use the settings")
    assert second.startswith("`Own` overrides `timeout`, which this tap does not call; use the settings")


def test_hooks_whose_results_are_checked_are_those_that_say_what_may_be_returned() -> None:
    assert set(CHECKED_HOOKS) == RESULTS.keys()
