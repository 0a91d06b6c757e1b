"""The drawings of the documentation: the row that two pages share, and the windows of a list.

`python -m scripts.drawings` makes them anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from scripts.reference import DOCS

PICTURES = DOCS / "pictures"

_STYLE = """
text { font: 14px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #57606a }
.strong { font-weight: 600; fill: #1f2328 } .middle { text-anchor: middle }
.row { fill: #f6f8fa; stroke: #afb8c1 } .shared { fill: #ddf4ff; stroke: #0969da }
.page { fill: none; stroke: #0969da; stroke-width: 2 } .done { fill: #0969da } .open { fill: #afb8c1 }
.failed { fill: #cf222e } .mark { stroke: #1f2328; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #9198a1 } .strong { fill: #f0f6fc } .row { fill: #151b23; stroke: #3d444d }
  .shared { fill: #0c2d57; stroke: #4493f8 } .page { stroke: #4493f8 } .done { fill: #4493f8 }
  .open { fill: #59636e } .failed { fill: #f85149 } .mark { stroke: #f0f6fc }
}
"""


@dataclass
class Drawing:
    """An SVG, shape after shape."""

    width: int
    height: int
    label: str
    shapes: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, said: str, kind: str = "") -> None:
        """Write a line of text."""
        self.shapes.append(f'<text x="{x}" y="{y}" class="{kind}">{escape(said)}</text>')

    def box(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        """Draw a rectangle."""
        self.shapes.append(f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" class="{kind}"/>')

    def path(self, steps: str, kind: str) -> None:
        """Draw a line along steps."""
        self.shapes.append(f'<path d="{steps}" class="{kind}"/>')

    def svg(self) -> str:
        """Return the drawing as the text of a file."""
        size = f'viewBox="0 0 {self.width} {self.height}" width="{self.width}" height="{self.height}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}\nrole="img" aria-label="{escape(self.label)}">'
        return "\n".join([head, f"<style>{_STYLE}</style>", *self.shapes, "</svg>", ""])


def seam() -> Drawing:
    """Return the drawing of pages that share a row, and of what happens where they do not."""
    drawing = Drawing(760, 330, "Each page begins with the last row of the one before it")
    drawing.text(0, 20, "Each page begins with the last row of the one before it: the seam holds.", "strong")
    _rows(drawing, 72, range(1, 11), shared={4, 7})
    for first, name in ((1, "page 1"), (4, "page 2"), (7, "page 3")):
        _page(drawing, 64, first, name)
    drawing.text(0, 180, "Row 2 is deleted while page 1 is read: all behind it moves up by one.", "strong")
    _rows(drawing, 232, [1, 3, 4, 5, 6, 7, 8, 9, 10], shared={4, 5})
    _page(drawing, 224, 4, "page 2, as asked for")
    drawing.text(
        0, 300, "Page 2 begins with row 5, not with row 4. The tap steps back until it meets a row that it knows, and"
    )
    drawing.text(
        0, 320, "goes on behind it. A loop that adds up offsets would have gone on at 6: row 5 would be missing."
    )
    return drawing


def _rows(drawing: Drawing, y: int, numbers: range | list[int], *, shared: set[int]) -> None:
    for place, number in enumerate(numbers):
        drawing.box(place * 70, y, 60, 36, "shared" if number in shared else "row")
        drawing.text(place * 70 + 30, y + 23, f"row {number}", "strong middle")


def _page(drawing: Drawing, y: int, first: int, name: str) -> None:
    """Draw a bracket above the four rows of a page; every other one stands lower, so that they do not touch."""
    begin, end = (first - 1) * 70 + 4, (first + 2) * 70 + 56
    drawing.path(f"M{begin} {y} v-8 H{end} v8", "page")
    drawing.text((begin + end) / 2, y - 14, name, "middle")


def windows() -> Drawing:
    """Return the drawing of a list in windows, of which some are read."""
    drawing = Drawing(760, 250, "A list in windows: what is read need not be read again")
    drawing.text(0, 20, "A long list is read window by window; each has about as many rows.", "strong")
    widths = [230, 140, 110, 80, 70, 50, 40]
    kinds = ["done", "done", "done", "failed", "done", "open", "open"]
    x = 0
    for width, kind in zip(widths, kinds, strict=True):
        drawing.box(x, 60, width - 4, 44, kind)
        x += width
    drawing.text(0, 122, "2020")
    drawing.text(x, 122, "now")
    reached = sum(widths[:3])
    drawing.path(f"M{reached - 2} 48 V128", "mark")
    drawing.text(reached - 2, 146, "the bookmark", "strong middle")
    for number, (kind, said) in enumerate(
        [
            ("done", "read: its rows are stored, and it is not asked for again"),
            ("failed", "failed: the next run begins here, and passes over the window behind it"),
            ("open", "not read yet"),
        ]
    ):
        drawing.box(0, 172 + number * 26, 16, 16, kind)
        drawing.text(26, 185 + number * 26, said)
    return drawing


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / "seam.svg").write_text(seam().svg(), encoding="utf-8")
    (PICTURES / "windows.svg").write_text(windows().svg(), encoding="utf-8")
