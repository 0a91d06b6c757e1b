"""An empty page that names itself is the end of a list only where the API names a next page anywhere."""

from __future__ import annotations

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.linked.linked import LinkedPages
from tap_analytics.pagination.linked.self_named import far_from
from tap_analytics.pagination.page import NextLink, Page, RowIdentity
from tap_analytics.report.stats import ListStats


@pytest.mark.parametrize(
    ("value", "far"),
    [
        ("250", "35000"),
        ("/a?offset=250&limit=100", "/a?offset=35000&limit=100"),
        ("?id=7&page=3#b", "?id=7&page=10300#b"),
        ("/a?id=7", None),
        ("abc", None),
        (None, None),
    ],
)
def test_place_far_behind_a_numbered_one_is_known(value: str | None, far: str | None) -> None:
    found = far_from(NextLink(value))
    assert (found and found.value) == far


def read(*, names_always: bool, limit: int = 250, total: int = 437, refuses: bool = False) -> int:
    def fetch(token: NextLink) -> Page:
        offset = int(token.value or 0)
        if refuses and offset > total:
            message = "400 Bad Request"
            raise FatalAPIError(message)
        rows = [{"id": number} for number in range(offset, min(offset + 100, limit))]
        end = offset + len(rows)
        return Page(offset=offset, rows=rows, next=end if names_always or end < total else None)

    return sum(map(len, LinkedPages(fetch, rows=RowIdentity(key=lambda row: row["id"]), stats=ListStats())))


def test_list_that_names_a_next_page_only_where_there_is_more_is_an_error() -> None:
    with pytest.raises(FatalAPIError, match="names itself as next, as no page does far behind the end"):
        read(names_always=False)


@pytest.mark.parametrize("refuses", [True, False])
def test_feed_that_names_itself_at_its_end_is_whole(*, refuses: bool) -> None:
    assert read(names_always=True, refuses=refuses) == 250


@pytest.mark.parametrize(("rows", "remarks"), [(30, 1), (25, 0)])
def test_empty_page_that_names_itself_behind_a_full_one_is_remarked(rows: int, remarks: int) -> None:
    def fetch(token: NextLink) -> Page:
        offset = int((token.value or "c0")[1:])
        page = [{"id": number} for number in range(offset, min(offset + 10, rows))]
        return Page(offset=0, rows=page, next=f"c{offset + len(page)}")

    stats = ListStats()
    assert sum(map(len, LinkedPages(fetch, rows=RowIdentity(key=lambda row: row["id"]), stats=stats))) == rows
    assert len([remark for remark in stats.remarks if "an empty page that names itself" in remark]) == remarks
