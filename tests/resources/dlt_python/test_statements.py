"""Statements are followed one after another, as far as their conditions are known."""

from __future__ import annotations

from tests.resources.dlt_python.readings import content, read


def test_lists_that_grow_and_objects_that_change_are_followed() -> None:
    made = content("""
        config = {"client": {"base_url": "https://api.example.com"}, "resources": []}
        for name in ("calls", "agents"):
            if name == "agents":
                config["resources"].append(name)
                continue
            config["resources"] += [{"name": name}]
        config["client"]["headers"] = {"X-A": "1"}
        config["client"]["headers"].update({"X-B": "2"})
        rest_api_source(config)
    """)
    assert made["client"]["headers"] == {"X-A": "1", "X-B": "2"}
    assert made["resources"] == [{"name": "calls"}, "agents"]


def test_what_hangs_on_a_condition_that_is_not_known_is_told() -> None:
    made = read("""
        config = {"client": {"base_url": "u"}, "resources": ["calls"]}
        if unknown():
            config["client"]["headers"] = {}
        rest_api_source(config)
    """)
    assert [(remark.line, remark.loses) for remark in made.remarks] == [(7, True)]
    assert "headers" not in made.content["client"]
