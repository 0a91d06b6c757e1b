"""The address of the project stands in one place; links, badges, and what Meltano and package indexes get use it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scripts import address as module
from scripts.address import ROOT, absolute, badges, urls
from scripts.plugin import plugin

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PLACE = "https://forge.example.com/people/tap-analytics"


def test_links_lead_somewhere_from_anywhere() -> None:
    page = "[a](docs/a.md#b) ![p](benchmarks/results.svg) [c](#d) [e](https://example.com) `x](y)`"
    assert absolute(page, PLACE) == (
        f"[a]({PLACE}/blob/main/docs/a.md#b) ![p]({PLACE}/raw/main/benchmarks/results.svg) [c]({PLACE}#d) "
        "[e](https://example.com) `x](y)`"
    )


def test_no_link_of_the_readme_stays_relative() -> None:
    page = absolute((ROOT / "README.md").read_text(), PLACE)
    assert [link for link in re.findall(r"\]\(([^)\s]+)\)", page) if not link.startswith("https:")] == []


def test_without_an_address_all_is_as_in_a_clone() -> None:
    page = (ROOT / "README.md").read_text()
    assert (absolute(page, ""), badges(""), urls("")) == (page, "", {})


def test_badges_and_the_links_of_an_index_begin_with_it() -> None:
    assert f"[![Tests]({PLACE}/actions/workflows/test.yml/badge.svg)]" in badges(PLACE)
    assert urls(PLACE)["Issues"] == f"{PLACE}/issues"


def test_meltano_is_told_where_the_tap_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.plugin.address", lambda: PLACE)
    assert plugin()["repo"] == PLACE


def test_a_slash_at_its_end_makes_no_difference(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "ROOT", tmp_path)
    (module.ROOT / "pyproject.toml").write_text(f'[tool.tap-analytics]\naddress = "{PLACE}/"\n')
    assert module.address() == PLACE
