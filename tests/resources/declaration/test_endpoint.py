"""An endpoint says what is asked for, how it is paged, what is new, and whose children its records are."""

from __future__ import annotations

import pytest

from tap_analytics.pagination.auto import AutoPaginator
from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.linked.header_link import HeaderLinkPaginator
from tap_analytics.pagination.linked.json_link import JsonLinkPaginator
from tap_analytics.pagination.numbered.numbered import PageNumberPaginator
from tap_analytics.pagination.offset.offset import OffsetPaginator
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.resources.resource import Parent
from tap_analytics.state.replication import Incremental
from tests.resources.words import Words, at, declare, faults_of


def test_an_endpoint_may_be_its_path() -> None:
    assert declare({"name": "a", "endpoint": "v1/things"}).path == "/v1/things"


@pytest.mark.parametrize(
    ("words", "paginator"),
    [
        ("offset", OffsetPaginator()),
        (
            {
                "type": "offset",
                "limit": 5,
                "offset": 1,
                "offset_param": "skip",
                "limit_param": "page[limit]",
                "total_path": None,
                "maximum_offset": 1000,
                "stop_after_empty_page": False,
                "has_more_path": "more",
            },
            OffsetPaginator(
                limit=5,
                offset=1,
                offset_param="skip",
                limit_param="page[limit]",
                total_path="",
                maximum_offset=1000,
                stop_after_empty_page=False,
                has_more_path="more",
            ),
        ),
        ("page_number", PageNumberPaginator()),
        (
            {
                "type": "page_number",
                "base_page": 1,
                "page": 2,
                "page_param": "p",
                "total_path": "pages",
                "maximum_page": 9,
                "stop_after_empty_page": False,
                "has_more_path": "more",
            },
            PageNumberPaginator(
                base_page=1,
                page=2,
                page_param="p",
                total_path="pages",
                maximum_page=9,
                stop_after_empty_page=False,
                has_more_path="more",
            ),
        ),
        ("cursor", CursorPaginator()),
        (
            {
                "type": "cursor",
                "cursor_path": "next",
                "cursor_param": "after",
                "stop_after_empty_page": True,
                "has_more_path": "more",
            },
            CursorPaginator(cursor_path="next", cursor_param="after", stop_after_empty_page=True, has_more_path="more"),
        ),
        ("json_link", JsonLinkPaginator()),
        ({"type": "json_link", "next_url_path": "links.next"}, JsonLinkPaginator(next_url_path="links.next")),
        ("header_link", HeaderLinkPaginator()),
        ({"type": "header_link", "links_next_key": "more"}, HeaderLinkPaginator(links_next_key="more")),
        ("single_page", SinglePagePaginator()),
        ("auto", AutoPaginator()),
    ],
)
def test_paginators_are_read(words: object, paginator: object) -> None:
    assert declare(at(paginator=words)).paginator == paginator


def test_a_path_that_ends_in_a_value_is_a_list_like_any_other() -> None:
    resource = declare(at(path="/v1/companies/{resources.companies.id}"))
    assert (resource.data_selector, resource.paginator) == (None, None)
    resource = declare(at(path="/v1/companies/{resources.companies.id}", data_selector="data", paginator="offset"))
    assert (resource.data_selector, resource.paginator) == ("data", OffsetPaginator())


def test_parameters_are_text() -> None:
    params = {"n": 5, "x": 1.5, "t": True, "f": False, "none": None, "many": ["a", 1, True], "filter[a][_gte]": "{{x}}"}
    assert declare(at(params=params)).params == {
        "n": "5",
        "x": "1.5",
        "t": "true",
        "f": "false",
        "many": ("a", "1", "true"),
        "filter[a][_gte]": "{{x}}",
    }


def test_bounds_may_stand_in_any_parameter() -> None:
    params = {"filter[updated_at][_gte]": "{incremental.start_value}", "where": "<{incremental.end_value}"}
    assert declare(at(params=params, incremental={"cursor_path": "t"})).params == params


def test_a_parameter_that_the_path_names_is_part_of_it() -> None:
    resource = declare(at(path="/{version}/x{{y}}/z", params={"version": 3, "sort": "id"}))
    assert (resource.path, resource.params) == ("/3/x{{y}}/z", {"sort": "id"})


@pytest.mark.parametrize(
    ("endpoint", "fault"),
    [
        (
            {"params": {"x": {"y": 1}}},
            "params.x` must be text, a number, true or false, a list of these, or an object who",
        ),
        ({"params": {"x": [{}]}}, "params.x[0]` must be text or a number or true or false"),
        ({"params": 5}, "params` must be an object"),
        ({"params": {"x": "{"}}, "params.x` has a brace without its partner; write each brace"),
        (
            {"params": {"x": "{s3cret}"}},
            "params.x` has a placeholder that is not known; there are `{incremental.start_va",
        ),
        (
            {"params": {"x": "{incremental.start}"}},
            "params.x` has a placeholder that is not known; did you mean `incremental.start_value`? There are",
        ),
        ({"params": {"x": "{incremental.end_value}"}}, "params.x` has a bound of `incremental`, which is not declared"),
        ({"headers": {"X": "{s3cret}"}}, "headers` has a placeholder that is not known"),
        ({"headers": {"X": 5}}, "headers` must be an object whose values are text"),
        ({"headers": {"s3cret: s3cret": {}}}, "headers` must be an object whose values are text"),
        ({"headers": {"X Key": "s3cret"}}, "headers` has a name or value with characters that an HTTP header cannot"),
        ({"headers": {"X-Key": "s3cret\n"}}, "headers` has a name or value with characters that an HTTP header cannot"),
        ({"headers": ["s3cret"]}, "headers` must be an object whose values are text"),
        ({"path": "ftp://s3cret.example.com/v1"}, "path` must be a path below `api_url`, such as `/v1/contacts`,"),
        ({"path": "https://u:s3cret@example.com/v1"}, "path` must be a path below `api_url`, such as `/v1/contacts`,"),
        ({"path": "//s3cret.example.com/v1"}, "path` must be a path below `api_url`, such as `/v1/contacts`,"),
        ({"path": "/v1/x#s3cret"}, "path` must have no fragment; remove what begins with `#`"),
        ({"path": "/v1/s3 cret"}, "path` has characters that a path cannot have; write it like `/v1/contacts`"),
        (
            {"path": "/v1/{s3cret}/x"},
            "path` has a placeholder that is not known; there are `{incremental.start_value}`",
        ),
        ({"path": "/v1/{id/x"}, "path` has a brace without its partner"),
        (
            {"path": "/v1/{x}", "params": {"x": ["a", "b"]}},
            "path` has `{x}`, but `params.x` is a list; declare the list as the `values` of a resource of its own",
        ),
        ({"path": "/v1/{incremental.start_value}/x"}, "path` has a bound of `incremental`, which is not declared"),
        ({"path": 5}, "path` must be text"),
        ({"method": "DELETE"}, "method` must be one of `GET`, `POST`"),
        ({"data_selector": 5}, "data_selector` must be text that is not empty"),
        ({"data_selector": "data["}, "data_selector` is neither a dotted path nor a JSONPath; write it like"),
        (
            {"paginator": {"type": "page_number", "total_path": "a..["}},
            "paginator.total_path` is neither a dotted path nor a JSONPath; write it like",
        ),
        ({"json": "x"}, "json` must be an object or a list"),
        ({"json": {"x": "{s3cret}"}}, "json` has a placeholder that is not known"),
        ({"json": {"x": ["{incremental.start_value}"]}}, "json` has a bound of `incremental`, which is not declared"),
        ({"json": {}, "data": {}}, "json` and `resources[0].endpoint.data` are both set"),
        ({"data": 5}, "data` must be an object, or text"),
        (
            {"data": "x", "paginator": {"type": "page_number", "page_body_path": "page"}},
            "paginator.page_body_path` needs an object to put the page into, but `resources[0].endpoint.data` is none",
        ),
        (
            {"json": [], "paginator": {"type": "cursor", "cursor_body_path": "after"}},
            "paginator.cursor_body_path` needs an object to put the page into, but `resources[0].endpoint.json` is no",
        ),
        ({"auth": {"type": "bearer"}}, "auth.token` is missing"),
        ({"auth": {"type": "api_key", "name": "X-Key"}}, "auth.api_key` is missing"),
        ({"auth": {"type": "http_basic", "username": "s3cret"}}, "auth.password` is missing"),
        ({"auth": {"token": "s3cret\n"}}, "auth` has a name or a secret that no HTTP header can carry"),
        ({"auth": {"type": "s3cret"}}, "auth.type` must be one of `api_key`, `bearer`"),
        ({"auth": "bearer"}, "auth` must be an object with its `type`"),
        ({"response_actions": [{"action": "ignore"}]}, "response_actions[0]` must be an object with `status_code`,"),
        ({"response_actions": [{"status_code": 404}]}, "response_actions[0].action` is missing"),
        ({"response_actions": [{"status_code": 404, "action": "skip"}]}, "response_actions[0].action` must be one of"),
        ({"response_actions": ["absent.py:f"]}, "response_actions[0].action` names `absent.py:f`, which is not there"),
        (
            {"response_actions": ["s3cret"]},
            "response_actions[0]` must be an object with `status_code`, `content` or bo",
        ),
        ({"paginator": "absent.py:F"}, "paginator.type` names `absent.py:F`, which is not there"),
        ({"paginator": "json:dumps"}, "paginator.type` names `json:dumps`, which is not a subclass of `tap_analytics."),
        ({"auth": {"type": "json:dumps"}}, "auth.type` names `json:dumps`, which is not a subclass of `requests.auth."),
        ({"response_actions": {"status_code": 404}}, "response_actions` must be a list of actions"),
        (
            {"pth": "/x"},
            "pth` is not known; did you mean `path`? The keys are `auth`, `column_lists`, `column_names`",
        ),
    ],
)
def test_a_wrong_endpoint_is_told_without_a_value(endpoint: Words, fault: str) -> None:
    (message,) = faults_of(at(**endpoint))
    assert message.startswith(f"`resources[0].endpoint.{fault}")
    assert "s3cret" not in message


def test_the_older_way_of_incremental_is_read() -> None:
    older = {"type": "incremental", "cursor_path": "updated_at", "initial_value": "2024-01-01"}
    resource = declare(at(params={"since": older, "sort": "id"}))
    assert resource.incremental == Incremental(
        cursor_path="updated_at", start_param="since", initial_value="2024-01-01"
    )
    assert resource.params == {"sort": "id"}


@pytest.mark.parametrize(
    ("endpoint", "fault"),
    [
        (
            {"params": {"since": "x"}, "incremental": {"cursor_path": "t", "start_param": "since"}},
            "params.since` is sent as a bound of `incremental` too; remove one of them",
        ),
        (
            {"params": {"since": {"type": "incremental", "cursor_path": "t"}}, "incremental": {"cursor_path": "t"}},
            "params.since` declares a second `incremental`; keep one, with `start_param`",
        ),
        ({"params": {"since": {"type": "incremental"}}}, "params.since.cursor_path` is missing"),
        (
            {"params": {"since": {"type": "incremental", "cursor_path": "t", "end_param": "x"}}},
            "params.since.end_param` is not known",
        ),
    ],
)
def test_an_incremental_that_is_declared_twice_is_told(endpoint: Words, fault: str) -> None:
    (message,) = faults_of(at(**endpoint))
    assert message.startswith(f"`resources[0].endpoint.{fault}")


def test_a_parent_is_named_in_the_path() -> None:
    entry = at(path="/v1/companies/{resources.companies.id}/notes") | {"include_from_parent": ["id", "updated_at"]}
    resource = declare(entry)
    assert resource.path == "/v1/companies/{resources.companies.id}/notes"
    assert resource.parents == (Parent(resource="companies", field="id", placeholder="resources.companies.id"),)
    assert resource.parent == "companies"
    assert resource.inherited == {"_companies_id": "id", "_companies_updated_at": "updated_at"}
    assert resource.paginator is None


def test_a_parent_is_named_in_the_older_way() -> None:
    resource = declare(
        at(
            path="/v1/companies/{id}/notes",
            params={"id": {"type": "resolve", "resource": "companies", "field": "id"}, "x": 1},
        )
    )
    assert resource.parents == (Parent(resource="companies", field="id", placeholder="id"),)
    assert (resource.path, resource.params) == ("/v1/companies/{id}/notes", {"x": "1"})


def test_a_parent_may_stand_in_parameters_and_headers() -> None:
    endpoint = {
        "params": {"company": "{resources.companies.id}"},
        "headers": {"X-At": "{resources.companies.updated_at}"},
    }
    assert [parent.field for parent in declare(at(**endpoint)).parents] == ["id", "updated_at"]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("params", {"{resources.b.id}": "1"}),
        ("json", {"where": [{"{incremental.start_value}": 1}]}),
        ("data", {"{resources.b.id}": "1"}),
    ],
)
def test_a_placeholder_in_a_name_is_refused(part: str, value: Words) -> None:
    assert f"`resources[0].endpoint.{part}` has a placeholder in a name, where only values may have one" in faults_of(
        at(**{part: value})
    )


def test_braces_of_json_stand_as_they_are_in_a_body_and_are_refused_in_a_parameter() -> None:
    text = '{"parent": [{"operator": "EMPTY"}]}'
    (fault,) = faults_of(at(params={"search": text}))
    assert "`resources[0].endpoint.params.search` has braces around what is no placeholder; write each" in fault
    assert not faults_of(at(method="POST", json={"filter": text}))


def test_a_query_in_the_path_is_parameters() -> None:
    resource = declare(at(path="/v1/things?sort=id&tag=a&tag=b&empty="))
    assert (resource.path, resource.params) == ("/v1/things", {"sort": "id", "tag": ("a", "b"), "empty": ""})


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ({"link_without_key": True}, 0),
        ({"link_query_only": True}, 0),
        ({"link_without_key": True, "link_query_only": True}, 1),
    ],
)
def test_a_link_without_a_key_is_no_mere_query(words: Words, count: int) -> None:
    faults = faults_of(at(paginator={"type": "json_link", **words}))
    assert ["paginator` has `link_query_only` and `link_without_key`" in each for each in faults] == [True] * count


@pytest.mark.parametrize("part", ["json", "data"])
def test_a_link_without_a_key_has_no_body(part: str) -> None:
    body = {"method": "POST", part: {"a": 1}}
    (fault,) = faults_of(at(paginator={"type": "json_link", "link_without_key": True}, **body))
    assert "paginator.link_without_key` is for requests without a body" in fault
    assert faults_of(at(paginator={"type": "json_link"}, **body)) == []


@pytest.mark.parametrize(("path", "count"), [("page.after", 1), (None, 0)])
def test_a_page_goes_into_a_body_that_is_an_object(path: str | None, count: int) -> None:
    faults = faults_of(at(method="POST", data="text", paginator={"type": "cursor", "cursor_body_path": path}))
    assert ["paginator.cursor_body_path` needs an object" in each for each in faults] == [True] * count
