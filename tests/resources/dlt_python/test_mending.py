"""Words that dlt does not have: mended where the meaning is plain, else named and left out."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.resources.dlt_python import source
from tap_analytics.resources.dlt_python.configuration import Configuration, configuration
from tap_analytics.resources.dlt_python.generated import path_in


def made_of(words: dict[str, Any]) -> Configuration:
    text = f"rest_api_source({words!r})"
    found = source.read(text)
    return configuration(found, 1, text)


def with_auth(**auth: Any) -> Configuration:  # noqa: ANN401 - any word
    return made_of({"client": {"base_url": "u", "auth": auth}, "resources": ["a"]})


def with_entry(**entry: Any) -> Configuration:  # noqa: ANN401
    return made_of({"client": {"base_url": "u"}, "resources": [{"name": "surveys", **entry}]})


def losses(made: Configuration) -> list[str]:
    return [remark.sentence for remark in made.remarks if remark.loses]


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (
            {"type": "basic", "username": "u", "password": "p"},
            {"type": "http_basic", "username": "u", "password": "p"},
        ),
        (
            {"type": "apiKey", "header_name": "X-Key", "key": "k", "in": "header"},
            {"type": "api_key", "name": "X-Key", "api_key": "k", "location": "header"},
        ),
        ({"type": "apikey", "location": "query"}, {"type": "api_key", "location": "query", "api_key": "$API_KEY"}),
        ({"type": "token", "value": "t"}, {"type": "bearer", "token": "t"}),
        (
            {"type": "oauth2", "client_id": "i", "token_url": "t", "scopes": ["a", "b"]},
            {
                "type": "oauth2_client_credentials",
                "client_id": "i",
                "access_token_url": "t",
                "access_token_request_data": {"scope": "a b"},
            },
        ),
        ({"type": "none"}, None),
    ],
)
def test_auth_is_mended(auth: dict[str, Any], expected: dict[str, Any] | None) -> None:
    made = with_auth(**auth)
    assert made.content["client"].get("auth") == expected
    assert losses(made) == []
    assert made.remarks


def test_a_word_of_auth_that_means_something_else_is_a_loss() -> None:
    made = with_auth(type="oauth2_client_credentials", client_id="i", redirect_uri="r")
    assert made.content["client"]["auth"] == {"type": "oauth2_client_credentials", "client_id": "i"}
    assert losses(made) == ["`client.auth.redirect_uri` is no word of dlt; it is left out"]


@pytest.mark.parametrize(
    ("paginator", "expected", "params"),
    [
        (
            {"type": "offset", "page_size": 50, "page_size_param": "size"},
            {"type": "offset", "limit": 50, "limit_param": "size"},
            None,
        ),
        (
            {"type": "page", "start_page": 1, "page_size": 50, "page_size_param": "size"},
            {"type": "page_number", "base_page": 1},
            {"size": 50},
        ),
        ({"type": "cursor", "limit": 5, "cursor_param": "after"}, {"type": "cursor", "cursor_param": "after"}, None),
        (
            {"type": "cursor", "cursor_path": "page.next_url", "stop_condition": "not page.next_url"},
            {"type": "json_link", "next_url_path": "page.next_url"},
            None,
        ),
        (
            {"type": "cursor", "cursor_param": "c", "cursor_value": "{{ response.get('meta', {}).get('next') }}"},
            {"type": "cursor", "cursor_param": "c", "cursor_path": "meta.next"},
            None,
        ),
        (
            {"type": "cursor", "cursor_value": "{{ response.get('@odata.nextLink') }}"},
            {"type": "json_link", "next_url_path": "$['@odata.nextLink']"},
            None,
        ),
        (
            {"type": "cursor", "cursor_value": "{{ headers['link']['next']['url'] }}"},
            {"type": "header_link"},
            None,
        ),
        (
            {"type": "cursor", "cursor_param": "c", "stop_condition": "{{ not response.meta.has_more }}"},
            {"type": "cursor", "cursor_param": "c", "has_more_path": "meta.has_more"},
            None,
        ),
        (
            {"type": "cursor", "cursor_param": "c", "stop_condition": "x > 3"},
            {"type": "cursor", "cursor_param": "c"},
            None,
        ),
    ],
)
def test_paginators_are_mended(
    paginator: dict[str, Any], expected: dict[str, Any], params: dict[str, Any] | None
) -> None:
    made = with_entry(endpoint={"path": "surveys", "paginator": paginator})
    endpoint = made.content["resources"][0]["endpoint"]
    assert endpoint["paginator"] == expected
    assert endpoint.get("params") == params
    assert losses(made) == []
    assert made.remarks


def test_a_cursor_as_dlt_writes_it_is_left_as_it_is() -> None:
    paginator = {"type": "cursor", "cursor_path": "next_url", "cursor_param": "url"}
    made = with_entry(endpoint={"path": "surveys", "paginator": paginator})
    assert made.content["resources"][0]["endpoint"]["paginator"] == paginator
    assert made.remarks == []


def test_the_page_size_of_the_client_lies_below_all_resources() -> None:
    client = {
        "base_url": "u",
        "paginator": {"type": "page_number", "limit_param": "per", "limit": 9},
        "params": {"v": 1},
    }
    made = made_of({"client": client, "resources": ["a"]})
    assert made.content["client"]["paginator"] == {"type": "page_number"}
    assert made.content["resource_defaults"] == {"endpoint": {"params": {"v": 1, "per": 9}}}


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


def test_words_without_a_meaning_here_are_named_and_left_out() -> None:
    made = with_entry(endpoint={"path": "surveys", "shards": 3}, description="People's answers")
    assert made.content["resources"][0] == {"name": "surveys", "endpoint": {"path": "surveys"}}
    assert losses(made) == ["`resources[0].endpoint.shards` is no word of dlt; it is left out"]
    assert "`resources[0].description` is no word of dlt; it is left out" in [each.sentence for each in made.remarks]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("not page.next", "page.next"),
        ("{{ response['a']['b'] == None }}", "a.b"),
        ("{{ not response.get('a', {}).get('b-c') }}", "$['a']['b-c']"),
        ("len(rows) < 3", None),
        ("}{", None),
        (3, None),
    ],
)
def test_the_path_of_a_condition_is_read(text: object, path: str | None) -> None:
    assert path_in(text) == path


# Values


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"write_disposition": "overwrite"}, {"write_disposition": "replace"}),
        ({"disposition": "upsert"}, {"write_disposition": {"disposition": "merge", "strategy": "upsert"}}),
        ({"write_disposition": "merge", "key": "id"}, {"write_disposition": "merge", "primary_key": "id"}),
        (
            {"endpoint": {"path": "a/{k}", "params": {"k": {"type": "parent", "parent": "b", "parent_field": "id"}}}},
            {"endpoint": {"path": "a/{k}", "params": {"k": {"type": "resolve", "resource": "b", "field": "id"}}}},
        ),
        (
            {"endpoint": {"error_handler": [{"status": 404, "action": "skip"}, {"code": 410, "action": "raise"}]}},
            {
                "endpoint": {
                    "response_actions": [
                        {"status_code": 404, "action": "ignore"},
                        {"status_code": 410, "action": "fail"},
                    ]
                }
            },
        ),
    ],
)
def test_values_are_mended(entry: dict[str, Any], expected: dict[str, Any]) -> None:
    made = with_entry(**entry)
    assert made.content["resources"] == [{"name": "surveys"} | expected]
    assert losses(made) == []
    assert made.remarks or entry == expected


def test_a_key_goes_where_a_page_says_in_its_own_words() -> None:
    made = with_auth(type="api_key", api_key="k", location="query_param")
    assert made.content["client"]["auth"]["location"] == "query"
    assert with_auth(type="bearer_token", bearer_token="t").content["client"]["auth"]["token"] == "t"


def test_times_and_retries_of_a_client_are_its_session_and_settings() -> None:
    client = {"base_url": "u", "timeout": 30, "retry": {"max_retries": 5}}
    made = made_of({"client": client, "resources": ["a"]})
    assert made.content["client"] == {"base_url": "u", "session": {"timeout": 30}}
    assert made.content["max_retries"] == 5
    assert losses(made) == []


def test_what_dlt_takes_from_its_settings_is_named_by_its_key() -> None:
    text = "rest_api_source({'client': {'base_url': 'u', 'auth': {'token': dlt.secrets.value}}, 'resources': ['a']})"
    made = configuration(source.read(f"import dlt\n{text}"), 2, text)
    assert made.content["client"]["auth"] == {"token": "$TOKEN"}
    assert losses(made) == []
