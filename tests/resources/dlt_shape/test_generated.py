"""Conditions of generated pages name the path that they look at."""

from __future__ import annotations

import pytest

from tap_analytics.resources.dlt_shape.generated import path_in


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("not page.next", "page.next"),
        ("{{ response['a']['b'] == None }}", "a.b"),
        ("{{ not response.get('a', {}).get('b-c') }}", "$['a']['b-c']"),
        ("len(rows) < 3", None),
        ("}{", None),
        (3, None),
    ],
)
def test_the_path_of_a_condition_is_read(text: object, path: str | None) -> None:
    assert path_in(text) == path
