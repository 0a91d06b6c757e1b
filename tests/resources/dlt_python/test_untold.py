"""What statements would set that may not run is told, and is not known afterwards."""

from __future__ import annotations

import pytest

from tests.resources.dlt_python.readings import read, sentences

WHY = "depends on a condition that only running the code tells"


@pytest.mark.parametrize(
    "statement",
    [
        "if missing:\n    entries.append('more')",
        "if missing:\n    entries.extend(['more'])",
        "if missing:\n    config.update(x=1)",
        "if missing:\n    for name in ('a', 'b'):\n        config['resources'].append(name)",
        "if missing:\n    del config['client']['headers']",
        "while missing:\n    entries.append('more')",
        "match missing:\n    case 'a':\n        entries.append('more')",
    ],
)
def test_a_change_that_may_not_happen_is_told(statement: str) -> None:
    made = read(
        f"entries = ['a']\nconfig = {{'client': {{'base_url': 'u', 'headers': {{'A': 'b'}}}}, 'resources': entries}}\n"
        f"{statement}\nrest_api_source(config)\n"
    )
    assert sentences(made, losing=True) == [f"what is set here {WHY}; it is left out"]


def test_a_change_of_what_is_known_nowhere_else_is_not_told() -> None:
    made = read(
        "if missing:\n    seen = []\n    seen.append(1)\n"
        "rest_api_source({'client': {'base_url': 'u'}, 'resources': ['a']})\n"
    )
    assert sentences(made, losing=True) == []


def test_entries_of_a_generator_that_may_not_come_are_told() -> None:
    made = read(
        "def entries():\n    yield 'a'\n    if missing:\n        yield 'b'\n"
        "rest_api_source({'client': {'base_url': 'u'}, 'resources': list(entries())})\n"
    )
    assert made.content["resources"] == ["a"]
    assert sentences(made, losing=True) == [f"`resources[1]` {WHY}; it is left out"]
