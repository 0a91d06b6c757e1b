"""The recipes of the documentation, and a copy of this tree to follow them in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.house.package import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGES = ("development", "add-paginator", "add-auth", "add-format", "add-command", "add-setting")
DOCUMENTS = [ROOT / "docs" / f"{name}.md" for name in PAGES]
SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^##)", re.MULTILINE | re.DOTALL)
# What stands above a block, the file that the block names, and the block.
STEP = re.compile(r"(.*?)^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Where in its file a block belongs: beside, or in the place of, the line that begins like this.
PLACE = re.compile(r"(above|below|instead\s+of)\s+`([^`]+)`")
# What no copy needs; what Python has compiled stays, for it holds in a copy too and saves seconds.
LEFT_OUT = shutil.ignore_patterns(".*", "build", "dist", "uv.lock")


@dataclass(frozen=True)
class Step:
    """A block of a recipe: the file it goes to, where in it, and its text."""

    file: str
    sentence: str
    text: str

    def follow(self, tree: Path) -> None:
        """Write the block into a copy of the tree.

        Raises:
            ValueError: The file has no line, or several, where the recipe says that the block belongs.
        """
        path = tree / self.file
        if not path.exists():
            path.write_text(self.text, encoding="utf-8")
            return
        places = PLACE.findall(self.sentence)
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        found = [number for number, line in enumerate(lines) if places and line.startswith(places[-1][1])]
        if len(found) != 1:
            message = f"{self.file} must have one line for the block of: {self.sentence}"
            raise ValueError(message)
        start = found[0] + (places[-1][0] == "below")
        lines[start : found[0] + (places[-1][0] != "above")] = [self.text]
        path.write_text("".join(lines), encoding="utf-8")


def steps(title: str) -> list[Step]:
    """Return the blocks of a recipe."""
    pages = [page.read_text(encoding="utf-8") for page in DOCUMENTS]
    sections = dict(SECTION.findall("\n".join([*pages, "## End"])))
    return [Step(file, above.strip().split("\n\n")[-1], text) for above, file, text in STEP.findall(sections[title])]


@dataclass(frozen=True)
class Copy:
    """A copy of the tree."""

    tree: Path

    @classmethod
    def at(cls, path: Path) -> Copy:
        """Return a copy at a path that is not there yet."""
        shutil.copytree(ROOT, path, ignore=LEFT_OUT)
        return cls(path)

    def follow(self, title: str) -> list[str]:
        """Follow a recipe to the letter, and return the files that it touches."""
        recipe = steps(title)
        for step in recipe:
            step.follow(self.tree)
        return list(dict.fromkeys(step.file for step in recipe))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the copy, to its end."""
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=self.tree, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which Python finds the package of the copy before any other."""
        return {**os.environ, "PYTHONPATH": str(self.tree)}
