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


def test_a_loop_with_a_condition_is_followed_as_long_as_that_is_known() -> None:
    made = content("""
        from datetime import date, timedelta

        def months(start, end):
            while start < end:
                after = (start + timedelta(days=32)).replace(day=1)
                if after.month == 5:
                    break
                yield start, min(after, end)
                start = after

        first, *rest = [f"{a:%m}:{b}" for a, b in months(date(2025, 1, 15), date(2025, 3, 10))]
        *_, spring = months(date(2025, 3, 1), date(2025, 9, 1))
        rest_api_source({"client": {"base_url": "u"}, "resources": [first, *rest, f"{spring[1]}"]})
    """)
    assert made["resources"] == ["01:2025-02-01", "02:2025-03-01", "03:2025-03-10", "2025-04-01"]


def test_a_loop_that_waits_for_an_answer_is_passed_over() -> None:
    made = read("""
        import requests
        paths, page = ["calls"], 1
        while True:
            if not requests.get("u").json():
                break
        while page < 3:
            requests.get("u")
        rest_api_source({"client": {"base_url": "u"}, "resources": paths})
    """)
    assert made.content["resources"] == ["calls"]
    assert not made.remarks


def test_what_hangs_on_a_condition_that_is_not_known_is_told() -> None:
    made = read("""
        config = {"client": {"base_url": "u"}, "resources": ["calls"]}
        if unknown():
            config["client"]["headers"] = {}
        rest_api_source(config)
    """)
    assert [(remark.line, remark.loses) for remark in made.remarks] == [(7, True)]
    assert "headers" not in made.content["client"]
