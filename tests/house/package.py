"""The package as source text: its modules, and what each of them imports."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tap_analytics"
# `http.sender` for tap_analytics/http/sender.py; a wing itself, which is its `__init__.py`, has the name of the wing.
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


@cache
def tree(module: str) -> ast.Module:
    """Return the syntax of a module."""
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def wing(module: str) -> str:
    """Return where a module lives: in a wing, or at the top as itself."""
    return module.partition(".")[0]


def room(module: str) -> str:
    """Return the room within a wing where a module lives; empty where it stands in the wing itself."""
    parts = module.split(".")
    return ".".join(parts[:2]) if len(parts) > 2 else ""


@cache
def imports(module: str) -> tuple[str, ...]:
    """Return the full name of all that a module imports, wherever the import stands and whatever it is for."""
    return tuple(_names(tree(module)))


def _names(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "a relative import hides which wing it is of"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def uses(module: str) -> set[str]:
    """Return the modules of the package that a module imports."""
    ours = [name.removeprefix("tap_analytics.") for name in imports(module) if name.startswith("tap_analytics.")]
    return {name if name in MODULES else name.rpartition(".")[0] for name in ours}
