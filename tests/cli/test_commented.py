"""YAML with comments above its keys."""

from __future__ import annotations

import yaml

from tap_analytics.cli.commented import text_of

DOCUMENT = {
    "client": {"base_url": "https://api.example.com"},
    "resources": [
        {"name": "things", "endpoint": {"path": "a", "params": {}}, "columns": {"id": {"data_type": "text"}}}
    ],
}
TEXT = """\
# All of it.
client:
  base_url: https://api.example.com
resources:
# The first one.
- name: things
  endpoint:
    # Two lines,
    # one key.
    path: a
    params: {}
  columns:
    id: {data_type: text}
"""


def test_comments_stand_above_what_they_are_about() -> None:
    comments = {
        (): ["All of it."],
        ("resources", 0): ["The first one."],
        ("resources", 0, "endpoint", "path"): ["Two lines,", "one key."],
    }
    text = text_of(DOCUMENT, comments)
    assert text == TEXT
    assert yaml.safe_load(text) == DOCUMENT


def test_a_comment_on_the_first_key_of_an_item_stands_above_the_item() -> None:
    text = text_of(DOCUMENT, {("resources", 0, "name"): ["Its name."]})
    assert "# Its name.\n- name: things\n" in text
    assert yaml.safe_load(text) == DOCUMENT
