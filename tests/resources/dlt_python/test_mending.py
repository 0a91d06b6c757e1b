"""Words that dlt does not have: mended where the meaning is plain, else named and left out."""

from __future__ import annotations

import pytest

from tests.resources.dlt_python.page_words import losses, made_of, with_entry


def test_words_of_an_endpoint_that_stand_beside_it_belong_into_it() -> None:
    new = {"cursor_field": "updated_at", "query_param": "since", "start_date": "2024-01-01"}
    made = with_entry(endpoint="v1/surveys", incremental=new, data_selector=["data", "rows"], primary_keys="id")
    assert made.content["resources"][0] == {
        "name": "surveys",
        "primary_key": "id",
        "endpoint": {
            "path": "v1/surveys",
            "data_selector": "data.rows",
            "incremental": {"cursor_path": "updated_at", "start_param": "since", "initial_value": "2024-01-01"},
        },
    }
    assert losses(made) == []


def test_an_empty_selector_is_the_body_itself() -> None:
    made = with_entry(endpoint={"path": "surveys", "data_selector": []})
    assert made.content["resources"][0]["endpoint"]["data_selector"] == "$"


def test_how_often_to_try_again_is_a_setting_and_other_statuses_are_response_actions() -> None:
    retries = {"retry_on_status_codes": [429, 403, 503], "max_retries": 5, "backoff_factor": 3}
    made = with_entry(endpoint={"path": "surveys", "error_handler": retries})
    assert (made.content["max_retries"], made.content["backoff_factor"]) == (5, 3)
    assert made.content["resources"][0]["endpoint"] == {
        "path": "surveys",
        "response_actions": [{"status_code": 403, "action": "retry"}],
    }
    assert losses(made) == []


@pytest.mark.parametrize("parent", ["survey", "surveys"])
def test_a_parent_is_found_where_one_resource_is_called_so(parent: str) -> None:
    entries = [
        {"name": parent, "primary_key": "uuid"},
        {"name": "questions", "endpoint": {"path": "s/{survey_id}/q"}},
    ]
    made = made_of({"client": {"base_url": "u"}, "resources": entries})
    assert made.content["resources"][1]["endpoint"]["path"] == f"s/{{resources.{parent}.uuid}}/q"
    assert losses(made) == []


def test_a_router_names_the_parent() -> None:
    router = {"type": "substream", "parent_stream": "people", "parent_key": "id", "partition_field": "person"}
    entries = ["people", {"name": "calls", "endpoint": {"path": "p/{person}", "partition_router": router}}]
    made = made_of({"client": {"base_url": "u"}, "resources": entries})
    params = {"person": {"type": "resolve", "resource": "people", "field": "id"}}
    assert made.content["resources"][1]["endpoint"] == {"path": "p/{person}", "params": params}
    assert losses(made) == []


def test_a_placeholder_that_nothing_fills_is_a_loss() -> None:
    made = made_of(
        {"client": {"base_url": "https://{shop}.example.com"}, "resources": [{"name": "a", "path": "b/{c}"}]}
    )
    assert [sentence.split(",")[0] for sentence in losses(made)] == [
        "`client.base_url` has `{shop}`",
        "`resources[0].endpoint.path` has `{c}`",
    ]


def test_templates_of_settings_are_variables_and_others_are_a_loss() -> None:
    params = {
        "since": "{{ config['start_date'] }}",
        "by": "u-{{ config.user }}",
        "now": "{{ now_utc().strftime('%s') }}",
    }
    made = with_entry(endpoint={"path": "surveys", "params": params})
    assert made.content["resources"][0]["endpoint"]["params"] == {"since": "$START_DATE", "by": "u-$USER"}
    assert losses(made) == [
        "`resources[0].endpoint.params.now` is a template of another tool; it is left out",
    ]


def test_a_query_whose_braces_are_doubled_for_dlt_is_no_template() -> None:
    query = "query($n: Int!) {{\n  deals(first: $n) {{ nodes {{ id }} }}\n}}"
    made = with_entry(endpoint={"method": "POST", "json": {"query": query}})
    assert made.content["resources"][0]["endpoint"]["json"] == {"query": query}
    assert losses(made) == []


def test_braces_that_are_meant_as_such_are_no_template() -> None:
    params = {"filter": '{{"a": 1}}'}
    made = with_entry(endpoint={"path": "surveys", "params": params})
    assert made.content["resources"][0]["endpoint"]["params"] == params
    assert made.remarks == []


def test_times_and_retries_of_a_client_are_its_session_and_settings() -> None:
    client = {"base_url": "u", "timeout": 30, "retry": {"max_retries": 5}}
    made = made_of({"client": client, "resources": ["a"]})
    assert made.content["client"] == {"base_url": "u", "session": {"timeout": 30}}
    assert made.content["max_retries"] == 5
    assert losses(made) == []
