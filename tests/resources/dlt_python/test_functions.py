"""Functions of the file are gone through with the arguments of their calls."""

from __future__ import annotations

from typing import Any

from tests.resources.dlt_python.readings import content, read, sentences


def test_the_function_of_a_source_is_read_with_its_defaults_and_secrets() -> None:
    made = content("""
        @dlt.source
        def crm(api_key=dlt.secrets.value, region: str = dlt.config.value, version=2, *, names=("calls",)):
            yield from rest_api_resources({
                "client": {"base_url": f"https://api.example.com/v{version}", "auth": {"token": api_key}},
                "resource_defaults": {"endpoint": {"params": {"region": region}}},
                "resources": list(names),
            })
    """)
    assert made == {
        "client": {"base_url": "https://api.example.com/v2", "auth": {"token": "$API_KEY"}},
        "resource_defaults": {"endpoint": {"params": {"region": "$REGION"}}},
        "resources": ["calls"],
    }


def test_arguments_of_a_call_in_the_file_win_over_defaults() -> None:
    made = content("""
        def crm(name, base="https://api.example.com"):
            return rest_api_source({"client": {"base_url": base}, "resources": [name]})
        pipeline.run(crm("calls", base="https://eu.example.com"))
    """)
    assert made == {"client": {"base_url": "https://eu.example.com"}, "resources": ["calls"]}


def test_a_part_of_a_source_that_cannot_be_told_is_told() -> None:
    made = read("""
        @dlt.source
        def shop():
            yield from rest_api_resources({"client": {"base_url": "u"}, "resources": ["calls"]})
            yield somewhere()
    """)
    assert sentences(made, losing=True) == [
        "a part of what `shop` gives needs `somewhere`, which the file does not define; it is left out"
    ]


def test_a_default_in_a_loop_is_that_of_its_round() -> None:
    made = read("""
        import json
        LIMIT = 3
        def helper(row):
            return row
        entries = []
        for city in ["Oslo", "Rome"]:
            size = len(city)
            def add(row, city=city, size=size, *, most=LIMIT, then=helper):
                return then({**row, "city": city, "size": size, "most": most})
            steps = [{"map": add}, {"filter": lambda row, name=city: row["city"] == name and json}]
            entries.append({"name": city, "processing_steps": steps})
        rest_api_source({"client": {"base_url": "u"}, "resources": entries})
    """)
    names: dict[str, Any] = {}
    exec(made.steps, names)  # noqa: S102 - the code that was written is what is tested
    first, second = ([each.popitem()[1] for each in entry["processing_steps"]] for entry in made.content["resources"])
    rows = []
    for add, keep in (first, second):
        row = names[add.removeprefix("steps.py:")]({})
        assert names[keep.removeprefix("steps.py:")](row)
        rows.append(row)
    assert rows == [{"city": "Oslo", "size": 4, "most": 3}, {"city": "Rome", "size": 4, "most": 3}]
    assert not sentences(made)
