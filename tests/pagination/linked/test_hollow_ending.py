"""Numbered links whose pages are empty from some place on are those of a list that is cut."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.linked.hollow_ending import is_hollow
from tap_analytics.pagination.page import InTurn, NextLink, Page, RowIdentity
from tap_analytics.pagination.paginators import paginator_of
from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from collections.abc import Sequence

WAYS = {
    "link": {"type": "json_link"},
    "cursor": {"type": "cursor", "cursor_param": "offset"},
    "opaque": {"type": "cursor"},
}


@pytest.mark.parametrize(
    ("sizes", "is_cut"),
    [
        ([10, 10, 5, 0, 0], True),
        ([10, 10, 10, 0, 0, 0], True),
        ([10, 10, 5, 0], False),  # the one behind the last page may have none
        ([10, 10, 5], False),
        ([10, 7, 10, 0, 0], False),  # filtered
        ([10, 0, 10, 0, 0], False),
        ([7, 10, 0, 0], False),
        ([10, 0, 0], False),
        ([1, 1, 1, 0, 0], False),
        ([0, 0, 0], False),
        ([], False),
    ],
)
def test_full_pages_before_empty_ones_that_name_others_are_those_of_a_cut_list(
    sizes: Sequence[int], *, is_cut: bool
) -> None:
    assert is_hollow(sizes) == is_cut


def read(way: str, *, gives: int, has: int, **parts: Any) -> int:  # noqa: ANN401 - of pages
    """Read a list that gives so many of its rows, in pages of ten that name the next offset up to its end."""

    def fetch(token: NextLink) -> Page:
        offset = int((token.value or "0").rpartition("=")[2])
        following = offset + 10 if offset + 10 < has else None
        named = f"/rows?offset={following}" if way == "link" and following else following
        rows = [{"id": id_} for id_ in range(offset, min(offset + 10, gives))]
        return Page(offset=offset, rows=rows, next=named, **parts)

    paginator = paginator_of(WAYS[way]).under({"page_size": 10})
    return sum(
        sum(
            map(len, paginator.pages(InTurn(fetch), rows=RowIdentity(key=itemgetter("id")), stats=stats, verify=verify))
        )
        for verify, stats in ((False, ListStats()), (True, ListStats()))
    )


@pytest.mark.parametrize("way", ["link", "cursor"])
def test_list_that_names_pages_behind_those_with_rows_fails(way: str) -> None:
    with pytest.raises(FatalAPIError, match=r"gave 25 rows, all pages full, .*`stop_after_empty_page`"):
        read(way, gives=25, has=48)


def test_list_is_whole_where_a_total_says_so_or_its_last_page_is_the_only_empty_one() -> None:
    assert read("link", gives=25, has=48, total=25) == 50
    assert read("link", gives=20, has=25) == 40
    assert read("link", gives=25, has=25) == 50
    # A cursor is a place, whatever it looks like.
    assert read("opaque", gives=25, has=48) == 50
