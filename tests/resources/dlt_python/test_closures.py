"""Locals that the code of a step takes from the function around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.resources.dlt_python.readings import read, sentences

if TYPE_CHECKING:
    import pytest

    from tap_analytics.resources.dlt_python.configuration import Configuration


def names_of(made: Configuration) -> dict[str, Any]:
    """Return what the code of the steps defines."""
    names: dict[str, Any] = {}
    exec(compile(made.steps, "steps.py", "exec"), names)  # noqa: S102 - the code is that of this test
    return names


def test_code_that_a_function_makes_has_the_locals_that_it_was_made_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "k")
    made = read("""
        def renamed(old, new):
            def step(row):
                return {new if key == old else key: value for key, value in row.items()}
            return step

        def source(prefix="p-", api_key=dlt.secrets.value):
            def mark(text, sign=prefix):
                return sign + text
            return rest_api_source({"client": {"base_url": "u"}, "resources": [{"name": "deals", "processing_steps": [
                {"map": renamed("a", "b")}, {"map": renamed("b", "c")},
                {"map": lambda row: {**row, "c": mark(row["c"])}},
                {"filter": lambda row, key=api_key: row["c"] != key},
            ]}]})
    """)
    first, second, third, fourth = made.content["resources"][0]["processing_steps"]
    assert [first, second] == [{"map": "steps.py:step"}, {"map": "steps.py:step_2"}]
    names = names_of(made)
    assert names["step_2"](names["step"]({"a": "x"})) == {"c": "x"}
    assert names[third["map"].removeprefix("steps.py:")]({"c": "x"}) == {"c": "p-x"}
    keep = names[fourth["filter"].removeprefix("steps.py:")]
    assert [keep({"c": "k"}), keep({"c": "x"})] == [False, True]
    assert made.variables == ["API_KEY"]
    assert sentences(made) == []


def test_functions_of_one_name_are_two_steps() -> None:
    made = read("""
        def first():
            def step(row): return 1
            return step
        def second():
            def step(row): return 2
            return step
        rest_api_source({"client": {"base_url": "u"}, "resources": [
            {"name": "deals", "processing_steps": [{"map": first()}, {"map": second()}, {"map": first()}]},
        ]})
    """)
    steps = [each["map"].removeprefix("steps.py:") for each in made.content["resources"][0]["processing_steps"]]
    assert [names_of(made)[name]({}) for name in steps] == [1, 2, 1]
