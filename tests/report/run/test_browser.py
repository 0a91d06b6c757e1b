"""The report in a real browser, as wide as a desk and as narrow as a phone, by day and by night."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.report.run.test_report import rows, trouble

if TYPE_CHECKING:
    from pathlib import Path

    from tap_analytics.sandbox import Sandbox
    from tests.conftest import TapRunner

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --dump-dom"
)
WIDTHS = (1280, 390)
# Says of each frame how far its page goes beyond it, how bright it is, and what the table says.
LOOK = """
onload = () => document.body.textContent = JSON.stringify(
  [...document.querySelectorAll('iframe')].map(({contentDocument: page}) => ({
  beyond: page.documentElement.scrollWidth - page.documentElement.clientWidth,
  page: getComputedStyle(page.body).backgroundColor,
  bars: [...page.querySelectorAll('rect')].filter(each => each.getBoundingClientRect().height > 1).length,
  rows: [...page.querySelectorAll('#streams tbody tr')].map(row => [...row.cells].map(cell => cell.innerText)),
})));
"""


def views(page: str, folder: Path, *options: str) -> list[dict[str, Any]]:
    """Return what a browser shows of a page at each width."""
    frames = (f'<iframe style="width: {width}px; border: 0" srcdoc="{html.escape(page)}"></iframe>' for width in WIDTHS)
    (folder / "look.html").write_text(f"<body>{''.join(frames)}<script>{LOOK}</script>")
    command = [str(CHROMIUM), *OPTIONS.split(), f"--user-data-dir={folder / 'browser'}", *options]
    done = subprocess.run(
        [*command, f"file://{folder / 'look.html'}"], capture_output=True, text=True, timeout=60, check=True
    )
    found = re.search(r"<body>(\[.*?)</body>", done.stdout, re.DOTALL)
    assert found, done.stderr
    looks: list[dict[str, Any]] = json.loads(html.unescape(found[1]))
    return looks


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed; Debian has it as `chromium`")
def test_a_browser_shows_it_at_any_width_by_day_and_by_night(
    tap: TapRunner, api: Sandbox, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    trouble(api)
    tap(report=str(tmp_path / "run.html"), page_size=20)
    page = (tmp_path / "run.html").read_text()
    day = views(page, tmp_path_factory.mktemp("day"), "--blink-settings=preferredColorScheme=1")
    night = views(page, tmp_path_factory.mktemp("night"), "--blink-settings=preferredColorScheme=0")
    assert [look["beyond"] for look in (*day, *night)] == [0, 0, 0, 0]
    assert [[cell.strip() for cell in row] for row in day[0]["rows"]] == rows(page)
    assert day[1]["bars"] > 10
    assert day[0]["page"] != night[0]["page"]
