"""The pictures of the documentation: drawings are up to date, and none needs anything from elsewhere."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from scripts.drawings import PICTURES, Drawing, seam, windows
from scripts.reference import DOCS, README

FILES = sorted(PICTURES.glob("*.svg"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_picture_is_an_svg_that_needs_nothing_from_elsewhere(path: object) -> None:
    text = (PICTURES / str(path)).read_text()
    assert ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - it is our own
    assert re.findall(r"url\([^#]|href=|<script|@import|@font-face", text) == []
    assert not re.search("sandbox-key|api_key=", text)


@pytest.mark.parametrize(("name", "drawing"), [("seam", seam()), ("windows", windows())])
def test_a_drawing_is_up_to_date(name: str, drawing: Drawing) -> None:
    assert (PICTURES / f"{name}.svg").read_text() == drawing.svg(), "run: make pictures"


def test_every_picture_is_shown() -> None:
    text = "".join(page.read_text() for page in [README, *DOCS.glob("*.md")])
    assert {path.name for path in FILES} == set(re.findall(r"pictures/([a-z]+\.svg)", text))
