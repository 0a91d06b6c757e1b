"""Numbered pages whose first one says that it is none begin earlier only where the page before it has other rows."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.page import InTurn, Page, PageNumber, RowIdentity, Signs
from tap_analytics.pagination.paginators import paginator_of
from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from collections.abc import Sequence

SETTINGS = {"page_size": 10, "limit_param": "limit", "offset_param": "offset", "total_path": "total"}
ways = pytest.mark.parametrize("verify", [True, False], ids=["verified", "plain"])


def read(*, verify: bool, first: int, says: str = "first", refuses: bool = False, **options: object) -> Sequence[int]:
    """Read pages of ten rows up to number 3, from an API that begins with the number `first`; return what was asked."""
    asked: list[int] = []

    def fetch(token: Any) -> Page:  # noqa: ANN401 - one token is as good as another
        asked.append(token.number)
        if refuses and token.number < first:
            message = "no such page"
            raise FatalAPIError(message)
        number = max(token.number, first)
        ids = range(number * 10, number * 10 + 10) if number <= len("abc") else ()
        return Page(offset=number * 10, rows=[{"id": id_} for id_ in ids], signs=Signs(before=says))

    paginator = paginator_of({"type": "page_number", "base_page": 1, **options}).under(SETTINGS)
    rows = RowIdentity(key=itemgetter("id"))
    for _ in paginator.pages(InTurn[PageNumber](fetch), rows=rows, stats=ListStats(), verify=verify):
        pass
    return asked


@ways
def test_page_before_the_first_with_other_rows_is_an_error(*, verify: bool) -> None:
    with pytest.raises(
        FatalAPIError, match=r"page 1 says that it is not the first \(`first`\).*set `base_page` to 0, or `page` to 1"
    ):
        read(verify=verify, first=0)


@ways
@pytest.mark.parametrize("refuses", [True, False], ids=["refused", "the first page again"])
def test_page_before_the_first_without_rows_of_its_own_is_none(*, verify: bool, refuses: bool) -> None:
    assert read(verify=verify, first=1, refuses=refuses).count(0) == 1


@ways
def test_page_before_the_first_is_not_asked_for_unless_a_response_tells_of_it(*, verify: bool) -> None:
    assert 0 not in read(verify=verify, first=0, says="")


@ways
def test_page_that_is_to_be_the_first_may_have_others_before_it(*, verify: bool) -> None:
    assert 0 not in read(verify=verify, first=0, page=1)
