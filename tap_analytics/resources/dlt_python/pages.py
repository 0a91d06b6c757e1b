"""The Python of a file: a module, or the blocks of code of a page; each line keeps its number."""

from __future__ import annotations

import ast
import re
import textwrap
from dataclasses import dataclass

from tap_analytics.resources.dlt_python.values import Remark

_OPENING = re.compile(r"^\s*(?P<fence>`{3,}|~{3,})\s*\{?\.?(?:python|py)\w*", re.IGNORECASE)
_FENCE = re.compile(r"^\s*(?P<fence>`{3,}|~{3,})\s*$")
_SOURCE = re.compile(r"rest_api_(?:source|resources)|RESTAPIConfig|RESTClient")
# What is no comment in Python, but is meant as one.
_SLASHES = re.compile(r"^(\s*)//", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code, and the number of lines before it."""

    text: str
    before: int = 0


def blocks(text: str, *, is_module: bool) -> list[Block]:
    """Return the Python in a text: all of it, or what stands in fenced blocks that are marked as Python."""
    fenced = [] if is_module else list(_fences(text.splitlines()))
    return fenced or [Block(text)]


def _fences(lines: list[str]) -> list[Block]:
    found: list[Block] = []
    fence, first = "", 0
    for number, line in enumerate(lines):
        if not fence and (opening := _OPENING.match(line)):
            fence, first = opening["fence"], number + 1
        elif fence and (end := _FENCE.match(line)) and end["fence"].startswith(fence):
            found.append(Block(textwrap.dedent("\n".join(lines[first:number])), first))
            fence = ""
    return [*found, Block(textwrap.dedent("\n".join(lines[first:])), first)] if fence else found


def parse(given: list[Block]) -> tuple[ast.Module, list[Remark]]:
    """Return the statements of all blocks as one module, and what is wrong with those that are not Python."""
    module, remarks = ast.Module(body=[], type_ignores=[]), []
    for block in given:
        tree, said = _tree(block)
        module.body += tree.body
        # A block that shows a part of a configuration only is no fault of the page.
        remarks += said if tree.body or len(given) == 1 or _SOURCE.search(block.text) else []
    return module, remarks


def _tree(block: Block) -> tuple[ast.Module, list[Remark]]:
    remarks: list[Remark] = []
    text = block.text
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        text = _SLASHES.sub(r"\1#", block.text)
        number = block.before + (getattr(error, "lineno", None) or 1)
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            return ast.Module(body=[], type_ignores=[]), [Remark(number, "is not Python; mend it", loses=True)]
        remarks.append(Remark(number, "a line that begins with `//` is taken for a comment"))
    ast.increment_lineno(tree, block.before)
    return tree, remarks
