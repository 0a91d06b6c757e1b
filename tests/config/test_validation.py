from __future__ import annotations

import copy
import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from singer_sdk import Tap

from tap_analytics.config.validation import faults, from_environment, normalize
from tap_analytics.http.auth.authenticators import AUTHENTICATORS
from tap_analytics.settings import SETTINGS

SCHEMA: dict[str, Any] = copy.deepcopy(SETTINGS)
Tap.append_builtin_config(SCHEMA)

LEAST: dict[str, Any] = {"api_url": "https://api.example.com", "api_key": "s3cret"}
CLIENT: dict[str, Any] = {"api_key": None, "client_id": "client", "client_secret": "s3cret"}


def settings_of(**given: Any) -> dict[str, Any]:  # noqa: ANN401 - a setting may be anything
    return normalize(LEAST | given, SCHEMA)


def faults_of(**given: Any) -> list[str]:  # noqa: ANN401
    return faults(settings_of(**given), SCHEMA, AUTHENTICATORS)


def in_short(value: object) -> str:
    """Return the id of a parameter: text is told from the number that it looks like."""
    return ascii(value)[:40]


def test_the_least_settings_are_sound_and_get_the_defaults() -> None:
    defaults = {name: setting["default"] for name, setting in SCHEMA["properties"].items() if "default" in setting}
    assert settings_of() == LEAST | defaults
    assert faults_of() == []
    assert (defaults["page_size"], defaults["max_retries"], defaults["read_timeout"]) == (100, 3, 60)


def test_every_fault_is_told_at_once() -> None:
    assert len(faults_of(api_url="ftp://x", page_size="many", start_date="soon", pagesize=5, api_key=None)) == 5


# What is missing, what is there twice


def test_a_missing_url_is_told() -> None:
    assert faults_of(api_url=None) == [
        "`api_url` is missing; set it to the base URL of the API, such as `https://api.example.com`"
    ]


@pytest.mark.parametrize("unset", [None, ""])
def test_missing_credentials_are_told(unset: str | None) -> None:
    (fault,) = faults_of(api_key=unset)
    assert fault.startswith("credentials are missing; set `api_key`, or ")
    assert fault.endswith(" (for an API that wants no key, or gets it in `headers`, set `api_key_location` to `none`)")
    assert all(f"`{name}`" in fault for line in AUTHENTICATORS.lines for name in line.credentials)


def test_oauth2_credentials_are_sound() -> None:
    assert faults_of(**CLIENT) == []
    assert faults_of(**CLIENT, token_url="https://login.example.com/token", scope="read") == []


@pytest.mark.parametrize(("given", "absent"), [("client_id", "client_secret"), ("client_secret", "client_id")])
def test_half_of_the_oauth2_credentials_is_told(given: str, absent: str) -> None:
    assert faults_of(api_key=None, **{given: "x"}) == [
        f"`{absent}` is missing; OAuth2 needs both `client_id` and `client_secret`"
    ]


@pytest.mark.parametrize("names", [["client_id"], ["client_secret"], ["client_id", "client_secret"]])
def test_two_kinds_of_credentials_are_told(names: list[str]) -> None:
    listed = " and ".join(f"`{name}`" for name in names)
    assert faults_of(**dict.fromkeys(names, "x")) == [
        f"`api_key` and {listed} belong to more than one kind of credentials; set one kind only"
    ]


def test_an_api_that_wants_no_key_needs_no_credentials() -> None:
    assert faults_of(api_key=None, api_key_location="none") == []


@pytest.mark.parametrize(
    ("credentials", "listed"),
    [({}, "`api_key`"), (CLIENT, "`client_id` and `client_secret`"), (CLIENT | {"client_secret": ""}, "`client_id`")],
)
def test_credentials_for_an_api_that_wants_none_are_told(credentials: dict[str, Any], listed: str) -> None:
    assert faults_of(**credentials, api_key_location="none") == [
        f"`api_key_location` is `none`, but {listed} is set; remove one of them"
    ]


@pytest.mark.parametrize("unset", [None, ""])
@pytest.mark.parametrize(
    "name", ["page_size", "headers", "start_date", "api_key_location", "user_agent", "start_param"]
)
def test_null_and_empty_text_are_unset(name: str, unset: str | None) -> None:
    assert faults_of(**{name: unset}) == []
    assert settings_of(**{name: unset}) == settings_of()


def test_zero_and_false_are_set() -> None:
    assert (
        settings_of(max_retries=0, flattening_enabled=False).items()
        >= {"max_retries": 0, "flattening_enabled": False}.items()
    )


# Unknown settings


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("pagesize", "did you mean `page_size`?"),
        ("apikey", "did you mean `api_key`?"),
        ("Page_Size", "did you mean `page_size`?"),
        ("client_secrets", "did you mean `client_secret`?"),
        ("zzz", "`tap-analytics --about` lists them"),
        ("", "`tap-analytics --about` lists them"),
    ],
)
def test_an_unknown_setting_is_told_with_a_suggestion(name: str, hint: str) -> None:
    assert faults_of(**{name: "s3cret"}) == [f"`{name}` is not a setting; {hint}"]


def test_the_settings_of_the_sdk_are_known() -> None:
    assert (
        faults_of(
            stream_maps={"contacts": {"name": "upper(name)", "email": None}, "deals": "__NULL__"},
            stream_map_config={"anything": [1]},
            faker_config={"seed": 5, "locale": ["de_DE"]},
            flattening_enabled="true",
            flattening_max_depth="3",
            batch_config={"encoding": {"format": "jsonl"}, "storage": {"root": "file:///tmp"}},
        )
        == []
    )


@pytest.mark.parametrize(
    ("maps", "fault"),
    [
        (5, "`stream_maps` must be a JSON object"),
        ({"contacts": 5}, "`stream_maps.contacts` must be as `tap-analytics --about` describes it"),
        ({"contacts": {"__key_properties__": "id"}}, "`stream_maps.contacts.__key_properties__` must be a JSON array"),
        ({"contacts": {"__filter__": 5}}, "`stream_maps.contacts.__filter__` must be text"),
        ({"__else__": "rest"}, "`stream_maps.__else__` must be as `tap-analytics --about` describes it"),
    ],
)
def test_a_fault_within_a_setting_of_the_sdk_names_the_place(maps: object, fault: str) -> None:
    assert faults_of(stream_maps=maps) == [fault]


def test_a_bad_choice_within_a_setting_of_the_sdk_names_the_choices() -> None:
    assert faults_of(batch_config={"encoding": {"format": "xml"}}) == [
        "`batch_config.encoding.format` must be one of `jsonl`, `parquet`"
    ]


# Types


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("api_url", 5, "text"),
        ("api_key", 12345, "text"),
        ("api_key", ["s3cret"], "text"),
        ("api_key_name", True, "text"),
        ("page_size", 0, "a whole number from 1 to 1000000"),
        ("page_size", "0", "a whole number from 1 to 1000000"),
        ("page_size", -1, "a whole number from 1 to 1000000"),
        ("page_size", "many", "a whole number from 1 to 1000000"),
        ("page_size", 1.5, "a whole number from 1 to 1000000"),
        ("page_size", "1.5", "a whole number from 1 to 1000000"),
        ("page_size", Decimal("1.5"), "a whole number from 1 to 1000000"),
        ("page_size", True, "a whole number from 1 to 1000000"),
        ("page_size", "true", "a whole number from 1 to 1000000"),
        ("page_size", [100], "a whole number from 1 to 1000000"),
        ("page_size", {}, "a whole number from 1 to 1000000"),
        ("page_size", "1" * 5000, "a whole number from 1 to 1000000"),
        ("page_size", math.nan, "a whole number from 1 to 1000000"),
        ("page_size", Decimal("NaN"), "a whole number from 1 to 1000000"),
        ("page_size", math.inf, "a whole number from 1 to 1000000"),
        ("page_size", Decimal("1E+400"), "a whole number from 1 to 1000000"),
        ("lookback_seconds", -1, "a whole number from 0 to 316224000"),
        ("max_retries", "-1", "a whole number from 0 to 1000"),
        ("backoff_factor", -0.5, "a number of 0 or more"),
        ("backoff_factor", "fast", "a number of 0 or more"),
        ("backoff_factor", True, "a number of 0 or more"),
        ("backoff_factor", math.nan, "a number of 0 or more"),
        ("backoff_factor", "nan", "a number of 0 or more"),
        ("backoff_factor", Decimal("NaN"), "a number of 0 or more"),
        ("max_retry_wait", math.inf, "a number of 0 or more"),
        ("max_retry_wait", "inf", "a number of 0 or more"),
        ("max_retry_wait", Decimal("Infinity"), "a number of 0 or more"),
        ("max_retry_wait", Decimal("1E+400"), "a number of 0 or more"),
        ("max_retry_wait", 10**400, "a number of 0 or more"),
        ("max_retry_wait", "1e400", "a number of 0 or more"),
        ("connect_timeout", 0, "a number greater than 0"),
        ("read_timeout", "0", "a number greater than 0"),
        ("read_timeout", {"s": 1}, "a number greater than 0"),
        ("emit_activate_version_messages", "maybe", "true or false"),
        ("emit_activate_version_messages", 1, "true or false"),
        ("headers", "not JSON", "a JSON object whose values are text"),
        ("headers", '["a"]', "a JSON object whose values are text"),
        ("headers", "5", "a JSON object whose values are text"),
        ("headers", "[" * 100_000, "a JSON object whose values are text"),
        ("headers", "1" * 5000, "a JSON object whose values are text"),
        ("headers", {"X-Number": 5}, "a JSON object whose values are text"),
        ("headers", {"X-Null": None}, "a JSON object whose values are text"),
        ("api_key_location", "body", "one of `query`, `header`, `cookie`, `bearer`, `path`, `none`"),
        ("api_key_location", "Header", "one of `query`, `header`, `cookie`, `bearer`, `path`, `none`"),
        ("token_endpoint_auth_method", "basic", "one of `client_secret_post`, `client_secret_basic`"),
        ("limit_param", 5, "text"),
        ("start_date", 20240131, "a date such as `2024-01-31` or `2024-01-31T12:00:00Z`"),
        ("start_date", "soon", "a date such as `2024-01-31` or `2024-01-31T12:00:00Z`"),
        ("start_date", "31.01.2024", "a date such as `2024-01-31` or `2024-01-31T12:00:00Z`"),
        ("start_date", "2024-02-30", "a date such as `2024-01-31` or `2024-01-31T12:00:00Z`"),
        ("start_date", "1706659200", "a date such as `2024-01-31` or `2024-01-31T12:00:00Z`"),
        ("start_date", "2024-01-31T12:00:00 CET", "a date such as `2024-01-31` or `2024-01-31T12:00:00Z`"),
        ("end_date", "0001-01-01T00:00:00+05:00", "a date such as `2024-01-31` or `2024-01-31T12:00:00Z`"),
        ("end_date", "9999-12-31T23:59:59-05:00", "a date such as `2024-01-31` or `2024-01-31T12:00:00Z`"),
    ],
    ids=in_short,
)
def test_a_value_that_does_not_fit_is_told_with_what_would(name: str, value: object, expected: str) -> None:
    assert faults_of(**{name: value}) == [f"`{name}` must be {expected}"]


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("page_size", "250", 250),
        ("page_size", " +250 ", 250),
        ("page_size", "1e2", 100),
        ("page_size", 100.0, 100),
        ("page_size", "100.0", 100),
        ("page_size", Decimal(250), 250),
        ("page_size", Decimal("100.0"), 100),
        ("flattening_max_depth", 2**60 + 1, 2**60 + 1),
        ("max_retries", "0", 0),
        ("backoff_factor", "0.5", 0.5),
        ("backoff_factor", Decimal("0.5"), 0.5),
        ("backoff_factor", 3, 3.0),
        ("backoff_factor", " 1e1 ", 10.0),
        ("read_timeout", "60", 60.0),
        ("emit_activate_version_messages", "true", True),
        ("emit_activate_version_messages", "YES", True),
        ("emit_activate_version_messages", "1", True),
        ("emit_activate_version_messages", "off", False),
        ("headers", '{"X-Team": "data"}', {"X-Team": "data"}),
        ("stream_maps", '{"contacts": {"name": null}}', {"contacts": {"name": None}}),
        ("api_key", "12345", "12345"),
        ("api_key", "true", "true"),
        ("api_key", '{"a": 1}', '{"a": 1}'),
    ],
    ids=in_short,
)
def test_numbers_switches_and_objects_may_come_as_text(name: str, value: object, number: object) -> None:
    assert faults_of(**{name: value}) == []
    assert settings_of(**{name: value})[name] == number
    assert type(settings_of(**{name: value})[name]) is type(number)


# Dates


@pytest.mark.parametrize(
    ("given", "date"),
    [
        ("2024-01-31", "2024-01-31T00:00:00Z"),
        ("20240131", "2024-01-31T00:00:00Z"),
        ("2024-01-31T12:00:00Z", "2024-01-31T12:00:00Z"),
        ("2024-01-31T12:00:00z", "2024-01-31T12:00:00Z"),
        ("2024-01-31 12:00", "2024-01-31T12:00:00Z"),
        (" 2024-01-31 ", "2024-01-31T00:00:00Z"),
        ("2024-01-31T12:00:00+02:00", "2024-01-31T10:00:00Z"),
        ("2024-01-31T12:00:00-0930", "2024-01-31T21:30:00Z"),
        ("2024-01-31T23:00:00.5-02:00", "2024-02-01T01:00:00.500Z"),
        ("2024-01-31T23:00:00.123456789Z", "2024-01-31T23:00:00.123456Z"),
        ("2024-01-31t12:00:00z", "2024-01-31T12:00:00Z"),
        ("0001-01-01", "0001-01-01T00:00:00Z"),
    ],
)
def test_dates_are_in_utc_with_a_z(given: str, date: str) -> None:
    assert faults_of(start_date=given) == []
    assert settings_of(start_date=given, end_date=given).items() >= {"start_date": date, "end_date": date}.items()


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2024-02-01", "2024-01-01"),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T00:00:00+02:00", "2023-12-31T22:00:00Z"),
        ("2024-01-01T00:00:00.5Z", "2024-01-01T00:00:00Z"),
    ],
)
def test_a_start_that_is_not_before_the_end_is_told(start: str, end: str) -> None:
    assert faults_of(start_date=start, end_date=end) == ["`start_date` must be before `end_date`"]


def test_dates_compare_as_instants() -> None:
    assert faults_of(start_date="2024-01-01T00:00:00+02:00", end_date="2023-12-31T23:00:00Z") == []


def test_a_bad_date_is_told_once() -> None:
    assert faults_of(start_date="soon", end_date="2024-01-01") == [
        "`start_date` must be a date such as `2024-01-31` or `2024-01-31T12:00:00Z`"
    ]


# URLs


@pytest.mark.parametrize("name", ["api_url", "token_url"])
@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("api.example.com", "must begin with `https://` or `http://`"),
        ("localhost:8000", "must begin with `https://` or `http://`"),
        ("ftp://api.example.com", "must begin with `https://` or `http://`"),
        ("//api.example.com", "must begin with `https://` or `http://`"),
        ("/v1", "must begin with `https://` or `http://`"),
        ("   ", "must begin with `https://` or `http://`"),
        ("https://", "is not a URL; write it like `https://api.example.com`"),
        ("https:api.example.com", "is not a URL; write it like `https://api.example.com`"),
        ("https:///v1", "is not a URL; write it like `https://api.example.com`"),
        ("https://:443", "is not a URL; write it like `https://api.example.com`"),
        ("http://[", "is not a URL; write it like `https://api.example.com`"),
        ("http://[::1", "is not a URL; write it like `https://api.example.com`"),
        ("https://api.example.com:port", "is not a URL; write it like `https://api.example.com`"),
        ("https://api.example.com:99999", "is not a URL; write it like `https://api.example.com`"),
        ("https://api example.com", "is not a URL; write it like `https://api.example.com`"),
        ("https://api.example.com/v 1", "is not a URL; write it like `https://api.example.com`"),
        ("https://api.example.com\n/v1", "is not a URL; write it like `https://api.example.com`"),
        ("https://api.example.com/#", "must have no query string; the key belongs in `api_key`"),
        ("https://api.example.com#top", "must have no query string; the key belongs in `api_key`"),
        ("https://user:s3cret@api.example.com", "must have no user name or password in it; send them by `headers`"),
        ("https://s3cret@api.example.com", "must have no user name or password in it; send them by `headers`"),
        ("https://@api.example.com", "must have no user name or password in it; send them by `headers`"),
    ],
)
def test_a_bad_url_is_told(name: str, url: str, fault: str) -> None:
    credentials = CLIENT if name == "token_url" else {}
    assert faults_of(**credentials, **{name: url}) == [f"`{name}` {fault}"]


def test_an_address_has_no_query_unless_it_is_that_of_a_token_endpoint() -> None:
    assert faults_of(api_url="https://api.example.com/?api_key=s3cret") == [
        "`api_url` must have no query string; the key belongs in `api_key`"
    ]
    assert faults_of(**CLIENT, token_url="https://api.example.com/token?tenant=a") == []


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://api.example.com/", "https://api.example.com"),
        (" https://api.example.com/base// ", "https://api.example.com/base"),
        ("HTTPS://API.example.com", "HTTPS://API.example.com"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/v2", "http://[::1]:8000/v2"),
        ("https://bücher.example/ü", "https://bücher.example/ü"),
    ],
)
def test_a_url_is_used_without_blanks_and_slash_at_its_end(url: str, clean: str) -> None:
    assert faults_of(api_url=url) == []
    assert settings_of(api_url=url)["api_url"] == clean


# Names and values that go into a request


@pytest.mark.parametrize(
    ("names", "fault"),
    [
        ({"limit_param": "offset"}, "`limit_param` and `offset_param` name"),
        ({"offset_param": "limit"}, "`limit_param` and `offset_param` name"),
        ({"start_param": "since", "end_param": "since"}, "`start_param` and `end_param` name"),
        ({"start_param": "limit"}, "`limit_param` and `start_param` name"),
        ({"api_key_name": "offset"}, "`offset_param` and `api_key_name` name"),
        ({"limit_param": "api_key"}, "`limit_param` and `api_key_name` name"),
    ],
)
def test_two_settings_that_name_one_parameter_are_told(names: dict[str, str], fault: str) -> None:
    assert faults_of(**names) == [f"{fault} the same query parameter; give each its own"]


@pytest.mark.parametrize("elsewhere", [{"api_key_location": "header"}, {"api_key_location": "bearer"}, CLIENT])
def test_the_name_of_a_key_that_is_not_in_the_query_may_be_any(elsewhere: dict[str, Any]) -> None:
    assert faults_of(**elsewhere, api_key_name="limit") == []


@pytest.mark.parametrize("location", ["header", "bearer"])
@pytest.mark.parametrize("key", ["s3cret\n", " s3cret", "s3cret ", "s3\r\ncret", "s3cret€", "s3\x00cret", "s3cret\x7f"])
def test_a_key_that_no_header_can_carry_is_told(location: str, key: str) -> None:
    assert faults_of(api_key=key, api_key_location=location) == [
        "`api_key` has characters that no HTTP header can carry; check it for line breaks and spaces at its ends"
    ]


@pytest.mark.parametrize("location", ["header", "bearer"])
@pytest.mark.parametrize("key", ["s3cret", "a b\tc", "schlüssel", "&=+%#/\"'\\"])
def test_a_key_that_a_header_can_carry_is_sound(location: str, key: str) -> None:
    assert faults_of(api_key=key, api_key_location=location) == []


def test_a_query_carries_any_key() -> None:
    assert faults_of(api_key=" &=+%#/ü€\n\"'\\") == []


@pytest.mark.parametrize("name", ["X Key", "X-Key:", "Schlüssel", "X-Key\n", "(key)"])
def test_a_name_that_is_none_of_a_header_is_told(name: str) -> None:
    fault = "`api_key_name` must be the name of an HTTP header, such as `X-Api-Key`"
    assert faults_of(api_key_name=name, api_key_location="header") == [fault]
    assert (
        faults_of(api_key_name=name, api_key_location="query")
        == faults_of(api_key_name=name, api_key_location="bearer")
        == []
    )


@pytest.mark.parametrize("agent", ["tap\r\nX: y", " tap", "täp€"])
def test_a_user_agent_that_no_header_can_carry_is_told(agent: str) -> None:
    assert faults_of(user_agent=agent) == ["`user_agent` has characters that an HTTP header cannot carry"]


@pytest.mark.parametrize(
    "headers", [{"X Key": "a"}, {"X-Key:": "a"}, {"": "a"}, {"X-Key": "a\nb"}, {"X-Key": " a"}, {"A:": "€", "B:": "€"}]
)
def test_headers_that_cannot_be_sent_are_told_once(headers: dict[str, str]) -> None:
    assert faults_of(headers=headers) == [
        "`headers` has a name or value with characters that an HTTP header cannot carry"
    ]


@pytest.mark.parametrize("name", ["api_key", "client_secret", "limit_param", "data_selector"])
def test_text_that_cannot_be_encoded_is_told(name: str) -> None:
    credentials = CLIENT if name == "client_secret" else {}
    assert faults_of(**credentials | {name: "ab\udcffcd"}) == [
        f"`{name}` must be text in UTF-8; check how it is encoded"
    ]


# Secrets


@pytest.mark.parametrize(
    "given",
    [
        {"headers": {"Authorization: Bearer s3cret": 5}},
        {"headers": '{"Authorization": "s3cret"'},
        {"headers": ["s3cret"]},
        {"headers": {"X-Key": ["s3cret"]}},
        {"headers": {"X-Key": "s3cret\n", "s3cret s3cret": "x"}},
        {"client_secret": ["s3cret"]},
        {"client_secret": {"s3cret": "s3cret"}, "client_id": ["s3cret"]},
        {"api_key": "s3cret\n", "api_key_location": "header"},
        {"api_key": "s3cret\ud800"},
        {"api_url": "https://api.example.com?api_key=s3cret"},
        {"api_url": "https://s3cret:s3cret@api.example.com"},
        {"api_url": "s3cret"},
        {"api_url": "http://[s3cret"},
        {"token_url": "https://x.example?s3cret"},
        {"api_key_location": "s3cret"},
        {"page_size": "s3cret"},
        {"start_date": "s3cret"},
    ],
)
def test_no_fault_shows_a_value(given: dict[str, Any]) -> None:
    messages = faults_of(**given)
    assert messages
    assert "s3cret" not in "".join(messages)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals(allow_nan=False) | st.text(),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
    max_leaves=5,
)
odd_texts = st.sampled_from(
    ["", "http://[", "https://x/?", "nan", "1e999", "[" * 9999, "{}", "none", "limit", "\ud800"]
)
names = st.sampled_from(sorted(SCHEMA["properties"]))


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(names, json_values | odd_texts, max_size=6))
def test_any_json_is_sound_or_told_and_never_breaks(given: dict[str, Any]) -> None:
    messages = faults(normalize(given, SCHEMA), SCHEMA, AUTHENTICATORS)
    assert all(isinstance(message, str) and message.startswith(("`", "credentials")) for message in messages)


@settings(deadline=None)
@given(st.dictionaries(st.text(), json_values, max_size=3))
@example({"": True, "0": ""})
def test_any_names_are_told_as_unknown(given: dict[str, Any]) -> None:
    unknown = {name for name, value in given.items() if value is not None and value != ""} - SCHEMA["properties"].keys()
    messages = faults(normalize(LEAST | given, SCHEMA), SCHEMA, AUTHENTICATORS)
    assert sum("is not a setting" in message for message in messages) == len(unknown)


@settings(deadline=None)
@given(
    secret=st.text("0123456789abcdefXYZ\n :€\\", min_size=12, max_size=20),
    names=st.lists(st.sampled_from(["api_key", "client_secret", "headers"]), min_size=1),
    wrap=st.sampled_from([str, json.dumps, lambda text: [text], lambda text: {text: text}, lambda text: {text: [5]}]),
    location=st.sampled_from(["query", "header", "bearer", "none", "elsewhere"]),
)
def test_no_fault_shows_a_secret(secret: str, names: list[str], wrap: Any, location: str) -> None:  # noqa: ANN401
    given = {name: wrap(secret) for name in names} | {"api_key_location": location}
    assert secret not in "".join(faults_of(**given))


def test_the_settings_as_given_are_left_alone() -> None:
    given = LEAST | {"page_size": "5", "headers": {"X": "y"}, "start_date": "2024-01-31"}
    before = copy.deepcopy(given)
    schema = copy.deepcopy(SCHEMA)
    faults(normalize(given, SCHEMA), SCHEMA, AUTHENTICATORS)
    assert (given, schema) == (before, SCHEMA)


# The environment


def test_settings_come_from_the_environment_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SCHEMA["properties"]:
        monkeypatch.delenv(f"TAP_ANALYTICS_{name.upper()}", raising=False)
    monkeypatch.setenv("TAP_ANALYTICS_PAGE_SIZE", "250")
    monkeypatch.setenv("TAP_ANALYTICS_API_KEY", "")
    monkeypatch.setenv("TAP_ANALYTICS_UNHEARD_OF", "x")
    monkeypatch.setenv("OTHER_API_URL", "x")
    assert from_environment(SCHEMA, "TAP_ANALYTICS_") == {"page_size": "250", "api_key": ""}
