"""Each kind of API gives all its rows if it is asked in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.sandbox.kinds import KINDS

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox
    from tests.sandbox.conftest import Get


def rows_in(body: Any) -> list[Any]:  # noqa: ANN401 - JSON may be anything
    """Return the list within a body, wherever it is."""
    if isinstance(body, list):
        return body
    inner = [rows_in(part) for part in body.values() if isinstance(part, dict | list)]
    return next((rows for rows in inner if rows), [])


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.start and not kind.is_text])
def test_two_pages_follow_each_other(api: Sandbox, get: Get, kind: str) -> None:
    api.reset(kind=kind, rows={"contacts": 25})
    way = KINDS[kind]
    first = way.pages or 0
    places = [first, 10] if way.pages is None else [first, first + 1]
    pages = [rows_in(get("contacts", "", **{way.limit: 10, way.start: place}).json()) for place in places]
    assert [row["id"] for page in pages for row in page] == list(range(1, 21))


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.is_text])
def test_a_cursor_that_it_did_not_make_is_refused(api: Sandbox, get: Get, kind: str) -> None:
    api.reset(kind=kind)
    assert get("contacts", **{KINDS[kind].start: "7"}).status_code == 422


def test_an_ignored_offset_and_one_object(api: Sandbox, get: Get) -> None:
    api.reset(kind="ignored-offset", rows={"contacts": 5})
    assert get("contacts", offset=3).json() == get("contacts").json()
    api.reset(kind="object")
    assert get("contacts").json()["id"] == 1


def test_the_last_page_has_no_link(api: Sandbox, get: Get) -> None:
    api.reset(kind="link-header", rows={"contacts": 15})
    assert 'rel="next"' in get("contacts", limit=10).headers["link"]
    assert "link" not in get("contacts", limit=10, offset=10).headers


def test_changes_are_asked_for_by_the_name_that_is_set(api: Sandbox, get: Get) -> None:
    api.reset(since_param="filter[updated_at][gte]")
    newest = max(row["updated_at"] for row in api.table("contacts").rows())
    found = get("contacts", **{"filter[updated_at][gte]": newest}).json()
    assert {row["updated_at"] for row in found["data"]} == {newest}
    assert get("contacts", updated_since=newest).json()["total"] == 1000
