"""Functions are named by what they do or give, never by what has been done: `rename`, not `renamed`."""

from __future__ import annotations

import ast
import re

from tests.house.package import MODULES, ROOT, tree

BESIDE = ("pyspark_tap_analytics", "scripts", "benchmarks", "demo", "examples", "tests")

# What is no participle, though it looks like one.
VERBS = {"add", "embed", "exceed", "feed", "need", "proceed", "seed", "shed", "speed"}
PARTICIPLES = {
    "begun", "broken", "brought", "built", "caught", "chosen", "done", "drawn", "found", "given", "gone", "grown",
    "held", "hidden", "kept", "known", "laid", "left", "lost", "made", "meant", "paid", "said", "seen", "sent", "shown",
    "spent", "spoken", "taken", "thrown", "told", "torn", "understood", "worn", "written",
}  # fmt: skip

DEF = re.compile(r"\bdef (\w+)")


def is_function(node: ast.AST) -> bool:
    """Return whether this is a function that is called as one: no property, and nothing that the SDK names."""
    decorators = map(ast.unparse, getattr(node, "decorator_list", ()))
    return isinstance(node, ast.FunctionDef) and not any(
        "property" in each or each == "override" for each in decorators
    )


def is_participle(name: str) -> bool:
    """Return whether a name is one word that says what has been done."""
    word = name.strip("_")
    return "_" not in word and word not in VERBS and (word.endswith("ed") or word in PARTICIPLES)


def participles(module: ast.Module) -> list[str]:
    """Return the names of functions that say what has been done."""
    functions = (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef) and is_function(node))
    return [node.name for node in functions if is_participle(node.name)]


def test_no_function_is_called_by_a_participle() -> None:
    assert {module: found for module in MODULES if (found := participles(tree(module)))} == {}


def test_no_function_beside_the_package_is_called_by_a_participle() -> None:
    paths = [path for folder in BESIDE for path in sorted((ROOT / folder).rglob("*.py"))]
    # The benchmarks install their peers in a folder of their own.
    files = [path for path in paths if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)]
    assert files
    texts = {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in files}
    # To parse a file takes long: most have no such name at all.
    suspects = {path: ast.parse(text) for path, text in texts.items() if any(map(is_participle, DEF.findall(text)))}
    assert {path: found for path, module in suspects.items() if (found := participles(module))} == {}
