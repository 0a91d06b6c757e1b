"""Imports point down. An import for types alone counts like any other."""

from __future__ import annotations

import re
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from tests.house.package import MODULES, ROOT, imports, room, uses, wing

if TYPE_CHECKING:
    from collections.abc import Mapping

# From the top of the house to its floor.
LEVELS = (
    {"__main__"},
    {"cli", "spark"},
    {"source"},
    {"arrow"},
    {"tap"},
    {"sync"},
    {"configuration"},
    {"accounts", "catalog"},
    {"streams"},
    {"snapshots"},
    {"client"},
    {"stream"},
    {"resources"},
    {"reading"},
    {"http", "records", "pagination", "state"},
    {"config", "report"},
    {"settings", "instants", "json_types", "ending_signals", "schemas"},
    {"patterns"},
)
LEVEL = {name: number for number, names in enumerate(LEVELS) for name in names}
# What stands side by side and is imported all the same: the wing that imports, the wings that it may import.
NEIGHBOURS = {"records": {"http", "pagination", "state"}, "http": {"pagination", "state"}}
PURE = {"pagination", "http", "records", "state", "report"}
TAP = [module for module in MODULES if wing(module) not in {"__init__", "sandbox"}]


def may_import(importer: str, name: str) -> bool:
    """Return whether a wing may import another."""
    return importer == name or name in NEIGHBOURS.get(importer, set()) or LEVEL[importer] < LEVEL[name]


def of_package(name: str, *packages: str) -> bool:
    """Return whether an imported name belongs to one of these packages."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def test_every_module_has_a_level() -> None:
    assert {wing(module) for module in TAP} == LEVEL.keys()


def test_the_page_about_the_house_shows_the_levels() -> None:
    page = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    shown = page.partition("```text\n")[2].partition("```")[0]
    assert [set(re.findall(r"\w+", level)) for level in shown.split(">")] == [set(level) for level in LEVELS[1:]]


def test_a_module_imports_what_stands_below_it() -> None:
    assert [
        f"{module} imports {name}"
        for module in TAP
        for name in uses(module)
        if not may_import(wing(module), wing(name))
    ] == []


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """Return the names of a circle; empty if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def test_no_imports_go_in_a_circle() -> None:
    assert circle({module: uses(module) - {module} for module in MODULES}) == []


def test_no_imports_between_rooms_go_in_a_circle() -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    for module in MODULES:
        graph[room(module)] |= {room(name) for name in uses(module) if room(name) != room(module)}
    assert circle({name: rooms - {""} for name, rooms in graph.items() if name}) == []


def test_no_wings_import_each_other() -> None:
    wings = {(wing(module), wing(name)) for module in TAP for name in uses(module) if wing(module) != wing(name)}
    assert [pair for pair in wings if pair[::-1] in wings] == []


def test_a_pure_module_knows_no_singer() -> None:
    allowed = {"http": ("singer_sdk.exceptions", "singer_sdk.streams.rest.HTTPRequest")}
    assert [
        f"{module} imports {name}"
        for module in TAP
        if wing(module) in PURE
        for name in imports(module)
        if of_package(name, "singer_sdk")
        if not of_package(name, *allowed.get(wing(module), ("singer_sdk.exceptions",)))
    ] == []


def test_only_the_command_line_and_the_report_know_the_terminal() -> None:
    assert [
        f"{module} imports {name}"
        for module in TAP
        if wing(module) not in {"cli", "report"}
        for name in imports(module)
        if of_package(name, "rich", "click")
    ] == []


def test_the_sandbox_stands_apart() -> None:
    assert [module for module in TAP if any(wing(name) == "sandbox" for name in uses(module))] == []
    sandbox = [module for module in MODULES if wing(module) == "sandbox"]
    assert {wing(name) for module in sandbox for name in uses(module)} <= {"sandbox", *LEVELS[-2], *LEVELS[-1]}


def test_a_wing_is_entered_by_its_modules() -> None:
    wings = [module for module, path in MODULES.items() if path.name == "__init__.py" and wing(module) != "sandbox"]
    assert {module: imports(module) for module in wings if module != "__init__" and imports(module)} == {}
