from __future__ import annotations

import pytest

from tap_analytics.config.headers import fits_header, is_header_name


@pytest.mark.parametrize(
    ("value", "fits"),
    [("", True), ("a b", True), ("ü", True), ("a\tb", True), ("a\n", False), ("\ta", False), ("€", False)],
)
def test_a_header_carries_latin_1_on_one_line(*, value: str, fits: bool) -> None:
    assert fits_header(value) is fits


@pytest.mark.parametrize(
    ("name", "is_name"),
    [("X-Api-Key", True), ("x_y!~1", True), ("", False), ("X Key", False), ("X:", False), ("X\n", False), ("ü", False)],
)
def test_the_name_of_a_header_has_no_blanks_and_no_colon(name: str, *, is_name: bool) -> None:
    assert is_header_name(name) is is_name
