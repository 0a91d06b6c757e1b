"""The results as a picture: bars for every contestant, one panel for each case."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.race import Entry, Race

WIDTH = 760
LEFT, RIGHT, TOP = 240, 180, 8
BAR, GAP = 18, 8
HEADING, SPACE = 34, 22

STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #57606a }
.heading { font-weight: 600; font-size: 14px; fill: #1f2328 }
.ours { fill: #0969da } .other { fill: #afb8c1 } text.ours { font-weight: 600 } text.other { fill: #57606a }
@media (prefers-color-scheme: dark) {
  text, text.other { fill: #9198a1 } .heading { fill: #f0f6fc } .other { fill: #59636e }
  .ours, text.ours { fill: #4493f8 }
}
"""


@dataclass(frozen=True)
class Panel:
    """One race, drawn from this height on."""

    race: Race
    top: int

    @property
    def height(self) -> int:
        """Its height in pixels."""
        return HEADING + len(self.race.finished) * (BAR + GAP)

    def draw(self) -> list[str]:
        """Return its elements."""
        heading = escape(f"Rows per second: {self.race.case.title}")
        title = f'<text class="heading" x="0" y="{self.top + 16}">{heading}</text>'
        bars = (self._bar(entry, number) for number, entry in enumerate(self.race.finished))
        return [title, *(element for bar in bars for element in bar)]

    def _bar(self, entry: Entry, number: int) -> list[str]:
        y = self.top + HEADING + number * (BAR + GAP)
        width = max((WIDTH - LEFT - RIGHT) * entry.rate / self.race.finished[0].rate, 1)
        ratio = self.race.ratio(entry, "plain")
        figure = f"{entry.rate:,.0f}" + (f" ({ratio:.2f} x plain)" if ratio else "")
        title = escape(entry.contestant.title)
        kind = "ours" if entry.contestant.name.startswith("ours") else "other"
        return [
            f'<text class="{kind}" x="{LEFT - 8}" y="{y + 14}" text-anchor="end">{title}</text>',
            f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" rx="3"/>',
            f'<text class="{kind}" x="{LEFT + width + 6:.1f}" y="{y + 14}">{figure}</text>',
        ]


def draw(races: Sequence[Race], caption: str) -> str:
    """Return the picture as SVG, readable on a light and on a dark page."""
    panels, top = [], TOP
    for race in races:
        panels.append(Panel(race, top))
        top += panels[-1].height + SPACE
    label, height = escape(caption), top + TOP
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"',
            f'role="img" aria-label="{label}">',
            f"<style>{STYLE}</style>",
            *(element for panel in panels for element in panel.draw()),
            f'<text x="0" y="{top}">{label}</text>',
            "</svg>\n",
        ]
    )
