"""Where a page is asked for in the body of a request."""

from __future__ import annotations

from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.request.body_path import leads_into, put, steps_in


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("offset", ["offset"]),
        ("$.page.offset", ["page", "offset"]),
        ("['page.after']", ["page.after"]),
        ("page[size]", ["page[size]"]),
        ("args[6].offset", ["args", 6, "offset"]),
        ("[0].args[1][2]", [0, "args", 1, 2]),
    ],
)
def test_a_path_has_names_and_numbers_of_elements(path: str, steps: list[str | int]) -> None:
    assert steps_in(path) == steps


def test_a_value_is_put_into_objects_and_lists() -> None:
    document: Any = [{"args": ["db", {"limit": 10}]}]
    for path, value in (("[0].args[1].offset", 50), ("[0].page.number", 2), ("[0].args[0]", "other")):
        put(document, path, value)
    assert document == [{"args": ["other", {"limit": 10, "offset": 50}], "page": {"number": 2}}]


@pytest.mark.parametrize("path", ["args[2].offset", "args.offset", "[0].offset", "page[0]"])
def test_a_path_that_no_body_has_is_an_error(path: str) -> None:
    document = {"args": ["db", {"limit": 10}], "page": 1}
    assert not leads_into(document, path)
    with pytest.raises(FatalAPIError, match=r"the body of the request has no place"):
        put(document, path, 1)


def test_objects_may_be_made_on_the_way() -> None:
    assert leads_into({}, "page.offset")
    assert leads_into({"args": [{}]}, "args[0].page.offset")
    assert not leads_into({}, "args[0].page")
