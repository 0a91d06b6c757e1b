"""Functions, classes and modules are small enough to read, and each module has a test of its name."""

from __future__ import annotations

import ast

from tests.house.package import MODULES, ROOT, tree

MOST_LINES = 300
MOST_METHODS = 20
# Of a function, with its docstring.
MOST_LINES_OF_ONE = 40
# The hooks of the SDK that one class has to carry.
HOOKS = {"AnalyticsStream": 25}
# Lists of what there is: they grow with the tap.
DATA = {"settings", "sandbox.values"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
CODE = [module for module, path in MODULES.items() if path.name != "__init__.py"]


def test_a_module_has_at_most_300_lines() -> None:
    lines = {module: len(MODULES[module].read_text(encoding="utf-8").splitlines()) for module in CODE}
    assert {module: count for module, count in lines.items() if count > MOST_LINES and module not in DATA} == {}


def test_a_class_has_at_most_20_methods() -> None:
    classes = [node for module in CODE for node in ast.walk(tree(module)) if isinstance(node, ast.ClassDef)]
    methods = [(each.name, sum(isinstance(node, ast.FunctionDef) for node in each.body)) for each in classes]
    assert [(name, count) for name, count in methods if count > HOOKS.get(name, MOST_METHODS)] == []


def test_a_function_has_at_most_40_lines() -> None:
    functions = [(module, node) for module in CODE for node in ast.walk(tree(module)) if isinstance(node, FUNCTIONS)]
    lines = {f"{module}.{node.name}": (node.end_lineno or 0) - node.lineno + 1 for module, node in functions}
    assert {name: count for name, count in lines.items() if count > MOST_LINES_OF_ONE} == {}


def is_protocol(statement: ast.stmt) -> bool:
    """Return whether a statement is a class that only says what other classes have."""
    return isinstance(statement, ast.ClassDef) and "Protocol" in map(ast.unparse, statement.bases)


def has_behaviour(module: str) -> bool:
    """Return whether a module defines anything that a test can call: more than protocols."""
    definitions = (ast.ClassDef, ast.FunctionDef, ast.Assign, ast.AnnAssign)
    return not all(is_protocol(each) for each in tree(module).body if isinstance(each, definitions))


def has_test(module: str) -> bool:
    """Return whether there is a test of a module's name, where the module stands.

    One thing of a registry within a wing, such as a grant, may be tested with the others, by a test that imports it.
    """
    *wing, name = module.split(".")
    tests = (ROOT / "tests").joinpath(*wing)
    if (tests / f"test_{name.strip('_')}.py").exists():
        return True
    imports = f"from tap_analytics.{module} import "
    return len(wing) > 1 and any(imports in each.read_text(encoding="utf-8") for each in tests.glob("test_*.py"))


def test_a_module_has_a_test_of_its_name() -> None:
    assert [module for module in CODE if has_behaviour(module) and not has_test(module)] == []
