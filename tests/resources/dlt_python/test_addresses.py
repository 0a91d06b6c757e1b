"""Addresses are taken apart and put together as the standard library does."""

from __future__ import annotations

import pytest

from tests.resources.dlt_python.readings import endpoint, params, sentences

IMPORTS = """
    import urllib.parse
    from urllib.parse import quote, urlencode, urljoin, urlparse
    ADDRESS = "https://api.example.com:8443/v1/items?a=1#x"
"""


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("urlparse(ADDRESS).path", "/v1/items"),
        ("f'{urlparse(ADDRESS).scheme}://{urllib.parse.urlsplit(ADDRESS).netloc}'", "https://api.example.com:8443"),
        ("urlparse(ADDRESS).port", 8443),
        ("urljoin(ADDRESS, 'users')", "https://api.example.com:8443/v1/users"),
        ("quote('a b/c')", "a%20b/c"),
        ("urlencode({'a': 1, 'b': 'c d'})", "a=1&b=c+d"),
    ],
)
def test_parts_of_an_address_are_worked_out(expression: str, value: object) -> None:
    assert params(expression, IMPORTS) == value


def test_an_address_of_the_environment_is_told() -> None:
    made = endpoint('{"params": {"x": urlparse(os.environ["ADDRESS"]).path, "y": 1}}', IMPORTS)
    assert made.content["resources"][0]["endpoint"] == {"params": {"y": 1}}
    assert "calls `urlparse` with what only running the code tells" in sentences(made, losing=True)[0]
