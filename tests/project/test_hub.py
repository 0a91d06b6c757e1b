"""The definitions for Meltano and its Hub agree with what the tap says about itself, in their words."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jsonschema import Draft7Validator

from scripts.plugin import GROUPS, LOADER, PLUGIN, PROJECT, ROOT, loader, render
from scripts.reference import about
from tap_analytics import settings
from tap_analytics.config import validation
from tap_analytics.http.auth.authenticators import AUTHENTICATORS
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXT = {"type": "string"}
SWITCH = {"type": "boolean"}
ANY: dict[str, Any] = {}


def object_of(required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def list_of(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1}


# What Meltano Hub accepts. Labels and descriptions it does not ask for: a page without them is of no use.
KINDS = ["oauth", "date_iso8601", "file", "email", "integer", "options", "object", "array", "boolean", "string"]
CAPABILITIES = """properties catalog discover state about stream-maps schema-flattening activate-version batch test
    log-based structured-logging"""
SETTING = object_of(
    ["name", "label", "kind", "description"],
    name={"type": "string", "pattern": "^[a-z][a-z_]*$"},
    label=TEXT,
    kind={"enum": KINDS},
    description=TEXT,
    placeholder=TEXT,
    sensitive={"const": True},
    options=list_of(object_of(["label", "value"], label=TEXT, value=TEXT)),
    value=ANY,
    aliases=list_of(TEXT),
    docs=TEXT,
    documentation=TEXT,
    env=TEXT,
    hidden=SWITCH,
    oauth=ANY,
    tooltip=TEXT,
    value_processor=TEXT,
    value_post_processor=TEXT,
)
HUB = object_of(
    ["name", "namespace", "variant", "quality", "label", "description", "pip_url", "capabilities", "settings"],
    name={"const": "tap-analytics"},
    namespace={"const": "tap_analytics"},
    variant={"type": "string", "pattern": "^[a-z0-9-]+$"},
    quality={"enum": ["gold", "silver", "bronze", "unknown"]},
    maintenance_status={"enum": ["active", "beta", "development", "inactive", "unknown"]},
    label=TEXT,
    description=TEXT,
    pip_url=TEXT,
    executable=TEXT,
    capabilities=list_of({"enum": CAPABILITIES.split()}),
    settings=list_of(SETTING),
    settings_group_validation=list_of(list_of(TEXT)),
    commands={
        "type": "object",
        "additionalProperties": object_of(["args", "description"], args=TEXT, description=TEXT),
    },
    keywords=list_of(TEXT),
    supported_python_versions=list_of({"type": "string", "pattern": r"^3\.\d+$"}),
    **dict.fromkeys(["docs", "repo", "logo_url", "domain_url", "python", "definition", "prereq"], TEXT),
    **dict.fromkeys(["next_steps", "settings_preamble", "usage"], TEXT),
    **dict.fromkeys(["hidden", "metadata", "schema", "select", "requires", "log_parser"], ANY),
)
# Meltano cannot hand on a `decimal` from the environment; the tap takes numbers as text.
MELTANO_KINDS = {"number": "string"}

DEFINITION: dict[str, Any] = yaml.safe_load(PLUGIN.read_text())
SETTINGS: dict[str, Any] = about()["settings"]["properties"]


def entry() -> dict[str, Any]:
    (found,) = yaml.safe_load(PROJECT.read_text())["plugins"]["extractors"]
    return dict(found)


def kind(setting: dict[str, Any]) -> str:
    if "enum" in setting:
        return "options"
    name = setting["type"][0]
    return "date_iso8601" if setting.get("format") == "date-time" else MELTANO_KINDS.get(name, name)


def refuses(change: dict[str, Any]) -> bool:
    return not Draft7Validator(HUB).is_valid(DEFINITION | change)


@pytest.mark.parametrize("path", render())
def test_a_file_for_meltano_is_as_the_tap_says(path: str) -> None:
    assert (ROOT / path).read_text() == render()[path], "run: make docs"


def test_the_hub_accepts_the_definition() -> None:
    assert [error.message for error in Draft7Validator(HUB).iter_errors(DEFINITION)] == []


def test_the_hub_would_refuse_what_is_wrong() -> None:
    wrong = {"name": "x", "label": "X", "kind": "number", "description": "A number."}
    assert refuses({"settings": [wrong]})
    assert refuses({"capabilities": ["sync"]})
    assert refuses({"homepage": "https://example.com"})
    assert not refuses({"settings": [wrong | {"kind": "integer"}]})


def test_keys_stand_in_the_order_of_the_alphabet_as_the_hub_wants_them() -> None:
    assert [mapping for mapping in mappings(DEFINITION) if list(mapping) != sorted(mapping)] == []


def mappings(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - YAML
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from mappings(part)


def test_every_setting_is_there_as_the_tap_describes_it() -> None:
    described = {
        name: {
            "label": setting["title"],
            "description": setting["description"],
            "kind": kind(setting),
            "sensitive": setting.get("secret", False),
            "options": setting.get("enum", []),
        }
        for name, setting in SETTINGS.items()
    }
    told = {
        setting["name"]: {
            "sensitive": setting.get("sensitive", False),
            "options": [option["value"] for option in setting.get("options", [])],
            **{key: setting[key] for key in ("label", "description", "kind")},
        }
        for setting in DEFINITION["settings"]
    }
    assert told == described


def test_words_that_yaml_may_take_for_something_else_are_quoted() -> None:
    for path in (PLUGIN, PROJECT):
        lines = [line.strip(" -") for line in path.read_text().splitlines()]
        assert {"value: 'none'", "value: 'off'", "label: 'Off'"} <= set(lines)
    assert all(
        isinstance(option["value"], str) for each in DEFINITION["settings"] for option in each.get("options", ())
    )


def test_no_setting_has_a_value_and_no_secret_a_placeholder() -> None:
    assert [setting["name"] for setting in DEFINITION["settings"] if "value" in setting] == []
    secrets = [setting for setting in DEFINITION["settings"] if setting.get("sensitive")]
    assert [setting["name"] for setting in secrets] == [
        name for name, each in settings.SETTINGS["properties"].items() if each.get("secret")
    ]
    assert [setting["name"] for setting in secrets if "placeholder" in setting] == []


def test_every_placeholder_is_a_value_that_the_tap_takes() -> None:
    # Those of texts, numbers and JSON alike: this is how they come from a form or from the environment.
    shown = {setting["name"]: setting["placeholder"] for setting in DEFINITION["settings"] if "placeholder" in setting}
    assert {"api_url", "page_size", "resources", "start_date"} <= shown.keys()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signed = shown | {"client_id": "tap", "private_key": key.decode()}
    assert faults(signed) == []
    with_key = {name: value for name, value in shown.items() if name not in OF_TOKENS}
    assert faults(with_key | {"api_key": "key"}) == []
    assert faults(signed | {"page_size": "many"}) != []


OF_TOKENS = {"token_url", "scope", "jwt_claims", "jwt_headers"}


def faults(settings: dict[str, Any]) -> list[str]:
    schema = TapAnalytics.settings_schema()
    return validation.faults(validation.normalize(settings, schema), schema, AUTHENTICATORS)


@cache
def account() -> str:
    """Return the JSON of a service account with a key of its own."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return json.dumps({"private_key": pem.decode(), "client_email": "robot@example.com"})


@pytest.mark.parametrize("group", GROUPS, ids=", ".join)
def test_a_group_of_settings_is_enough_and_none_of_it_is_too_much(group: list[str], tmp_path: Path) -> None:
    example = {
        "api_url": "https://api.example.com",
        "api_key_location": "none",
        "login": {"path": "/login", "token_path": "token"},
        "private_key": account(),
        "private_key_file": str(tmp_path / "account.json"),
    }
    (tmp_path / "account.json").write_text(account())
    settings = {name: example.get(name, "text") for name in group}
    assert faults(settings) == []
    for name in group:
        assert faults({other: value for other, value in settings.items() if other != name}) != []


def test_the_definition_is_the_entry_of_meltano_yml_installed_from_pypi() -> None:
    described = {key: value for key, value in entry().items() if key != "config"}
    assert {key: DEFINITION[key] for key in described} == described | {"pip_url": "tap-analytics"}


def test_the_loader_of_the_example_is_that_of_meltano_yml_with_its_configuration() -> None:
    loaders = yaml.safe_load(PROJECT.read_text())["plugins"]["loaders"]
    (given,) = (each for each in loaders if each["name"] == "target-postgres")
    definition = yaml.safe_load(LOADER.read_text())
    assert definition == loader()
    values = {each["name"]: each["value"] for each in definition["settings"] if "value" in each}
    # COPY is exact together with a setting of the tap, which a definition of the loader cannot make.
    assert values == given["config"] | {"use_copy": False}
    assert (given["config"]["use_copy"], entry()["config"]) == (True, {"numbers": "double"})
    assert {"name", "namespace", "pip_url", "executable", "variant"} <= definition.keys()


def test_what_the_page_on_meltano_links_to_is_there() -> None:
    page = ROOT / "docs" / "meltano.md"
    links = re.findall(r"\]\(([^)#]+)", page.read_text())
    assert len(links) > 3
    assert [link for link in links if not (page.parent / link).exists()] == []
