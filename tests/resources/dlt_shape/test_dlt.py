from __future__ import annotations

import base64
import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.config import validation
from tap_analytics.configuration import Configuration
from tap_analytics.http.auth.authenticators import AUTHENTICATORS
from tap_analytics.resources.declaration.declarations import read
from tap_analytics.resources.dlt_shape.dlt import load, translate
from tap_analytics.settings import SETTINGS
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://api.example.com"
ENVIRONMENT = {"KEY": "s3cret", "EMPTY": ""}
OFFSET = {"type": "offset", "limit": 100}
SEED = {
    "name": "resource_name",
    "endpoint": {"path": "/v1/resource", "data_selector": "data", "paginator": OFFSET},
}
DEFAULTS = {"primary_key": "id", "write_disposition": "merge"}


def translation_of(
    config: dict[str, Any], environment: dict[str, str] | None = None
) -> tuple[dict[str, Any], list[str]]:
    """Return the settings, and a sentence for each fault."""
    translation = translate(config, environment)
    return translation.settings, translation.faults


def client(**words: Any) -> dict[str, Any]:  # noqa: ANN401 - a key may have any value
    return {"client": {"base_url": URL} | words}


def flat(**words: Any) -> dict[str, Any]:  # noqa: ANN401
    config, faults = translation_of(client(**words), ENVIRONMENT)
    assert faults == []
    return {name: value for name, value in config.items() if name not in {"resources", "resource_defaults"}}


def faults_of(config: dict[str, Any]) -> list[str]:
    return translation_of(config, ENVIRONMENT)[1]


def settings_faults(config: dict[str, Any]) -> list[str]:
    schema = copy.deepcopy(SETTINGS)
    Tap.append_builtin_config(schema)
    known = {name: value for name, value in config.items() if name in schema["properties"]}
    return validation.faults(validation.normalize(known, schema), schema, AUTHENTICATORS)


# Seeds


def test_a_seed_with_a_key_in_the_query_is_translated() -> None:
    auth = {"type": "api_key", "name": "api_key", "api_key": "$KEY", "location": "query"}
    config, faults = translation_of(
        client(auth=auth) | {"resource_defaults": DEFAULTS, "resources": [SEED]}, ENVIRONMENT
    )
    assert faults == settings_faults(config) == []
    assert config == {
        "api_url": URL,
        "api_key": "s3cret",
        "api_key_name": "api_key",
        "api_key_location": "query",
        "resource_defaults": DEFAULTS,
        "resources": [SEED],
    }
    (resource,), faults = read(config["resources"], config["resource_defaults"])
    assert faults == []
    assert (resource.name, resource.path, resource.key_properties) == ("resource_name", "/v1/resource", ("id",))


def test_the_seed_with_oauth2_is_translated() -> None:
    auth = {"type": "oauth2", "client_id": "${KEY}", "client_secret": "$KEY", "token_url": f"{URL}/oauth/token"}
    config = flat(auth=auth)
    assert settings_faults(config) == []
    assert config == {
        "api_url": URL,
        "client_id": "s3cret",
        "client_secret": "s3cret",
        "token_url": f"{URL}/oauth/token",
    }


def test_a_configuration_without_a_client_stays_as_it_is() -> None:
    config = {"api_url": URL, "api_key": "$KEY", "resources": ["invoices"]}
    configuration = Configuration.of(config, TapAnalytics.settings_schema())
    assert configuration.settings.items() >= config.items()


def test_the_configuration_as_given_is_left_alone() -> None:
    given = client(auth={"token": "$KEY"}, headers={"X": "$KEY"}, paginator="cursor") | {"resources": ["a", SEED]}
    before = copy.deepcopy(given)
    translation_of(given, ENVIRONMENT)
    assert given == before


# Authentication


@pytest.mark.parametrize("auth", [{"token": "$KEY"}, {"type": "bearer", "token": "$KEY"}])
def test_a_token_is_a_bearer_token(auth: dict[str, str]) -> None:
    config = flat(auth=auth)
    assert config == {"api_url": URL, "api_key": "s3cret", "api_key_location": "bearer"}
    assert settings_faults(config) == []


def test_basic_authentication_is_a_user_and_a_password() -> None:
    config = flat(auth={"type": "http_basic", "username": "Aladdin", "password": "open sesame"}, headers={"X": "y"})
    assert config == {
        "api_url": URL,
        "headers": {"X": "y"},
        "username": "Aladdin",
        "password": "open sesame",
    }
    assert settings_faults(config) == []


def test_secrets_may_be_settings_of_their_own() -> None:
    config, faults = translation_of(client(auth="bearer") | {"api_key": "k"}, ENVIRONMENT)
    assert faults == settings_faults(config) == []
    assert (config["api_key"], config["api_key_location"]) == ("k", "bearer")


def test_no_authentication_wants_no_key() -> None:
    assert flat() == {"api_url": URL, "api_key_location": "none"}
    assert "api_key_location" not in translation_of(client() | {"api_key": "k"}, ENVIRONMENT)[0]


# The environment


def test_headers_come_from_the_environment_where_they_are_variables() -> None:
    assert flat(headers={"X-Key": "${KEY}", "X-Other": "a $KEY", "X-Price": "$5"})["headers"] == {
        "X-Key": "s3cret",
        "X-Other": "a s3cret",
        "X-Price": "$5",
    }


def test_headers_of_resources_come_from_the_environment() -> None:
    endpoint = {"headers": {"X-Key": "$KEY"}}
    given = client() | {"resource_defaults": {"endpoint": endpoint}, "resources": [{"name": "a", "endpoint": endpoint}]}
    config, faults = translation_of(given, ENVIRONMENT)
    assert faults == []
    assert config["resource_defaults"]["endpoint"]["headers"] == {"X-Key": "s3cret"}
    assert config["resources"][0]["endpoint"] == {"path": "a", "headers": {"X-Key": "s3cret"}}


def test_a_variable_may_stand_in_any_text() -> None:
    endpoint = {
        "path": "/a/$KEY",
        "params": {"x": ["$KEY"]},
        "json": {"y": {"z": "<${KEY}>"}},
        "auth": {"token": "$KEY"},
    }
    config, faults = translation_of(client() | {"resources": [{"name": "a", "endpoint": endpoint}]}, ENVIRONMENT)
    assert faults == []
    assert config["resources"][0]["endpoint"] == {
        "path": "/a/s3cret",
        "params": {"x": ["s3cret"]},
        "json": {"y": {"z": "<s3cret>"}},
        "auth": {"token": "s3cret"},
    }


@pytest.mark.parametrize("endpoint", ["$KEY/x", {"path": "$KEY/x"}])
def test_a_path_may_have_a_variable_also_in_its_short_form(endpoint: object) -> None:
    config, _ = translation_of(client() | {"resources": [{"name": "a", "endpoint": endpoint}]}, ENVIRONMENT)
    assert config["resources"][0]["endpoint"] == {"path": "s3cret/x"}


def test_variables_come_from_the_process_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYTICS_API_KEY", "from outside")
    config, faults = translation_of(client(auth={"token": "$ANALYTICS_API_KEY"}))
    assert (config["api_key"], faults) == ("from outside", [])


@pytest.mark.parametrize("name", ["ABSENT", "EMPTY"])
@pytest.mark.parametrize(
    ("words", "place"),
    [
        ({"auth": {"token": "$%s"}}, "client.auth"),
        ({"auth": {"type": "http_basic", "username": "${%s}", "password": "p"}}, "client.auth"),
        ({"headers": {"X-Key": "$%s"}}, "client.headers"),
    ],
)
def test_a_variable_that_is_not_set_is_told(words: dict[str, Any], place: str, name: str) -> None:
    given = client(**json.loads(json.dumps(words).replace("%s", name)))
    assert faults_of(given) == [
        f"`{place}` needs the environment variable `{name}`, which is not set (`$$` is a plain dollar)"
    ]


# Paginator and resources


def test_the_paginator_of_the_client_lies_under_that_of_the_defaults() -> None:
    config, _ = translation_of(client(paginator="json_link") | {"resources": ["a"]}, ENVIRONMENT)
    assert config["resource_defaults"] == {"endpoint": {"paginator": {"type": "json_link"}}}
    given = client(paginator="json_link") | {"resource_defaults": {"endpoint": {"paginator": OFFSET}}}
    assert translation_of(given, ENVIRONMENT)[0]["resource_defaults"] == {"endpoint": {"paginator": OFFSET}}
    given = client(paginator="json_link") | {"resource_defaults": {"endpoint": "v1"}}
    assert translation_of(given, ENVIRONMENT)[0]["resource_defaults"]["endpoint"]["path"] == "v1"


@pytest.mark.parametrize("entry", ["contacts", {"name": "contacts"}, {"name": "contacts", "endpoint": {"path": None}}])
def test_the_path_is_the_name_unless_it_is_said(entry: object) -> None:
    config, faults = translation_of(client() | {"resources": [entry]}, ENVIRONMENT)
    assert faults == []
    assert config["resources"] == [{"name": "contacts", "endpoint": {"path": "contacts"}}]


def test_other_settings_stay() -> None:
    config, faults = translation_of(client() | {"page_size": 50, "stream_maps": {}}, ENVIRONMENT)
    assert faults == []
    assert config.items() >= {"page_size": 50, "stream_maps": {}}.items()


@pytest.mark.parametrize("entries", [{"a": 1}, [5, {"endpoint": "x"}, {"name": "a", "endpoint": 5}], None])
def test_resources_that_are_none_are_left_for_others_to_tell(entries: object) -> None:
    assert translation_of(client() | {"resources": entries}, ENVIRONMENT)[0]["resources"] == entries


# Refusals


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"base_url": None}, "`client.base_url` is missing"),
        ({"base_url": 5}, "`client.base_url` must be text that is not empty"),
        ({"session": "s3cret"}, '`client.session` must be an object, such as `{"timeout": 60}`'),
        ({"session": {"verify": False}}, "`client.session.verify` is not known; the keys are `raise_for_status`"),
        ({"headers": {"X": 5}}, "`client.headers` must be an object whose values are text"),
        ({"auth": 5}, "`client.auth` must be an object with its `type`, or the name of a type"),
        ({"auth": "bearr"}, "`client.auth.type` must be one of `api_key`, `bearer`, `http_basic`"),
        ({"auth": {"type": ["bearer"]}}, "`client.auth.type` must be one of"),
        ({"auth": {"type": "api_key", "location": "body"}}, "`client.auth.location` must be one of `header`, `query`"),
        ({"auth": {"type": "api_key", "key": "s3cret"}}, "`client.auth.key` is not known; did you mean `api_key`?"),
        ({"auth": {"type": "api_key", "api_key": ["s3cret"]}}, "`client.auth.api_key` must be text that is not empty"),
        ({"auth": {"type": "http_basic", "username": "u"}}, "`client.auth.password` is missing"),
        ({"auth": {"type": "oauth2", "access_token": "s3cret"}}, "`client.auth.access_token` is not supported: set"),
        (
            {"auth": {"type": "oauth2", "access_token_request_data": "s3cret"}},
            "`client.auth.access_token_request_data` must be an object",
        ),
        (
            {"auth": {"type": "oauth2", "grant_type": "s3cret"}},
            "`client.auth.grant_type` must be one of `client_credentials`, `refresh_token`",
        ),
        (
            {"auth": {"type": "oauth2", "token_url": "s3cret", "access_token_url": "s3cret"}},
            "`client.auth.access_token_url` and `client.auth.token_url` are both set; remove one of them",
        ),
        (
            {"auth": {"type": "http_basic", "username": "u", "password": "p"}, "headers": {"authorization": "s3cret"}},
            "`client.headers` sets `Authorization`, and `client.auth` sets it too; remove one of them",
        ),
        ({"paginator": "ofset"}, "`client.paginator.type` must be one of `auto`, `cursor`, `"),
        ({"paginator": {"type": "offset", "limt": 5}}, "`client.paginator.limt` is not known; did you mean `limit`?"),
        ({"paginator": 5}, "`client.paginator` must be the name of a paginator"),
    ],
)
def test_what_is_wrong_with_a_client_is_told_without_a_value(words: dict[str, Any], fault: str) -> None:
    message, *advice = faults_of(client(**words))
    assert message.startswith(fault)
    assert "s3cret" not in message
    assert all(each.startswith("dlt does not have ") for each in advice)


@pytest.mark.parametrize("given", [5, "https://s3cret", ["s3cret"], None])
def test_a_client_that_is_no_object_is_told(given: object) -> None:
    assert faults_of({"client": given}) == ["`client` must be an object"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ({}, "api_url"),
        ({"auth": {"token": "t"}}, "api_key"),
        ({"auth": {"type": "api_key"}}, "api_key_name"),
        ({"auth": {"type": "api_key"}}, "api_key_location"),
        ({"auth": {"type": "oauth2", "client_id": "c"}}, "client_id"),
        ({"auth": {"type": "oauth2", "client_secret": "c"}}, "client_secret"),
        ({"auth": {"type": "oauth2", "token_url": "c"}}, "token_url"),
        ({"auth": {"type": "oauth2", "access_token_request_data": {"scope": "a"}}}, "scope"),
        ({"headers": {"X": "y"}}, "headers"),
    ],
)
def test_what_is_set_in_both_ways_is_told(words: dict[str, Any], name: str) -> None:
    value = {"X": "s3cret"} if name == "headers" else "s3cret"
    assert faults_of(client(**words) | {name: value}) == [
        f"`{name}` is set, and `client` says it too; remove one of them"
    ]


# Files


@pytest.mark.parametrize("name", ["config.json", "config", "config.txt"])
def test_json_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('\ufeff{"client": {"base_url": "https://x"}}', encoding="utf-8")
    assert load(tmp_path / name) == {"client": {"base_url": "https://x"}}


# A few lines of YAML that stand for a milliard values.
LAUGHS = b"a0: &a0 [s3cret]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 11)
)
MERGED_LAUGHS = b"a0: &a0 {x: s3cret}\n" + b"".join(
    b"a%d: &a%d {<<: [%s]}\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 11)
)


@pytest.mark.parametrize("name", ["config.yaml", "config.yml", "config"])
def test_yaml_is_read_and_its_dates_stay_text(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("client:\n  base_url: https://x\nstart_date: 2024-01-31\nsize: 5\n", encoding="utf-8")
    assert load(str(tmp_path / name)) == {"client": {"base_url": "https://x"}, "start_date": "2024-01-31", "size": 5}


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.json", b'{"api_key": "s3cret" 1}', "is not JSON: line 1, column 22"),
        ("a.json", b"[" * 100_000, "is nested more than 100 levels deep"),
        ("a.yaml", b"[" * 100_000, "is nested more than 100 levels deep"),
        ("a.yaml", b"a: " + b"[" * 150 + b"]" * 150, "is nested more than 100 levels deep"),
        ("a.yaml", b"a: &a [*a]", "is nested more than 100 levels deep"),
        ("a.yaml", LAUGHS, "has more than 500,000 values, with those that its aliases stand for"),
        ("a.yaml", MERGED_LAUGHS, "has more than 500,000 values, with those that its aliases stand for"),
        ("a.json", b'["s3cret"]', "is not a configuration; write it as a JSON or YAML object"),
        ("a.yaml", b"api_key: *s3cret\n", "is not YAML: line 1, column 10"),
        ("a.yaml", b"api_key: !s3cret x\n", "is not YAML: line 1, column 10"),
        ("a.yaml", b"s3cret", "is not a configuration; write it as a JSON or YAML object"),
        ("a.yaml", b"", "is not a configuration; write it as a JSON or YAML object"),
        ("a.yaml", b"a: \x00s3cret", "is not YAML"),
        ("a.json", b"\xff s3cret", "is not text in UTF-8"),
    ],
)
def test_a_file_that_holds_no_configuration_is_told_in_one_line(
    tmp_path: Path, name: str, content: bytes, fault: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigValidationError) as caught:
        load(tmp_path / name)
    assert str(caught.value) == f"`{tmp_path / name}` {fault}"


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigValidationError, match="cannot be read: No such file or directory"):
        load(tmp_path / "absent.json")


# What changes nothing, and what dlt does otherwise


def remarks(config: dict[str, Any]) -> list[str]:
    translation = translate(config, ENVIRONMENT)
    assert translation.faults == []
    return translation.remarks


@pytest.mark.parametrize(
    ("config", "remark"),
    [
        (client(heders={}), "`client.heders` is not known, and changes nothing; did you mean `headers`?"),
        (
            client() | {"resources": [{"name": "a", "pk": "id"}]},
            "`resources[0].pk` is not known, and changes nothing",
        ),
        (
            client() | {"resources": [{"name": "a", "endpoint": {"pth": "/x"}}]},
            "`resources[0].endpoint.pth` is not known, and changes nothing; did you mean `path`?",
        ),
        (
            client() | {"resource_defaults": {"endpoint": {"retries": 5}}},
            "`resource_defaults.endpoint.retries` is not known, and changes nothing",
        ),
    ],
)
def test_a_key_that_dlt_does_not_have_either_is_a_warning(config: dict[str, Any], remark: str) -> None:
    translation = translate(config, ENVIRONMENT)
    assert (translation.faults, translation.remarks, translation.warnings) == ([], [], [remark])


def test_a_key_that_nobody_knows_is_refused_in_our_own_shape() -> None:
    config = {"api_url": URL, "api_key": "k", "resources": [{"name": "a", "pk": "id"}]}
    configuration = Configuration.of(config, TapAnalytics.settings_schema())
    (fault,) = configuration.faults
    assert fault.startswith("`resources[0].pk` is not known")


@pytest.mark.parametrize("key", [{}, {"primary_key": ""}, {"primary_key": None}, {"primary_key": [""]}])
def test_a_merge_without_a_key_appends(key: dict[str, Any]) -> None:
    given = client() | {"resources": [{"name": "a", "write_disposition": "merge"} | key]}
    assert translation_of(given, ENVIRONMENT)[0]["resources"][0]["write_disposition"] == "append"
    assert remarks(given) == ["`a` has no `primary_key` to merge by; its rows are appended"]
    configuration = Configuration.of(given, TapAnalytics.settings_schema())
    assert configuration.faults == []


@pytest.mark.parametrize(
    "key",
    [
        {"primary_key": "id"},
        {"columns": {"id": {"data_type": "text", "primary_key": True}}},
        {"columns": [{"name": "id", "data_type": "text", "primary_key": True}]},
    ],
)
def test_a_merge_with_a_key_stays_one(key: dict[str, Any]) -> None:
    entry = {"name": "a", "write_disposition": "merge"} | key
    assert (
        translation_of(client() | {"resources": [entry]}, ENVIRONMENT)[0]["resources"][0]["write_disposition"]
        == "merge"
    )


def test_no_total_stays_none_in_the_paginator_of_a_client() -> None:
    config, faults = translation_of(client(paginator={"type": "page_number", "total_path": None}), ENVIRONMENT)
    assert faults == []
    assert config["resource_defaults"]["endpoint"]["paginator"] == {"type": "page_number", "total_path": ""}


def test_words_about_storage_are_remarked_once() -> None:
    words = {"table_name": "t", "max_table_nesting": 1, "merge_key": "x", "nested_hints": {}, "file_format": "csv"}
    given = client() | {"resource_defaults": {"table_format": "delta"}, "resources": [{"name": "a"} | words, "b"]}
    configuration = Configuration.of(given, TapAnalytics.settings_schema())
    assert configuration.faults == []
    (remark,) = configuration.remarks
    listed = "`file_format`, `max_table_nesting`, `merge_key`, `nested_hints`, `table_format`, `table_name`"
    assert remark == f"{listed}: how records are stored is up to the target, so this changes nothing here"


def test_secrets_of_the_environment_and_of_resources_are_known_in_every_form() -> None:
    auth = {"type": "http_basic", "username": "someone", "password": "pa55word"}
    entry = {"name": "a", "endpoint": {"path": "/x", "params": {"k": "$KEY"}, "auth": auth}}
    given = client() | {"resources": [entry]}
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("KEY", "0ut5ide")
        configuration = Configuration.of(given, TapAnalytics.settings_schema())
    pair = base64.b64encode(b"someone:pa55word").decode()
    assert {"0ut5ide", "pa55word", pair, base64.b64encode(b"0ut5ide:").decode()} <= set(configuration.secrets)
