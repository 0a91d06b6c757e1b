"""A list that ends where the API still names a next page is whole only where the API names one everywhere."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.page import InTurn, Page, RowIdentity, Signs, Span
from tap_analytics.pagination.paginators import paginator_of
from tap_analytics.report.stats import Ending, ListStats

if TYPE_CHECKING:
    from collections.abc import Sequence

SETTINGS = {"page_size": 10, "limit_param": "limit", "offset_param": "offset", "total_path": "total"}
ways = pytest.mark.parametrize("verify", [True, False], ids=["verified", "plain"])
kinds = pytest.mark.parametrize("kind", ["offset", "page_number"])


def read(
    kind: str,
    *,
    verify: bool,
    named_below: int,
    refused_from: int = 10**9,
    **parts: Any,  # noqa: ANN401 - of pages
) -> tuple[ListStats, Sequence[int]]:
    """Read a list that gives 25 rows, whose responses name a next page at places below a limit, up to a refusal."""
    asked: list[int] = []

    def fetch(token: Any) -> Page:  # noqa: ANN401 - of either kind
        offset, limit = token if isinstance(token, Span) else (token.number * 10, 10)
        asked.append(offset)
        if offset >= refused_from:
            message = "too far"
            raise FatalAPIError(message)
        signs = Signs(next="next_offset" if offset < named_below else "")
        rows = [{"id": id_} for id_ in range(offset, min(25, offset + limit))]
        return Page(offset=offset, rows=rows, signs=signs, **parts)

    paginator, stats = paginator_of({"type": kind}).under(SETTINGS), ListStats()
    rows = RowIdentity(key=itemgetter("id"))
    for _ in paginator.pages(InTurn(fetch), rows=rows, stats=stats, verify=verify):
        pass
    return stats, asked


@kinds
@ways
def test_name_that_is_only_there_where_more_follows_is_an_error(kind: str, *, verify: bool) -> None:
    with pytest.raises(
        FatalAPIError, match=r"gave 25 rows and nothing behind them, but names a next page .*`total_path`"
    ):
        read(kind, verify=verify, named_below=437)


@kinds
@ways
def test_name_that_is_everywhere_says_nothing(kind: str, *, verify: bool) -> None:
    stats, asked = read(kind, verify=verify, named_below=10**9)
    assert (stats.rows, stats.ending) == (25, Ending.PROVED)
    assert max(asked) > 1_000
    # A flag or a total says it better, and costs no request.
    assert max(read(kind, verify=verify, named_below=437, total=25)[1]) < 100
    assert max(read(kind, verify=verify, named_below=20)[1]) < 100


@kinds
@ways
def test_place_nearby_tells_it_where_the_api_refuses_to_look_far(kind: str, *, verify: bool) -> None:
    with pytest.raises(FatalAPIError, match="names a next page"):
        read(kind, verify=verify, named_below=37, refused_from=9_000)
    assert read(kind, verify=verify, named_below=10**9, refused_from=9_000)[0].rows == 25
    assert read(kind, verify=verify, named_below=37, refused_from=60)[0].rows == 25
