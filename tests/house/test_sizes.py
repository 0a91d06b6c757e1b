"""Classes and modules are small enough to read, and each module has a test of its name."""

from __future__ import annotations

import ast

import pytest

from tests.house.package import MODULES, ROOT, tree

MOST_LINES = 300
MOST_METHODS = 20
# The hooks of the SDK that one class has to carry.
HOOKS = {"AnalyticsStream": 26}
# Lists of what there is: they grow with the tap.
DATA = {"settings", "sandbox.values"}
CODE = [module for module, path in MODULES.items() if path.name != "__init__.py"]


@pytest.mark.parametrize("module", [module for module in CODE if module not in DATA])
def test_a_module_has_at_most_300_lines(module: str) -> None:
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("module", CODE)
def test_a_class_has_at_most_20_methods(module: str) -> None:
    classes = [node for node in ast.walk(tree(module)) if isinstance(node, ast.ClassDef)]
    methods = {each.name: sum(isinstance(node, ast.FunctionDef) for node in each.body) for each in classes}
    assert {name: count for name, count in methods.items() if count > HOOKS.get(name, MOST_METHODS)} == {}


def is_protocol(statement: ast.stmt) -> bool:
    """Return whether a statement is a class that only says what other classes have."""
    return isinstance(statement, ast.ClassDef) and "Protocol" in map(ast.unparse, statement.bases)


def has_behaviour(module: str) -> bool:
    """Return whether a module defines anything that a test can call: more than protocols."""
    definitions = (ast.ClassDef, ast.FunctionDef, ast.Assign, ast.AnnAssign)
    return not all(is_protocol(each) for each in tree(module).body if isinstance(each, definitions))


@pytest.mark.parametrize("module", [module for module in CODE if has_behaviour(module)])
def test_a_module_has_a_test_of_its_name(module: str) -> None:
    *wing, name = module.split(".")
    # A package within a wing is one thing: its tests stand in one folder.
    is_in_package = len(wing) > 1
    pattern = "test_*.py" if is_in_package else f"test_{name.strip('_')}.py"
    assert list((ROOT / "tests").joinpath(*wing).glob(pattern))
