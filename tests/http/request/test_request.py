from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.request.request import RequestTemplate
from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.linked.header_cursor import HeaderCursorPaginator
from tap_analytics.pagination.linked.json_link import JsonLinkPaginator
from tap_analytics.pagination.numbered.numbered import PageNumberPaginator
from tap_analytics.pagination.offset.offset import OffsetPaginator
from tap_analytics.pagination.page import NextLink, PageNumber, Span, Token
from tap_analytics.state.bounds import Bounds

BASE = "https://api.example.com/v1"
YEAR = Bounds(start=datetime(2024, 1, 1, tzinfo=UTC), end=datetime(2025, 1, 1, tzinfo=UTC))


PAGES = OffsetPaginator(limit_param="limit", offset_param="offset", total_path="", limit=10)
LINKS = JsonLinkPaginator()
FIRST = Span(0, 10)


def fill(
    token: Token = FIRST,
    *,
    bounds: Bounds | None = None,
    context: dict[str, Any] | None = None,
    **parts: Any,  # noqa: ANN401 - those of a template
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return URL, parameters and headers of the request for a page."""
    template = RequestTemplate(**{"url_base": BASE, "path": "/deals", "paginator": PAGES, **parts})
    request = template.fill(token, bounds=bounds or Bounds(), context=context or {})
    return request.url, dict(request.params or {}), dict(request.headers or {})


def test_a_page_is_asked_for_with_what_the_paging_says() -> None:
    assert fill(Span(20, 10)) == (f"{BASE}/deals", {"limit": 10, "offset": 20}, {})


def test_the_values_of_a_parent_go_into_path_parameters_and_headers() -> None:
    url, params, headers = fill(
        context={"id": "a/b", "n": 5, "none": None},
        path="/c/{id}/notes",
        params={"of": "{id}", "each": ("{n}", "x", "{none}"), "left": "{none}", "fixed": "1"},
        headers={"X-Of": "n {n}", "X-Left": "{none}"},
    )
    assert url == f"{BASE}/c/a%2Fb/notes"
    assert params == {"of": "a/b", "each": ["5", "x"], "fixed": "1", "limit": 10, "offset": 0}
    assert headers == {"X-Of": "n 5"}


def test_a_link_by_number_is_sent_with_the_filter_that_it_lacks() -> None:
    parts: dict[str, Any] = {"paginator": LINKS, "params": {"kind": "x", "per_page": "50"}, "start_param": "since"}
    since = {"since": "2024-01-01T00:00:00Z"}
    assert fill(NextLink("?page=2"), bounds=YEAR, **parts)[1] == {"kind": "x", "per_page": "50"} | since
    link = f"{BASE}/deals?page=2&kind=x&per-page=20"
    assert fill(NextLink(link), bounds=YEAR, **parts)[:2] == (link, since)


@pytest.mark.parametrize("link", ["?after=abc", "?page=2&snapshot=abc", "/v1/search/7?page=2", "?after=12"])
def test_a_link_that_may_stand_for_all_parameters_is_sent_as_it_is(link: str) -> None:
    assert fill(NextLink(link), paginator=LINKS, params={"kind": "x"})[1] == {}


def test_what_asks_for_a_page_may_stand_in_a_text() -> None:
    query = "select * from deals offset {paginator.offset} limit {paginator.limit}"
    assert fill(Span(20, 10), params={"q": query})[1] == {"q": "select * from deals offset 20 limit 10"}
    assert fill(Span(20, 10), params={"q": "top {paginator.limit}"})[1] == {"q": "top 10", "limit": 10, "offset": 20}
    pages = PageNumberPaginator(base_page=1)
    url, params, _ = fill(PageNumber(3), path="/deals/page/{paginator.page}", paginator=pages)
    assert (url, params) == (f"{BASE}/deals/page/3", {})


def test_what_asks_for_a_page_may_stand_in_a_header() -> None:
    spans = {"Range": "items={paginator.offset}-{paginator.last}", "X-End": "{paginator.end}"}
    _, params, headers = fill(Span(20, 10), headers=spans)
    assert (params, headers) == ({}, {"Range": "items=20-29", "X-End": "30"})
    for paginator in (CursorPaginator(), HeaderCursorPaginator()):
        first, second = (
            fill(NextLink(at), headers={"Range": "{paginator.cursor}"}, paginator=paginator) for at in (None, "b..")
        )
        assert (first[1:], second[1:]) == (({}, {}), ({}, {"Range": "b.."}))


def test_a_number_in_a_body_stays_one() -> None:
    template = RequestTemplate(url_base=BASE, path="/deals", paginator=PAGES, json={"from": "{paginator.offset}"})
    request = template.fill(Span(20, 10), bounds=Bounds(), context={})
    assert (request.data, dict(request.params or {})) == (b'{"from":20}', {})
    texts = replace(template, json={"from": "{paginator.offset!s}", "size": "{paginator.limit!s}"})
    assert texts.fill(Span(20, 10), bounds=Bounds(), context={}).data == b'{"from":"20","size":"10"}'


def test_pages_behind_the_first_may_be_asked_for_elsewhere_and_by_the_cursor_alone() -> None:
    cursors = CursorPaginator(cursor_body_path="locator", cursor_at="more", cursor_alone=True)
    template = RequestTemplate(
        url_base=BASE, path="/query", method="POST", paginator=cursors, json={"q": "all"}, params={"a": "b"}
    )
    first, second = (template.fill(NextLink(cursor), bounds=YEAR, context={}) for cursor in (None, "x"))
    assert (first.url, first.params, first.data) == (f"{BASE}/query", {"a": "b"}, b'{"q":"all"}')
    assert (second.url, second.params, second.data) == (f"{BASE}/more", {}, b'{"locator":"x"}')
    form = replace(template, json=None, data={"q": "all"}).fill(NextLink("x"), bounds=YEAR, context={})
    assert form.data == {"locator": "x"}
    rest = replace(template, paginator=CursorPaginator(cursor_param="next", cursor_at="/more"))
    request = rest.fill(NextLink("x"), bounds=YEAR, context={})
    assert (request.url, request.params, request.data) == (f"{BASE}/more", {"a": "b", "next": "x"}, b'{"q":"all"}')


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("page.after", {"page": {"size": 9, "after": "x"}}),
        ("$.page.after", {"page": {"size": 9, "after": "x"}}),
        ("['page.after']", {"page": {"size": 9}, "page.after": "x"}),
        ("page['a.b'].c", {"page": {"size": 9, "a.b": {"c": "x"}}}),
        ("page[after]", {"page": {"size": 9}, "page[after]": "x"}),
    ],
)
def test_a_key_of_the_body_may_have_dots_in_it(path: str, body: dict[str, Any]) -> None:
    cursors = CursorPaginator(cursor_body_path=path)
    template = RequestTemplate(url_base=BASE, path="/deals", paginator=cursors, json={"page": {"size": 9}})
    request = template.fill(NextLink("x"), bounds=Bounds(), context={})
    assert json.loads(request.data) == body  # type: ignore[arg-type] # it is bytes


@pytest.mark.parametrize("path", ["{resources.files.url}", "/{resources.files.url}"])
def test_the_link_in_a_record_of_a_parent_is_followed_without_credentials_elsewhere(path: str) -> None:
    template = RequestTemplate(
        url_base=BASE, path=path, paginator=PAGES, headers={"X-A": "1"}, shared_headers=("X-B",), start_param="since"
    )
    link = "https://files.example.org/1.jsonl.gz?sig=a%2Fb"
    request = template.fill(FIRST, bounds=YEAR, context={"resources.files.url": link})
    assert (request.url, getattr(request, "is_signed", True)) == (link, False)
    assert dict(request.headers or {}) == {"X-B": None}
    assert "since" not in (request.params or {})
    here = template.fill(FIRST, bounds=YEAR, context={"resources.files.url": f"{BASE}/files/1"})
    assert (here.url, here.headers, getattr(here, "is_signed", False)) == (f"{BASE}/files/1", {"X-A": "1"}, True)
    named = template.fill(FIRST, bounds=Bounds(), context={"resources.files.url": "a/b"})
    assert named.url == f"{BASE}{'' if path[0] != '/' else '/'}a%2Fb"


def test_bounds_go_into_their_parameters_and_placeholders() -> None:
    params = {"filter": "{incremental.start_value}..{incremental.end_value}"}
    _, sent, _ = fill(bounds=YEAR, start_param="since", end_param="until", params=params)
    start, end = "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"
    assert sent == {"since": start, "until": end, "filter": f"{start}..{end}", "limit": 10, "offset": 0}


def test_a_bound_that_is_open_is_not_sent() -> None:
    params = {"filter": "{incremental.start_value}", "kind": "a"}
    assert fill(start_param="since", end_param="until", params=params)[1] == {"kind": "a", "limit": 10, "offset": 0}


def test_a_path_without_a_value_for_its_bound_is_never_cut_to_nothing() -> None:
    with pytest.raises(FatalAPIError, match=r"no value for `incremental.start_value`; where it is a bound, set `initi"):
        fill(path="/v1/since/{incremental.start_value}")


@pytest.mark.parametrize("value", [".", ".."])
def test_a_value_that_leads_to_another_path_is_refused(value: str) -> None:
    with pytest.raises(FatalAPIError, match=r"a value for the path is `\.` or `\.\.`"):
        fill(path="/v1/things/{id}/notes", context={"id": value})
    assert fill(path="/v1/things/{id}.json", context={"id": value})[0] == f"{BASE}/v1/things/{value}.json"


def test_a_parameter_of_the_paging_wins() -> None:
    assert fill(Span(20, 10), params={"offset": "5"})[1] == {"limit": 10, "offset": 20}


def test_a_link_is_followed_as_it_is_without_the_credential() -> None:
    url, params, headers = fill(
        NextLink("/v1/deals?after=2&key=old"),
        paginator=LINKS,
        params={"a": "1"},
        headers={"X": "y"},
        credential_param="key",
    )
    assert (url, params, headers) == ("https://api.example.com/v1/deals?after=2", {}, {"X": "y"})


def test_a_link_to_another_server_is_not_followed() -> None:
    with pytest.raises(FatalAPIError, match=r"leads to https://other\.example"):
        fill(NextLink("https://other.example/v1/deals"), paginator=LINKS)


def test_a_link_to_another_server_has_no_header_of_ours_and_is_not_signed() -> None:
    template = RequestTemplate(
        url_base=BASE,
        path="/deals",
        paginator=JsonLinkPaginator(link_without_key=True),
        credential_param="api_key",
        shared_headers=("X-Team",),
        headers={"X-Own": "s3cret"},
    )
    link = NextLink("https://files.example.com/next?page=2&api_key=s3cret")
    request = template.fill(link, bounds=Bounds(), context={})
    assert request.url == "https://files.example.com/next?page=2"
    assert (request.params, getattr(request, "is_signed", None)) == ({}, False)
    assert str(request.headers) == "{'X-Team': None}"  # None takes back what all requests have
    within = template.fill(NextLink("/v1/contacts?page=2"), bounds=Bounds(), context={})
    assert within.headers == {"X-Own": "s3cret"}
    assert getattr(within, "is_signed", None) is True


def test_the_first_page_of_links_and_a_cursor_are_asked_for_with_parameters() -> None:
    assert fill(NextLink(None), paginator=LINKS, params={"a": "1"})[1] == {"a": "1"}
    assert fill(NextLink("c"), paginator=CursorPaginator(), params={"a": "1"})[0] == f"{BASE}/deals"


def test_the_method_is_get_unless_another_is_said() -> None:
    template = RequestTemplate(url_base=BASE, path="/deals", paginator=PAGES)
    assert template.fill(Span(0, 1), bounds=Bounds(), context={}).method == "GET"
    template = RequestTemplate(url_base=BASE, path="/deals", paginator=PAGES, method="POST")
    assert template.fill(Span(0, 1), bounds=Bounds(), context={}).method == "POST"


def test_headers_are_not_in_the_repr() -> None:
    assert "s3cret" not in repr(RequestTemplate(url_base=BASE, path="/", paginator=PAGES, headers={"X": "s3cret"}))
