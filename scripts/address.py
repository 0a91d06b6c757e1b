"""The address of the project, which stands only in pyproject.toml (`tool.tap-analytics.address`), and its links.

Without one, links stay relative, as a clone and a forge show them, and there are no badges.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]
BRANCH = "main"

# A link or a picture of Markdown whose target is a file of the project, or a place on the same page.
_LINK = re.compile(r"(?P<text>!?\[[^\]]*\]\()(?![a-z]+:)(?P<target>[^)\s]+)\)")


def address() -> str:
    """Return the address of the project, without a slash at its end; empty if it has none yet."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(told["tool"]["tap-analytics"]["address"]).rstrip("/")


def urls(place: str) -> Mapping[str, str]:
    """Return the links that a package index shows beside the project; none without an address."""
    if not place:
        return {}
    return {
        "Homepage": place,
        "Documentation": f"{place}/blob/{BRANCH}/docs/README.md",
        "Changelog": f"{place}/blob/{BRANCH}/CHANGELOG.md",
        "Issues": f"{place}/issues",
    }


def badges(place: str) -> str:
    """Return the badges of the README; none without an address."""
    tests, index = f"{place}/actions/workflows/test.yml", "https://pypi.org/project/tap-analytics/"
    shown = (
        f"[![Tests]({tests}/badge.svg)]({tests})",
        f"[![PyPI](https://img.shields.io/pypi/v/tap-analytics)]({index})",
        f"[![Python](https://img.shields.io/pypi/pyversions/tap-analytics)]({index})",
    )
    return "\n".join(shown) if place else ""


def absolute(text: str, place: str) -> str:
    """Return a page at the root of the project with whole URLs as links; without an address, return it as it is."""

    def link(found: re.Match[str]) -> str:
        target = found["target"]
        kind = "raw" if found["text"].startswith("!") else "blob"
        page = f"{place}#" if target.startswith("#") else f"{place}/{kind}/{BRANCH}/"
        return f"{found['text']}{page}{target.removeprefix('#')})"

    return _LINK.sub(link, text) if place else text
