"""A configuration as JSON or YAML is read as words with their lines; its variables stay variables."""

from __future__ import annotations

import json

from tap_analytics.resources.dlt_python import written
from tap_analytics.resources.dlt_python.configuration import configuration

TEXT = """\
client:
  base_url: https://x
  auth: {type: basic, username: $NAME, password: a$$b}
resources:
  - name: things
    incremental: {cursor_field: at, initial_value: 2024-01-01}
"""


def test_words_are_mended_with_their_lines() -> None:
    made = configuration(written.read(TEXT), 1, TEXT)
    assert made.content == {
        "client": {
            "base_url": "https://x",
            "auth": {"type": "http_basic", "username": "$NAME", "password": "a$b"},
        },
        "resources": [
            {"name": "things", "endpoint": {"incremental": {"cursor_path": "at", "initial_value": "2024-01-01"}}}
        ],
    }
    assert [remark.line for remark in made.remarks] == [3, 3, 6, 6]
    assert made.variables == ["NAME"]


def test_defaults_of_variables_and_moments_stay() -> None:
    words = {"params": {"zone": "${ZONE:-eu}", "from": "${today-7d|%Y-%m-%d}", "key": "$KEY"}}
    text = json.dumps({"client": {"base_url": "https://x"}, "resources": [{"name": "a", "endpoint": words}]})
    made = configuration(written.read(text), 1, text)
    assert (made.content, made.variables) == (json.loads(text), ["KEY"])


def test_json_is_read_too() -> None:
    text = json.dumps({"client": {"base_url": "https://x"}, "resources": ["a", {"name": "b", "selected": False}]})
    assert configuration(written.read(text), 1, text).content == json.loads(text)


def test_what_is_no_configuration_is_told() -> None:
    (remark,) = written.read("a: [").remarks
    assert remark.sentence == "is not YAML or JSON that can be read; mend it"
    assert remark.loses
    assert not written.read("[1]").configurations
    assert not written.read("").configurations


def test_a_project_has_a_configuration_for_each_of_its_sources() -> None:
    text = """\
sources:
  shop:
    type: rest_api
    client: {base_url: https://x}
    resources: [things]
  base: {type: sql_database}
  crm:
    type: rest_api
    client: {base_url: https://y}
    resources: [calls]
destinations:
  store: {type: duckdb}
"""
    found = written.read(text)
    assert [configuration(found, line, text).content for line in found.configurations] == [
        {"client": {"base_url": "https://x"}, "resources": ["things"]},
        {"client": {"base_url": "https://y"}, "resources": ["calls"]},
    ]
