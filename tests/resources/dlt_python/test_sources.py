"""What code does to the resources of a source that it has made."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from tap_analytics.resources.dlt_python import source
from tap_analytics.resources.dlt_python.configuration import Configuration, configuration

HEAD = """
import dlt
from dlt.sources.rest_api import rest_api_resources, rest_api_source

def keep(row): return True
def change(row): return row
config = {"client": {"base_url": "u"}, "resources": ["deals", {"name": "calls", "endpoint": "v1/calls"}]}
"""


def read(code: str) -> Configuration:
    text = HEAD + dedent(code)
    found = source.read(text)
    (line,) = found.configurations
    return configuration(found, line, text)


def entries(code: str) -> dict[str, Any]:
    made = read(code)
    assert [each for each in made.remarks if each.loses] == []
    return {each if isinstance(each, str) else each["name"]: each for each in made.content["resources"]}


STEPS = [{"filter": "steps.py:keep"}, {"map": "steps.py:change"}]


@pytest.mark.parametrize(
    "code",
    [
        "s = rest_api_source(config)\ns.calls.add_filter(keep)\ns.calls.add_map(change)",
        "s = rest_api_source(config)\ns.resources['calls'].add_filter(keep).add_map(change)",
        "s = rest_api_source(config)\ns.calls.add_map(change)\ns.calls.add_filter(keep, insert_at=1)",
        "for r in rest_api_resources(config):\n    if r.name == 'calls': r.add_filter(keep).add_map(change)",
        "for n, r in rest_api_source(config).resources.items():\n  if n == 'calls': r.add_filter(keep).add_map(change)",
        """
        @dlt.source
        def crm():
            yield from rest_api_resources(config)
        crm().calls.add_filter(keep).add_map(item_map=change)
        """,
        """
        @dlt.source
        def crm():
            made = rest_api_source(config)
            for each in made.resources.values():
                yield each
        crm().resources.get("calls").add_filter(keep).add_map(change)
        """,
        """
        @dlt.source
        def crm():
            return [each for each in rest_api_resources(config)]
        s = crm()
        s.calls.add_filter(keep).add_map(change)
        """,
    ],
)
def test_steps_that_are_added_to_a_resource_are_steps_of_its_entry(code: str) -> None:
    assert entries(code) == {
        "deals": "deals",
        "calls": {"name": "calls", "endpoint": "v1/calls", "processing_steps": STEPS},
    }


def test_added_steps_come_behind_those_of_the_defaults() -> None:
    made = entries("""
        config["resource_defaults"] = {"processing_steps": [{"filter": keep}]}
        rest_api_source(config).deals.add_yield_map(change)
    """)
    assert made["deals"]["processing_steps"] == [{"filter": "steps.py:keep"}, {"yield_map": "steps.py:change"}]


def test_resources_that_are_not_chosen_are_not_selected() -> None:
    assert entries("rest_api_source(config).with_resources('deals')")["calls"]["selected"] is False
    assert entries("s = rest_api_source(config)\ns.deals.selected = False")["deals"]["selected"] is False
    assert "selected" not in entries("s = rest_api_source(config)\ns.with_resources('deals', 'calls')")["calls"]


def test_what_is_chosen_by_a_name_that_cannot_be_told_leaves_all_selected() -> None:
    made = read("import sys\nrest_api_source(config).with_resources(sys.argv[1])")
    assert [each.sentence for each in made.remarks] == [
        "what `with_resources` selects only running it tells; all are selected"
    ]


def test_hints_that_are_applied_are_words_of_the_entry() -> None:
    made = entries("""
        rest_api_source(config).deals.apply_hints(
            primary_key="id",
            write_disposition="merge",
            incremental=dlt.sources.incremental("at", initial_value="2025-01-01"),
        )
    """)
    assert made["deals"] == {
        "name": "deals",
        "endpoint": {"incremental": {"cursor_path": "at", "initial_value": "2025-01-01"}},
        "primary_key": "id",
        "write_disposition": "merge",
    }


def test_a_limit_is_told_and_left_out() -> None:
    made = read("rest_api_source(config).deals.add_limit(2)")
    assert [(each.sentence, each.loses) for each in made.remarks] == [
        ("`add_limit` of `deals` is left out: all of its pages are read", False)
    ]


def test_a_step_of_something_that_cannot_be_told_is_told() -> None:
    made = read("rest_api_source(config)\nimport others\nothers.source().calls.add_map(change)")
    (remark,) = made.remarks
    assert remark.loses
    assert "the step is left out" in remark.sentence


def test_a_step_of_a_resource_that_is_a_function_is_told() -> None:
    made = read("""
        @dlt.resource
        def teams():
            yield {"id": 1}
        config["resources"].append(teams)
        rest_api_source(config).teams.add_map(change)
    """)
    (remark,) = made.remarks
    assert remark.loses
    assert "`teams`, which is a function" in remark.sentence


def test_a_step_of_a_source_that_one_line_makes_again_and_again_is_its_own() -> None:
    made = read("""
        def calls(kind):
            entry = {"name": kind, "endpoint": {"path": kind}}
            found = rest_api_resources({"client": {"base_url": "u"}, "resources": [entry]})[0]
            found.add_map(lambda row: {**row, "kind": kind})
            return found

        @dlt.source
        def crm():
            yield from (calls(kind) for kind in ("in", "out"))

        crm()
    """)
    assert [each["processing_steps"] for each in made.content["resources"]] == [
        [{"map": "steps.py:in_map"}],
        [{"map": "steps.py:out_map"}],
    ]
    assert ("kind = 'in'" in made.steps, "kind = 'out'" in made.steps) == (True, True)


def test_entries_that_a_generator_yields_are_resources() -> None:
    made = read("""
        def entries():
            for name in ("a", "b"):
                yield {"name": name, "endpoint": name}
            yield from ["c"]

        rest_api_source({"client": {"base_url": "u"}, "resources": list(entries())})
    """)
    assert made.content["resources"] == [{"name": "a", "endpoint": "a"}, {"name": "b", "endpoint": "b"}, "c"]


def test_the_case_of_a_match_that_fits_is_followed() -> None:
    made = read("""
        def path(region):
            match region:
                case "us" | "ca":
                    return "america"
                case None:
                    return "none"
                case other if len(other) > 2:
                    return other
                case _:
                    return "rest"

        rest_api_source({"client": {"base_url": "u"}, "resources": [path(each) for each in ("ca", None, "asia", "eu")]})
    """)
    assert made.content["resources"] == ["america", "none", "asia", "rest"]


@pytest.mark.parametrize(
    "made",
    [
        "return found + [extra()]",
        "return [*found, extra]",
        "found.append(extra())\n            return found",
        "yield from found\n            yield extra",
    ],
)
def test_a_function_beside_the_resources_of_a_source_is_one_of_them(made: str) -> None:
    found = read(f"""
        @dlt.resource
        def extra():
            yield [{{"id": 1}}]

        @dlt.source
        def shop():
            found = rest_api_resources({{"client": {{"base_url": "u"}}, "resources": ["calls"]}})
            {made}
    """)
    assert found.content["resources"] == ["calls", {"name": "extra", "selected": True, "values": "steps.py:extra"}]
