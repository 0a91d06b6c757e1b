"""The link to the next page is read in the `Link` header, however it is written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_analytics.pagination.linked.link_header import header_link, lacks_relations, names_link


@pytest.mark.parametrize(
    ("value", "link"),
    [
        ('<https://h/a?page=2>; rel="next"', "https://h/a?page=2"),
        ('<https://h/1>; rel="prev", <https://h/3>; rel="next"', "https://h/3"),
        ("<https://h/1>;rel=prev,<https://h/3>;rel=next", "https://h/3"),
        ('<https://h/a?ids=1,2,3&x=<>; rel="next"', "https://h/a?ids=1,2,3&x=<"),
        ('</a?b=1, c>; rel="next", </d>; rel="last"', "/a?b=1, c"),
        ('<https://h/a;v=1?page=2>; rel="next"', "https://h/a;v=1?page=2"),
        ('<https://h/a>; rel="last NEXT"', "https://h/a"),
        ("<https://h/a>; REL=Next", "https://h/a"),
        ("<https://h/a>; rel='next'", "https://h/a"),
        ('<https://h/a> ; title="a=b; rel=last, \\"<x>" ; rel = "next"', "https://h/a"),
        ('<https://h/a>; title="; rel=next, <b>; rel=next", <https://h/c>; rel="next"', "https://h/c"),
        ('<https://h/a>; rel="prev"; rel="next"', None),
        ('<https://h/a>; rel="nextPage"', "https://h/a"),
        ('<https://h/a>; rel="next_page"', "https://h/a"),
        ('<https://h/a>; rel="nextgen"', None),
        ('[{"rel": "prev", "href": "/a?page=1"}, {"rel": "next", "href": "/a?page=3"}]', "/a?page=3"),
        ('{"links": [{"relation": "next", "uri": "/a?page=3"}]}', "/a?page=3"),
        ('{"next": "/a?page=3"}', "/a?page=3"),
        ('{"_links": {"next": {"href": "/a?page=3"}}}', "/a?page=3"),
        ('{"prev": "/a?page=1", "next": null}', None),
        ('["next"]', None),
        ('<https://h/a>; rel="next', "https://h/a"),
        ('<https://h/a>; title="next"', None),
        ("<https://h/a>", None),
        ("", None),
        ("nonsense, more=nonsense", None),
        ('<https://h/a>; rel="next", <https://h/b>; rel="next"', "https://h/a"),
        ('<https://h/a>; rel="http://h/rels/next"', "https://h/a"),
        ('<https://h/a>; rel="urn:rel:next"', "https://h/a"),
        ('<https://h/a>; rel="http://h/next/prev"', None),
        ('/a?ids=1,2&page=2; rel="next"', "/a?ids=1,2&page=2"),
        ('https://h/1; rel="prev", https://h/3; rel="next"', "https://h/3"),
        ("/a?page=2", None),
        ('< /a?page=2 >; crossorigin; rel="next"', "/a?page=2"),
        ('<https://h/1>; rel="previous"; results="false", <https://h/3>; rel="next"; results="true"', "https://h/3"),
        ('<https://h/1>; rel="previous"; results="true", <https://h/3>; rel="next"; results="false"; cursor="0"', None),
    ],
)
def test_link_of_a_relation_is_found_in_the_header(value: str, link: str | None) -> None:
    assert header_link(value, "next") == link


def test_a_link_that_says_that_nothing_is_behind_it_is_no_malformed_one() -> None:
    assert not names_link('<https://h/3>; rel="next"; results="false"; cursor="0:3:0"', "next")


def test_relation_may_be_another_one_in_any_case() -> None:
    assert header_link('<https://h/a>; rel="next", <https://h/b>; rel="https://h/rels/More"', "https://h/rels/more")


@given(st.text(alphabet="<>;,=\"\\ relnxt'", max_size=60))
def test_any_header_is_read_to_an_end(value: str) -> None:
    assert header_link(value, "next") in {None, *re.findall("<([^>]*)>", value)}


@pytest.mark.parametrize(
    ("value", "is_named"),
    [
        ('</a?p=2>; rel="next"', True),
        ('</a?p=2; rel="next"', True),
        ('</a?p=2>; rel="prev next', True),
        ('</a?p=0>; rel="prev"', False),
        ('</a?p=0>; rel="prev"; title="rel=next"', False),
        ("</a?p=0>; rel=nextgen", False),
        ('</a?p=0>; rel="next-archive"', False),
        ("next=</a?p=2>", True),
        ("next: https://h/a?p=2", True),
        ("</a?p=2>; rel:next", True),
        ("</a?p=2>; next", True),
        ("&lt;/a?p=2&gt;; rel=&quot;next&quot;", True),
        ("{'prev': '/a', 'next': '/a?p=2'}", True),
        ("{'prev': '/a', 'next': None}", False),
        ('{"prev": "/a", "next": null}', False),
        ("prev=/next/a", False),
        ('<link rel="next" href="/a?p=2">', True),
    ],
)
def test_a_link_that_nobody_can_read_is_named_all_the_same(value: str, *, is_named: bool) -> None:
    assert names_link(value, "next") == is_named


@pytest.mark.parametrize(
    ("value", "lacks"),
    [
        ("</a?p=2>", True),
        ("https://h/a?p=2", True),
        ('</a?p=2>; title="rel=next"', True),
        ('</a?p=0>; rel="prev"', False),
        ("<https://h/docs>", False),
        ("", False),
    ],
)
def test_links_that_say_of_no_place_what_it_is_are_told_apart(value: str, *, lacks: bool) -> None:
    assert lacks_relations(value) == lacks
