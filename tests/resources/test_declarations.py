from __future__ import annotations

import copy
import json
import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_analytics.pagination.auto import AutoPaginator
from tap_analytics.pagination.cursor import CursorPaginator
from tap_analytics.pagination.header_link import HeaderLinkPaginator
from tap_analytics.pagination.json_link import JsonLinkPaginator
from tap_analytics.pagination.numbered import PageNumberPaginator
from tap_analytics.pagination.offset import OffsetPaginator
from tap_analytics.pagination.paginators import PAGINATORS
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.resources.columns import Column
from tap_analytics.resources.declarations import read
from tap_analytics.resources.resource import Parent, Resource
from tap_analytics.state.replication import Incremental

if TYPE_CHECKING:
    from pathlib import Path

Words = dict[str, Any]

WRITE_IT = "write `{resources.<resource>.<field>}` where it belongs"

SCHEMA: Words = {"properties": {"id": {"type": ["string", "null"]}, "updated_at": {"type": ["string", "null"]}}}
CONTACTS = Resource(
    name="contacts",
    path="/v1/contacts",
    data_selector="items",
    paginator=PageNumberPaginator(base_page=1),
    incremental=Incremental(cursor_path="updated_at", lag=60),
    primary_key=("id",),
    write_disposition="merge",
    schema={"type": "object"} | SCHEMA,
)
COMPANIES = Resource(name="companies", path="/v1/companies", primary_key=("id",), schema={"type": "object"} | SCHEMA)
BUILTIN = {"contacts": CONTACTS, "companies": COMPANIES}


def one(entry: object, defaults: object = None) -> Resource:
    (resource,), faults = read([entry], defaults, BUILTIN)
    assert faults == []
    return resource


def told(*entries: object, defaults: object = None) -> list[str]:
    return read(list(entries), defaults, BUILTIN)[1]


def at(**endpoint: Any) -> Words:  # noqa: ANN401 - a key may have any value
    return {"name": "a", "endpoint": endpoint}


# Entries


def test_a_name_is_a_resource() -> None:
    assert one("invoices") == Resource(name="invoices", path="/invoices")


def test_every_word_of_an_entry_is_read() -> None:
    entry = {
        "name": "invoices",
        "primary_key": "id",
        "write_disposition": "merge",
        "selected": False,
        "parallelized": True,
        "endpoint": {
            "path": "/v1/invoices",
            "method": "get",
            "params": {"sort": "updated_at"},
            "headers": {"X-Team": "data"},
            "data_selector": "data",
            "paginator": {"type": "offset", "limit": 100, "total_path": "total"},
            "incremental": {
                "cursor_path": "updated_at",
                "start_param": "updated_since",
                "end_param": "updated_before",
                "initial_value": "2024-01-01T00:00:00Z",
                "lag": 3600,
                "row_order": "asc",
            },
        },
        "columns": {"amount": {"data_type": "decimal", "nullable": True}},
    }
    assert one(entry) == Resource(
        name="invoices",
        path="/v1/invoices",
        params={"sort": "updated_at"},
        headers={"X-Team": "data"},
        data_selector="data",
        paginator=OffsetPaginator(limit=100, total_path="total"),
        incremental=Incremental(
            cursor_path="updated_at",
            start_param="updated_since",
            end_param="updated_before",
            initial_value="2024-01-01T00:00:00Z",
            lag=3600,
            row_order="asc",
        ),
        primary_key=("id",),
        write_disposition="merge",
        columns={"amount": Column(data_type="decimal", nullable=True)},
        selected=False,
    )


def test_an_endpoint_may_be_its_path() -> None:
    assert one({"name": "a", "endpoint": "v1/things"}).path == "/v1/things"


def test_what_was_given_is_left_alone() -> None:
    entries = [at(params={"x": None}, paginator={"type": "offset", "limit": "5", "total_path": None}), "contacts"]
    defaults = {"endpoint": {"paginator": "cursor"}, "primary_key": "id"}
    before = copy.deepcopy((entries, defaults))
    read(entries, defaults, BUILTIN)
    assert (entries, defaults) == before


def test_numbers_and_truth_values_may_come_as_text() -> None:
    entry = at(
        paginator={"type": "offset", "limit": "100", "stop_after_empty_page": "false"},
        incremental={"cursor_path": "t", "lag": "60"},
    )
    resource = one(entry | {"selected": "no"})
    assert resource.paginator == OffsetPaginator(limit=100, stop_after_empty_page=False)
    assert resource.incremental == Incremental(cursor_path="t", lag=60)
    assert resource.selected is False


@pytest.mark.parametrize("entry", [{"name": "a", "endpoint": None}, at(params=None, paginator=None, incremental=None)])
def test_null_is_not_set(entry: Words) -> None:
    assert one(entry) == Resource(name="a", path="/a")


# Paginators


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
    assert one(at(paginator=words)).paginator == paginator


def test_the_first_page_is_the_base_page_unless_it_is_said() -> None:
    assert PageNumberPaginator(base_page=1).first.number == 1
    assert PageNumberPaginator(base_page=1, page=0).first.number == 0


def test_a_path_that_ends_in_a_value_is_a_list_like_any_other() -> None:
    resource = one(at(path="/v1/companies/{resources.companies.id}"))
    assert (resource.data_selector, resource.paginator) == (None, None)
    resource = one(at(path="/v1/companies/{resources.companies.id}", data_selector="data", paginator="offset"))
    assert (resource.data_selector, resource.paginator) == ("data", OffsetPaginator())


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (
            "ofset",
            f".type` must be one of {', '.join(f'`{kind.type}`' for kind in PAGINATORS)}; did you mean `offset`?",
        ),
        ({"limit": 5}, ".type` is missing; it is one of `auto`, `cursor`"),
        ({"type": ["offset"]}, ".type` must be one of"),
        ("header_cursor", ".type` names a paginator that is not supported: use `header_link`, or `cursor`"),
        ({"type": "offset", "limit": 0}, ".limit` must be a whole number of 1 or more"),
        ({"type": "offset", "limit": "many"}, ".limit` must be a whole number of 1 or more"),
        ({"type": "offset", "offset": -1}, ".offset` must be a whole number of 0 or more"),
        (
            {"type": "offset", "limt": 5},
            ".limt` is not known; did you mean `limit`? The keys are `has_more_path`, `lim",
        ),
        ({"type": "offset", "zzz": 5}, ".zzz` is not known; the keys are `has_more_path`, `limit`"),
        (
            {"type": "offset", "limit_body_path": "l"},
            ".limit_body_path` is not supported: requests are GET and have no",
        ),
        ({"type": "offset", "offset_body_path": "l"}, ".offset_body_path` is not supported: requests are GET"),
        ({"type": "page_number", "page_body_path": "l"}, ".page_body_path` is not supported: requests are GET"),
        ({"type": "cursor", "cursor_body_path": "l"}, ".cursor_body_path` is not supported: requests are GET"),
        ({"type": "page_number", "limit": 5}, ".limit` is not known"),
        ({"type": "page_number", "maximum_page": "x"}, ".maximum_page` must be a whole number of 0 or more"),
        ({"type": "cursor", "cursor_param": ""}, ".cursor_param` must be text that is not empty"),
        ({"type": "cursor", "stop_after_empty_page": 5}, ".stop_after_empty_page` must be true or false"),
        ({"type": "single_page", "limit": 5}, ".limit` is not known; the keys are "),
        (5, "` must be the name of a paginator, or an object with its `type`"),
    ],
)
def test_a_wrong_paginator_is_told(words: object, fault: str) -> None:
    (message,) = told(at(paginator=words))
    assert message.startswith(f"`resources[0].endpoint.paginator{fault}")


# Parameters and headers


def test_parameters_are_text() -> None:
    params = {"n": 5, "x": 1.5, "t": True, "f": False, "none": None, "many": ["a", 1, True], "filter[a][_gte]": "{{x}}"}
    assert one(at(params=params)).params == {
        "n": "5",
        "x": "1.5",
        "t": "true",
        "f": "false",
        "many": ("a", "1", "true"),
        "filter[a][_gte]": "{{x}}",
    }


def test_bounds_may_stand_in_any_parameter() -> None:
    params = {"filter[updated_at][_gte]": "{incremental.start_value}", "where": "<{incremental.end_value}"}
    assert one(at(params=params, incremental={"cursor_path": "t"})).params == params


def test_a_parameter_that_the_path_names_is_part_of_it() -> None:
    resource = one(at(path="/{version}/x{{y}}/z", params={"version": 3, "sort": "id"}))
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
        ({"path": "https://s3cret.example.com/v1"}, "path` must be a path below `api_url`, such as `/v1/contacts`,"),
        ({"path": "//s3cret.example.com/v1"}, "path` must be a path below `api_url`, such as `/v1/contacts`,"),
        ({"path": "/v1/x?key=s3cret"}, "path` must have no query string; use `params`"),
        ({"path": "/v1/x#s3cret"}, "path` must have no query string; use `params`"),
        ({"path": "/v1/s3 cret"}, "path` has characters that a path cannot have; write it like `/v1/contacts`"),
        ({"path": "/v1/{s3cret}/x"}, "path` has a placeholder that is not known; there are `{resources.<resource>.<fi"),
        ({"path": "/v1/{id/x"}, "path` has a brace without its partner"),
        ({"path": "/v1/{incremental.start_value}/x"}, "path` has a placeholder that is not known"),
        ({"path": 5}, "path` must be text"),
        ({"method": "POST"}, "method` must be `GET`: a tap reads, and sends no body"),
        ({"data_selector": 5}, "data_selector` must be text that is not empty"),
        ({"json": {"x": 1}}, "json` is not supported: requests are GET and have no body; use `params`"),
        ({"data": "x"}, "data` is not supported: requests are GET and have no body; use `params`"),
        ({"auth": {"token": "s3cret"}}, "auth` is not supported: one run signs all its requests alike"),
        (
            {"response_actions": [{"status_code": 404, "action": "ignore"}]},
            "response_actions` is not supported: no code",
        ),
        (
            {"pth": "/x"},
            "pth` is not known; did you mean `path`? The keys are `data_selector`, `empty_when`, `headers`",
        ),
    ],
)
def test_a_wrong_endpoint_is_told_without_a_value(endpoint: Words, fault: str) -> None:
    (message,) = told(at(**endpoint))
    assert message.startswith(f"`resources[0].endpoint.{fault}")
    assert "s3cret" not in message


# Incremental


def test_the_older_way_of_incremental_is_read() -> None:
    older = {"type": "incremental", "cursor_path": "updated_at", "initial_value": "2024-01-01"}
    resource = one(at(params={"since": older, "sort": "id"}))
    assert resource.incremental == Incremental(
        cursor_path="updated_at", start_param="since", initial_value="2024-01-01"
    )
    assert resource.params == {"sort": "id"}


def test_words_that_say_what_the_tap_does_anyway_are_taken() -> None:
    words = {"last_value_func": "max", "on_cursor_value_missing": "include", "range_start": "closed"}
    words |= {"range_end": "open", "primary_key": "id"}
    assert one(at(incremental={"cursor_path": "t"} | words)).incremental == Incremental(cursor_path="t")


@pytest.mark.parametrize(
    ("value", "layout", "bound"),
    [
        ("2024-01-31", None, "2024-01-31"),
        ("any text", None, "any text"),
        (5, None, 5),
        ("31.01.2024", "%d.%m.%Y", "2024-01-31T00:00:00Z"),
        ("2024-01-31", "%d.%m.%Y", "2024-01-31T00:00:00Z"),
        ("2024-01-31 02:00 +0200", "%Y-%m-%d %H:%M %z", "2024-01-31T00:00:00Z"),
        ("2024-01-31", "epoch", "2024-01-31T00:00:00Z"),
        ("1706659200", "epoch", 1706659200),
        (1706659200000, "epoch_ms", 1706659200000),
    ],
)
def test_bounds_are_read_as_the_format_says(value: object, layout: str | None, bound: object) -> None:
    words = {"cursor_path": "t", "initial_value": value, "datetime_format": layout}
    incremental = one(at(incremental=words)).incremental
    assert incremental is not None
    assert incremental.initial_value == bound


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({}, ".cursor_path` is missing"),
        ({"cursor_path": 5}, ".cursor_path` must be text that is not empty"),
        (
            {"cursor_pth": "t", "cursor_path": "t"},
            ".cursor_pth` is not known; did you mean `cursor_path`? The keys are",
        ),
        ({"cursor_path": "t", "row_order": "up"}, ".row_order` must be one of `asc`, `desc`"),
        ({"cursor_path": "t", "lag": -1}, ".lag` must be a number of 0 or more"),
        ({"cursor_path": "t", "lag": "long"}, ".lag` must be a number of 0 or more"),
        ({"cursor_path": "t", "lag": math.nan}, ".lag` must be a number of 0 or more"),
        ({"cursor_path": "t", "initial_value": ["s3cret"]}, ".initial_value` must be a date, text or a number"),
        ({"cursor_path": "t", "initial_value": True}, ".initial_value` must be a date, text or a number"),
        (
            {"cursor_path": "t", "initial_value": "s3cret", "datetime_format": "epoch"},
            ".initial_value` must be a date such as `2024-01-31`, or written as `datetime_format` says",
        ),
        (
            {"cursor_path": "t", "end_value": 5, "datetime_format": "%Y"},
            ".end_value` must be a date such as `2024-01-31`, or written as `datetime_format` says",
        ),
        (
            {"cursor_path": "t", "datetime_format": "epoc"},
            ".datetime_format` must be `epoch`, `epoch_ms` or a format suc",
        ),
        (
            {"cursor_path": "t", "initial_value": "2024-02-01", "end_value": "2024-01-01"},
            ".initial_value` must be before `end_value`",
        ),
        ({"cursor_path": "t", "initial_value": 5, "end_value": 5}, ".initial_value` must be before `end_value`"),
        (
            {"cursor_path": "t", "start_param": "x", "end_param": "x"},
            ".end_param` names the parameter of `start_param`; give each its own",
        ),
        (
            {"cursor_path": "t", "convert": "s3cret"},
            ".convert` is not supported: no code runs here; use `datetime_format`",
        ),
        ({"cursor_path": "t", "transform": "s3cret"}, ".transform` is not supported: no code runs here"),
        ({"cursor_path": "t", "last_value_func": "min"}, ".last_value_func` must be `max`"),
        ({"cursor_path": "t", "on_cursor_value_missing": "raise"}, ".on_cursor_value_missing` must be `include`"),
        ({"cursor_path": "t", "range_start": "open"}, ".range_start` must be `closed`"),
        ({"cursor_path": "t", "range_end": "closed"}, ".range_end` must be `open`"),
        ({"cursor_path": "t", "allow_external_schedulers": True}, ".allow_external_schedulers` is not supported: set"),
        (5, "` must be an object"),
    ],
)
def test_a_wrong_incremental_is_told(words: object, fault: str) -> None:
    (message,) = told(at(incremental=words))
    assert message.startswith(f"`resources[0].endpoint.incremental{fault}")
    assert "s3cret" not in message


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
    (message,) = told(at(**endpoint))
    assert message.startswith(f"`resources[0].endpoint.{fault}")


# Keys, dispositions, fields


@pytest.mark.parametrize(
    ("words", "disposition", "keys"),
    [
        ({}, "append", ()),
        ({"primary_key": "id"}, "merge", ("id",)),
        ({"primary_key": ["a", "b"], "write_disposition": "merge"}, "merge", ("a", "b")),
        ({"primary_key": "id", "write_disposition": "append"}, "append", ()),
        ({"primary_key": "id", "write_disposition": "replace"}, "replace", ("id",)),
        ({"write_disposition": "replace"}, "replace", ()),
        ({"primary_key": "id", "write_disposition": {"disposition": "merge", "strategy": "upsert"}}, "merge", ("id",)),
        (
            {
                "primary_key": "id",
                "write_disposition": {"disposition": "merge", "strategy": "delete-insert", "deduplicated": True},
            },
            "merge",
            ("id",),
        ),
        ({"columns": {"id": {"primary_key": True}}}, "merge", ("id",)),
        ({"columns": {"id": {"primary_key": True}}, "primary_key": "id"}, "merge", ("id",)),
    ],
)
def test_the_disposition_decides_on_the_keys(words: Words, disposition: str, keys: tuple[str, ...]) -> None:
    resource = one({"name": "a"} | words)
    assert (resource.write_disposition, resource.key_properties) == (disposition, keys)


def test_a_schema_may_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    schema = one({"name": "a", "schema": "a.json", "primary_key": "id"}).schema
    assert schema == {
        "type": "object",
        "properties": {"id": {"type": ["string"]}, "updated_at": {"type": ["string", "null"]}},
    }


def test_columns_lie_over_the_schema() -> None:
    resource = one({"name": "a", "schema": SCHEMA, "columns": {"updated_at": {"data_type": "timestamp"}}})
    assert resource.schema is not None
    assert resource.schema["properties"]["updated_at"] == {"type": ["string", "null"], "format": "date-time"}


def test_columns_without_a_schema_wait_for_the_fields_that_are_found() -> None:
    entry = {"name": "a", "primary_key": "id", "columns": {"amount": {"data_type": "decimal"}}}
    resource = one(entry)
    assert resource.schema is None
    assert resource.laid_over(SCHEMA) == {
        "type": "object",
        "properties": {
            "id": {"type": ["string"]},
            "updated_at": {"type": ["string", "null"]},
            "amount": {"type": ["number", "null"]},
        },
    }


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"primary_key": 5}, "primary_key` must be a name, or a list of names"),
        ({"primary_key": []}, "primary_key` must be a name, or a list of names"),
        ({"primary_key": ["id", 5]}, "primary_key[1]` must be text that is not empty"),
        ({"write_disposition": "merge"}, "primary_key` is missing; `write_disposition` is `merge`, which needs one"),
        ({"write_disposition": "skip"}, "write_disposition.disposition` must be one of `merge`, `append`, `replace`"),
        ({"write_disposition": 5}, "write_disposition` must be `merge`, `append` or `replace`"),
        (
            {"primary_key": "id", "write_disposition": {"disposition": "merge", "strategy": "scd2"}},
            "write_disposition.strategy` must be one of `delete-insert`, `upsert`",
        ),
        ({"write_disposition": {"strategy": "upsert"}}, "write_disposition.disposition` is missing"),
        (
            {"write_disposition": "replace", "endpoint": {"incremental": {"cursor_path": "t"}}},
            "write_disposition` is `replace`, which needs every row, but `incremental` reads the new ones only",
        ),
        (
            {
                "write_disposition": "replace",
                "endpoint": {"params": {"s": {"type": "incremental", "cursor_path": "t"}}},
            },
            "write_disposition` is `replace`, which needs every row",
        ),
        ({"primary_key": "x", "schema": SCHEMA}, "primary_key` is not among the fields of `schema`"),
        (
            {"primary_key": "idd", "schema": SCHEMA},
            "primary_key` is not among the fields of `schema`; did you mean `id`?",
        ),
        (
            {"schema": SCHEMA, "endpoint": {"incremental": {"cursor_path": "meta.at"}}},
            "endpoint.incremental.cursor_path` is not among the fields of `schema`",
        ),
        (
            {"primary_key": "a", "columns": {"b": {"data_type": "text", "primary_key": True}}},
            "primary_key` names other fields than those that `columns` mark; name it in one place",
        ),
        ({"schema": 5}, "schema` must be a JSON Schema, or the name of a file that holds one"),
        ({"schema": {"type": "object"}}, "schema` must be the JSON Schema of an object, with its fields under `prop"),
        ({"schema": {"properties": {"a": 5}}}, "schema` must be the JSON Schema of an object"),
        ({"schema": {"properties": {"a": {"type": "s3cret"}}}}, "schema` must be the JSON Schema of an object"),
        ({"schema": "absent.json"}, "schema` names a file that cannot be read: No such file or directory"),
        ({"columns": {"a": {"data_type": "txt"}}}, "columns.a.data_type` must be one of `text`"),
        ({"columns": 5}, "columns` must be an object of hints by name, or a list of hints with their `name`"),
        ({"selected": "maybe"}, "selected` must be true or false"),
        ({"parallelized": "maybe"}, "parallelized` must be true or false"),
        ({"include_from_parent": ["id"]}, "include_from_parent` needs a parent; name it in the path"),
        ({"include_from_parent": "id"}, "include_from_parent` must be a list of names"),
        ({"endpoint": 5}, "endpoint` must be the path, or an object"),
        (
            {"pk": "id"},
            "pk` is not known; the keys are `columns`, `endpoint`, `include_from_parent`, `name`, `parallelized`",
        ),
        ({"primary_keys": "id"}, "primary_keys` is not known; did you mean `primary_key`?"),
        ({"processing_steps": []}, "processing_steps` is not supported: no code runs here; filter and change records"),
        ({"table_name": "x"}, "table_name` is not supported: a stream has the name of its resource; rename it with"),
        ({"max_table_nesting": 1}, "max_table_nesting` is not supported: set `flattening_enabled`"),
        ({"schema_contract": "freeze"}, "schema_contract` is not supported: a field that the schema does not have"),
        ({"merge_key": "id"}, "merge_key` is not supported: records are merged by `primary_key` alone"),
        ({"parent_table_name": "x"}, "parent_table_name` is not supported: how records are stored is up to the target"),
        ({"nested_hints": {}}, "nested_hints` is not supported: how records are stored is up to the target"),
        ({"table_format": "delta"}, "table_format` is not supported: how records are stored is up to the target"),
        ({"file_format": "csv"}, "file_format` is not supported: how records are stored is up to the target"),
        ({"references": []}, "references` is not supported: how records are stored is up to the target"),
    ],
)
def test_a_wrong_entry_is_told(words: Words, fault: str) -> None:
    (message,) = told({"name": "a"} | words)
    assert message.startswith(f"`resources[0].{fault}")
    assert "s3cret" not in message


@pytest.mark.parametrize("content", ["{", "[1]", '{"properties": []}', "[" * 100_000])
def test_a_file_that_holds_no_schema_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    (fault,) = told({"name": "a", "schema": str(tmp_path / "a.json")})
    assert fault.startswith("`resources[0].schema` ")
    assert str(tmp_path) not in fault


# Names


@pytest.mark.parametrize("name", ["", "x" * 64, "a\nb", "a\x00", "\ud800", " a", "a "])
def test_a_name_that_no_stream_can_have_is_told(name: str) -> None:
    (fault,) = told(name)
    assert fault.startswith("`resources[0].name` must be ")


def test_a_name_may_have_63_characters() -> None:
    assert one("x" * 63).name == "x" * 63


@pytest.mark.parametrize("entry", [5, None, ["a"], True])
def test_an_entry_that_is_none_is_told(entry: object) -> None:
    assert told(entry) == ["`resources[0]` must be a name, or an object"]


def test_an_entry_without_a_name_is_told() -> None:
    assert told({"endpoint": "/a"}) == ["`resources[0].name` is missing"]


def test_two_entries_of_one_name_are_told() -> None:
    assert told("a", "b", {"name": "a"}) == ["`resources[2].name` is that of `resources[0]` too; give each its own"]


def test_resources_that_are_no_list_are_told() -> None:
    assert read({"a": 1}) == ([], ["`resources` must be a list of names and objects"])


def test_every_fault_is_told_at_once() -> None:
    faults = told(
        {"name": "a", "pk": 1, "selected": 5},
        at(paginator="x", params={"y": {}}) | {"name": "b"},
        {"name": "c", "write_disposition": "merge", "include_from_parent": ["x"]},
        "a",
        5,
    )
    assert len(faults) == 8


# Defaults


def test_defaults_lie_under_every_entry_key_by_key() -> None:
    defaults = {
        "primary_key": "id",
        "write_disposition": "merge",
        "endpoint": {
            "params": {"per_page": 100, "sort": "id"},
            "headers": {"X-A": "a"},
            "paginator": {"type": "offset", "limit": 50, "total_path": None},
            "incremental": {"cursor_path": "updated_at", "start_param": "since"},
        },
        "columns": [{"name": "at", "data_type": "timestamp"}],
    }
    entry = at(
        params={"sort": "at"}, headers={"X-B": "b"}, paginator={"limit": 10}, incremental={"cursor_path": "at"}
    ) | {"columns": {"at": {"nullable": False}}}
    resource = one(entry, defaults)
    assert resource.params == {"per_page": "100", "sort": "at"}
    assert resource.headers == {"X-A": "a", "X-B": "b"}
    assert resource.paginator == OffsetPaginator(limit=10, total_path="")
    assert resource.incremental == Incremental(cursor_path="at", start_param="since")
    assert resource.columns == {"at": Column(data_type="timestamp", nullable=False)}
    assert resource.key_properties == ("id",)


def test_a_paginator_of_another_type_stands_alone() -> None:
    defaults = {"endpoint": {"paginator": {"type": "offset", "limit": 50}}}
    assert one(at(paginator={"type": "cursor", "cursor_param": "c"}), defaults).paginator == CursorPaginator(
        cursor_param="c"
    )


def test_null_unsets_a_default() -> None:
    defaults: Words = {
        "primary_key": "id",
        "endpoint": {"incremental": {"cursor_path": "t"}, "params": {"x": 1, "y": 2}},
    }
    defaults["endpoint"]["headers"] = {"X-A": "a", "X-B": "b"}
    resource = one(at(incremental=None, params={"x": None}, headers={"X-A": None}) | {"primary_key": None}, defaults)
    assert (resource.incremental, resource.params, resource.primary_key) == (None, {"y": "2"}, ())
    assert resource.headers == {"X-B": "b"}


@pytest.mark.parametrize(
    ("defaults", "fault"),
    [
        (5, "`resource_defaults` must be an object"),
        ({"name": "a"}, "`resource_defaults.name` is not known"),
        ({"endpoint": {"paginator": "x"}}, "`resource_defaults.endpoint.paginator.type` must be one of"),
    ],
)
def test_wrong_defaults_are_told_once(defaults: object, fault: str) -> None:
    (message,) = told("a", "b", defaults=defaults)
    assert message.startswith(fault)


# Built-in resources


def test_an_entry_with_a_built_in_name_changes_it_and_keeps_the_rest() -> None:
    entry = {"name": "contacts", "endpoint": {"params": {"x": 1}, "incremental": {"lag": 5}, "paginator": {"page": 3}}}
    resource = one(entry)
    assert (resource.path, resource.data_selector) == ("/v1/contacts", "items")
    assert resource.params == {"x": "1"}
    assert resource.incremental == Incremental(cursor_path="updated_at", lag=5)
    assert resource.paginator == PageNumberPaginator(base_page=1, page=3)
    assert resource.schema is not None
    assert list(resource.schema["properties"]) == ["id", "updated_at"]


def test_the_name_of_a_built_in_alone_is_the_built_in() -> None:
    assert one("contacts") == Resource(
        **{name: getattr(CONTACTS, name) for name in Resource.__slots__ if name != "schema"},
        schema={"type": "object", "properties": SCHEMA["properties"] | {"id": {"type": ["string"]}}},
    )


def test_replacing_a_built_in_reads_every_row() -> None:
    resource = one({"name": "contacts", "write_disposition": "replace"})
    assert (resource.write_disposition, resource.incremental) == ("replace", None)


def test_a_key_that_a_built_in_does_not_have_is_told() -> None:
    assert told({"name": "contacts", "primary_key": "xyz"}) == [
        "`resources[0].primary_key` is not among the fields of `schema`"
    ]


# Parents


def test_a_parent_is_named_in_the_path() -> None:
    entry = at(path="/v1/companies/{resources.companies.id}/notes") | {"include_from_parent": ["id", "updated_at"]}
    resource = one(entry)
    assert resource.path == "/v1/companies/{resources.companies.id}/notes"
    assert resource.parents == (Parent(resource="companies", field="id", placeholder="resources.companies.id"),)
    assert resource.parent == "companies"
    assert resource.inherited == {"_companies_id": "id", "_companies_updated_at": "updated_at"}
    assert resource.paginator is None


def test_a_parent_is_named_in_the_older_way() -> None:
    resource = one(
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
    assert [parent.field for parent in one(at(**endpoint)).parents] == ["id", "updated_at"]


def test_a_child_may_be_the_parent_of_another() -> None:
    notes = {
        "name": "notes",
        "endpoint": "companies/{resources.companies.id}/notes",
        "include_from_parent": ["id"],
        "schema": SCHEMA,
        "primary_key": ["id", "_companies_id"],
    }
    words = {"name": "words", "endpoint": "notes/{resources.notes.id}/{resources.notes._companies_id}/words"}
    resources, faults = read([words, notes], None, BUILTIN)
    assert faults == []
    assert [resource.parent for resource in resources] == ["notes", "companies"]


def test_the_fields_of_a_parent_that_declares_none_are_not_known() -> None:
    assert told("p", at(path="/p/{resources.p.anything}/x")) == []


@pytest.mark.parametrize(
    ("entries", "faults"),
    [
        (
            [at(path="/{resources.compnies.id}/x")],
            ["`resources[0].endpoint` names a parent that is no resource; did you mean `companies`?"],
        ),
        (
            [at(path="/{resources.companies.id}/{resources.contacts.id}/x")],
            ["`resources[0].endpoint` names 2 parents; a resource can have one"],
        ),
        (
            [at(path="/{resources.companies.uid}/x")],
            ["`resources[0].endpoint` names a field that `companies` does not have; did you mean `id`?"],
        ),
        (
            [at(path="/{resources.companies.id}/x") | {"include_from_parent": ["name"]}],
            ["`resources[0].include_from_parent` names a field that `companies` does not have"],
        ),
        (
            [at(path="/{resources.a.id}/x")],
            ["`resources[0].endpoint` names a parent that needs this resource itself"],
        ),
        (
            [at(path="/{resources.b.id}/x"), {"name": "b", "endpoint": "/{resources.a.id}/y"}],
            [
                "`resources[0].endpoint` names a parent that needs this resource itself",
                "`resources[1].endpoint` names a parent that needs this resource itself",
            ],
        ),
        (
            [at(path="/x", params={"id": {"type": "resolve", "resource": "companies", "field": "id"}})],
            [f"`resources[0].endpoint.params.id` stands nowhere in the path; {WRITE_IT}"],
        ),
        (
            [at(path="/{id}/x", params={"id": {"type": "resolve", "resource": "companies"}})],
            ["`resources[0].endpoint.params.id.field` is missing"],
        ),
        (
            [at(path="/{id}/x", params={"id": {"type": "resolve", "field": "id"}})],
            ["`resources[0].endpoint.params.id.resource` is missing"],
        ),
    ],
)
def test_a_wrong_parent_is_told(entries: list[object], faults: list[str]) -> None:
    assert told(*entries) == faults


def test_nothing_is_said_of_a_parent_that_has_faults_of_its_own() -> None:
    (fault,) = told({"name": "p", "pk": 1}, at(path="/{resources.p.id}/x"))
    assert fault.startswith("`resources[0].pk` ")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["{x}", "offset"]),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=5), values, max_size=3),
    max_leaves=5,
)
words_of_dlt = (
    st.sampled_from(["name", "endpoint", "path", "params", "headers", "paginator", "type", "limit", "incremental"])
    | st.sampled_from(["cursor_path", "lag", "initial_value", "datetime_format", "primary_key", "write_disposition"])
    | st.sampled_from(["columns", "data_type", "schema"])
)
entries = st.recursive(json_values, lambda values: st.dictionaries(words_of_dlt, values, max_size=5), max_leaves=8)


@settings(deadline=None, max_examples=300)
@given(st.lists(entries, max_size=3), entries)
def test_any_json_is_read_or_told_and_never_breaks(entries: list[object], defaults: object) -> None:
    resources, faults = read(entries, defaults, BUILTIN)
    assert faults or len(resources) == len(entries)
    assert all(fault.startswith("`resource") for fault in faults)
