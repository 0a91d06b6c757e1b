"""A link is followed within the API, without the key, and otherwise as it is written."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.request.links import absolute, differs_by_slash, follow_link, left_out, without_parameter
from tap_analytics.pagination.link_rule import LinkRule

BASE = "https://api.example.com/root"
URL = "https://api.example.com/v1/contacts?limit=10&api_key=SECRET"


def follow(link: str, *, base: str = BASE, credential: str | None = "api_key") -> str:
    return follow_link(link, base=base, url=URL, credential=credential)


@pytest.mark.parametrize(
    ("link", "followed"),
    [
        ("https://api.example.com/v1/contacts?page=2", "https://api.example.com/v1/contacts?page=2"),
        ("/v1/contacts?page=2", "https://api.example.com/v1/contacts?page=2"),
        ("?page=2", "https://api.example.com/v1/contacts?page=2"),
        ("deals?page=2", "https://api.example.com/v1/deals?page=2"),
        ("../v2/contacts", "https://api.example.com/v2/contacts"),
        ("//api.example.com/v1/contacts?page=2", "https://api.example.com/v1/contacts?page=2"),
        (" /v1/contacts \n", "https://api.example.com/v1/contacts"),
        ("HTTPS://API.example.com:443/v1", "HTTPS://API.example.com:443/v1"),
        ("?next=https://other.example.com/", "https://api.example.com/v1/contacts?next=https://other.example.com/"),
    ],
)
def test_link_is_resolved_against_the_url_of_its_page(link: str, followed: str) -> None:
    assert follow(link) == followed


@pytest.mark.parametrize(
    ("base", "link"),
    [
        ("http://localhost:80/", "http://localhost/v1"),
        ("http://localhost", "http://LOCALHOST:80/v1"),
        ("https://h:443", "https://h/v1"),
        ("http://[::1]:8080/", "http://[::1]:8080/v1"),
    ],
)
def test_default_port_and_case_make_no_other_origin(base: str, link: str) -> None:
    assert follow(link, base=base) == link


@pytest.mark.parametrize(
    ("link", "origin"),
    [
        ("https://evil.example.com/v1?token=HIDDEN", "https://evil.example.com"),
        ("//evil.example.com/v1?token=HIDDEN", "https://evil.example.com"),
        ("http://api.example.com/v1?token=HIDDEN", "http://api.example.com"),
        ("https://api.example.com:8443/HIDDEN", "https://api.example.com:8443"),
        ("https://api.example.com.evil.com/HIDDEN", "https://api.example.com.evil.com"),
        ("http://[::1]:81/HIDDEN", "http://[::1]:81"),
    ],
)
def test_link_to_another_origin_is_refused_without_showing_its_path_or_query(link: str, origin: str) -> None:
    with pytest.raises(FatalAPIError) as error:
        follow(link)
    assert f"leads to {origin}, but the key is sent to https://api.example.com only" in str(error.value)
    assert "`api_url`" in str(error.value)
    assert "HIDDEN" not in str(error.value)


@pytest.mark.parametrize(
    "link",
    [
        "ftp://api.example.com/HIDDEN",
        "javascript:HIDDEN",
        "https://HIDDEN:pass@api.example.com/",
        "https://HIDDEN@api.example.com/",
        "https://api.example.com\\@evil.example.com/HIDDEN",
        "https://api.example.com\\.evil.example.com/HIDDEN",
        "/\\evil.example.com/HIDDEN",
        "https:///HIDDEN",
        "https:HIDDEN",
        "https://api.example.com:HIDDEN/",
        "https://api.example.com:99999/HIDDEN",
        "https://[HIDDEN/",
        "ht\ntps://api.example.com/HIDDEN",
        "https://api.exa\tmple.com/HIDDEN",
        "https://api.example.com /HIDDEN",
    ],
)
def test_link_that_can_be_read_in_more_than_one_way_is_refused_without_showing_it(link: str) -> None:
    with pytest.raises(FatalAPIError, match="not a plain `http` or `https` URL; check which field") as error:
        follow(link)
    assert "HIDDEN" not in str(error.value)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("?api_key=K", ""),
        ("?api_key=K&page=2", "?page=2"),
        ("?page=2&api_key=K", "?page=2"),
        ("?a=1&api_key=K&b=2&api_key=L", "?a=1&b=2"),
        ("?api%5Fkey=K&page=2", "?page=2"),
        ("?api_key&page=2", "?page=2"),
        ("?api_key=K#part", ""),
        ("?my_api_key=K&api_keys=2", "?my_api_key=K&api_keys=2"),
        ("?filter%5Bx%5D=a%2Bb+c%20d&&e=&f&api_key=K", "?filter%5Bx%5D=a%2Bb+c%20d&&e=&f"),
        ("?cursor=a%2fB%3d%3D~!'()", "?cursor=a%2fB%3d%3D~!'()"),
        ("?", "?"),
    ],
)
def test_key_is_taken_out_and_all_else_stays_byte_for_byte(query: str, kept: str) -> None:
    assert follow(f"https://api.example.com/v1/%7Ea{query}") == f"https://api.example.com/v1/%7Ea{kept}"


def test_key_with_brackets_in_its_name_is_taken_out_however_it_is_written() -> None:
    for name in ("auth[key]", "auth%5Bkey%5D", "auth%5bkey]"):
        assert follow(f"?{name}=K&page=2", credential="auth[key]") == "https://api.example.com/v1/contacts?page=2"


def test_nothing_is_taken_out_where_no_parameter_carries_the_key() -> None:
    assert follow("?api_key=K", credential=None) == "https://api.example.com/v1/contacts?api_key=K"


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=6))
def test_other_parameters_never_change(pairs: list[tuple[str, str]]) -> None:
    others = [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs if name != "key"]
    with_keys = "&".join(["key=K", *(part for other in others for part in (other, "%6Bey=L"))])
    assert without_parameter(f"https://h/p?{with_keys}", "key") == "https://h/p" + "?" * bool(others) + "&".join(others)


@pytest.mark.parametrize(
    ("link", "followed"),
    [
        ("http://internal:8080/v1/x?page=2&api_key=S", "https://api.example.com/v1/x?page=2"),
        ("https://evil.example.com", "https://api.example.com"),
        ("https://evil.example.com?page=2", "https://api.example.com?page=2"),
        ("//evil.example.com/a%2Fb?c=/d", "https://api.example.com/a%2Fb?c=/d"),
        ("https://api.example.com/v1?page=2", "https://api.example.com/v1?page=2"),
        ("?page=2", "https://api.example.com/v1/contacts?page=2"),
    ],
)
def test_path_and_query_of_a_link_may_be_all_that_is_followed(link: str, followed: str) -> None:
    found = follow_link(link, base=BASE, url=URL, credential="api_key", rule=LinkRule.QUERY_ONLY)
    assert found == followed


@pytest.mark.parametrize("rule", list(LinkRule))
@pytest.mark.parametrize("link", ["ftp://a/HIDDEN", "https://u:p@evil.example.com/HIDDEN", "https://a\\@b/HIDDEN"])
def test_no_rule_follows_what_is_no_plain_link(link: str, rule: LinkRule) -> None:
    with pytest.raises(FatalAPIError, match="not a plain"):
        follow_link(link, base=BASE, url=URL, credential="api_key", rule=rule)


def test_a_link_elsewhere_is_followed_without_the_key_where_that_is_declared() -> None:
    link = "https://files.example.com/next?page=2&api_key=SECRET"
    found = follow_link(link, base=BASE, url=URL, credential="api_key", rule=LinkRule.WITHOUT_KEY)
    assert found == "https://files.example.com/next?page=2"


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("?page=3", "https://files.example.com/a/b?page=3"),
        (" /c ", "https://files.example.com/c"),
        ("//other.example.com/c", "https://other.example.com/c"),
        ("https://api.example.com/c", "https://api.example.com/c"),
        ("ftp:x", "ftp:x"),
        ("a\\b", "a\\b"),
        (" ", " "),
        (None, None),
        (5, 5),
    ],
)
def test_a_relative_link_belongs_to_the_page_that_it_stands_on(link: object, found: object) -> None:
    assert absolute(link, "https://files.example.com/a/b") == found


def test_a_fragment_is_left_out_so_that_the_key_is_no_part_of_it() -> None:
    link = follow_link("/v1/a?page=2#top", base="https://h.test", url="https://h.test/v1/a", credential="key")
    assert link == "https://h.test/v1/a?page=2"


@pytest.mark.parametrize(
    ("link", "lacks"),
    [
        ("https://api.example.com/v1/deals?page=2", {"state": "open", "per_page": "50"}),
        ("https://api.example.com/v1/deals?page=2&per-page=50", {"state": "open"}),
        ("https://api.example.com/v1/deals?page=2&state=open&per_page=50", {}),
        ("https://api.example.com/v1/deals?page=2&token=abc", {}),
        ("https://api.example.com/v1/deals?cursor=abc", {}),
        ("https://api.example.com/v2/deals?page=2", {}),
        ("https://api.example.com/v1/deals", {}),
    ],
)
def test_a_link_by_number_is_sent_with_the_parameters_that_it_lacks(link: str, lacks: dict[str, str]) -> None:
    first = {"state": "open", "per_page": "50"}
    assert left_out(link, "https://api.example.com/v1/deals?state=open", first) == lacks


@pytest.mark.parametrize(
    ("location", "differs"),
    [
        ("https://h/v1/a/", True),
        ("http://h/v1/a/?b=1", True),
        ("/v1/a/", True),
        ("a/", True),
        ("https://h/v1/a", False),
        ("https://i/v1/a/", False),
        ("https://h/v1/b/", False),
        ("/login/", False),
        ("", False),
        ("http://[", False),
    ],
)
def test_a_redirect_may_differ_by_nothing_but_a_slash(location: str, *, differs: bool) -> None:
    assert differs_by_slash("https://h/v1/a?b=1", location) is differs
    assert not differs_by_slash("https://h/", location)
