"""The end of a list of numbered pages is known by what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.numbered.numbered import NumberedPages
from tap_analytics.pagination.numbered.numbered_ending import NumberedEvidence
from tap_analytics.pagination.numbered.numbering import Numbering
from tap_analytics.pagination.page import InTurn, Page, PageNumber, Signs
from tap_analytics.report.stats import Ending, ListStats

if TYPE_CHECKING:
    from collections.abc import Sequence


def page(**parts: Any) -> Page:  # noqa: ANN401 - a part of a page may be anything
    whole: dict[str, Any] = {"offset": 0, "rows": [{"id": 1}]}
    return Page(**whole | parts)


@pytest.mark.parametrize(
    ("number", "numbering", "at", "is_last"),
    [
        (2, Numbering(), page(), False),
        (2, Numbering(), page(single=True), True),
        (2, Numbering(), page(more=False), True),
        (2, Numbering(), page(more=None), False),
        (2, Numbering(maximum=3), page(), True),
        (2, Numbering(maximum=4), page(), False),
        (2, Numbering(), page(total=3), True),
        (2, Numbering(base=1), page(total=3), False),
        (2, Numbering(), page(total=1), False),
        (2, Numbering(stop_after_empty_page=False), page(total=1, rows=[]), True),
        (2, Numbering(), page(rows=[]), True),
        (2, Numbering(stop_after_empty_page=False), page(rows=[]), False),
    ],
)
def test_last_page_is_known_by_what_it_says(number: int, numbering: Numbering, at: Page, *, is_last: bool) -> None:
    evidence = NumberedEvidence(ListStats(), numbering)
    assert evidence.is_last(number, at) == is_last


def read(pages: Sequence[Page], numbering: Numbering | None = None) -> ListStats:
    stats = ListStats()

    def fetch(asked: PageNumber) -> Page:
        return pages[asked.number]

    list(NumberedPages(InTurn(fetch), numbering=numbering, stats=stats))
    return stats


def pages_of(*sizes: int, **parts: Any) -> list[Page]:  # noqa: ANN401 - a part of a page may be anything
    """Return pages of so many rows, all of which say the same."""
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    return [
        page(rows=[{"id": id_} for id_ in range(start, start + size)], **parts)
        for start, size in zip(starts, sizes, strict=True)
    ]


MISSING = page(rows=[], missing="there is no such page", status=404)
LIMITED = page(rows=[], missing="no such page. The API says: at most 2 pages", status=404)
REFUSED = page(rows=[], missing="there is no such page", status=422)
WRONG = page(rows=[], missing="there is no such page", status=400)


@pytest.mark.parametrize(
    "pages",
    [
        [*pages_of(10, 10, 5), MISSING],
        [*pages_of(10, 10, 5), REFUSED],
        [*pages_of(10, 10, 5), LIMITED],
        [*pages_of(10, 10), MISSING],
        [*pages_of(10, 10, total=20), REFUSED],
        [*pages_of(10, 10, pages=2), REFUSED],
        [*pages_of(10, 8, 10, total=28), MISSING],
        [*pages_of(10, 10, signs=Signs({"X-WP-Total": 20}, pages=2)), WRONG],
        [*pages_of(10, 10, 5, signs=Signs({"X-Total": 25})), WRONG],
    ],
)
def test_failure_right_behind_the_last_page_is_the_end(pages: list[Page]) -> None:
    assert read(pages).ending is Ending.PROVED


def test_rows_of_pages_before_the_first_to_read_count_to_the_total() -> None:
    whole, short = (pages_of(10, 10, 5, 0, signs=Signs({"total": rows})) for rows in (25, 26))
    assert read(whole, Numbering(start=1)).ending is Ending.PROVED
    with pytest.raises(FatalAPIError, match="there are 26 rows, but gave 15"):
        read(short, Numbering(start=1))


def test_400_is_no_end_without_a_count_and_the_message_says_how_to_declare_one() -> None:
    for sizes in ((10, 10), (10, 10, 5)):
        with pytest.raises(FatalAPIError, match=r"if the list ends there, declare `empty_when` .*no such page"):
            read([*pages_of(*sizes), WRONG])
    with pytest.raises(FatalAPIError, match="there is no such page"):
        read([*pages_of(10, 10, signs=Signs({}, pages=3)), WRONG])


def test_failure_behind_a_full_page_is_remarked_where_nothing_counts_the_rows() -> None:
    assert "status 404 right behind a full page" in " ".join(read([*pages_of(10, 10), MISSING]).warnings)
    assert read([*pages_of(10), MISSING]).warnings
    for pages in ([*pages_of(10, 10, 5), MISSING], [*pages_of(5), MISSING], [*pages_of(10, 10, total=20), MISSING]):
        assert not read(pages).warnings


@pytest.mark.parametrize(
    "pages",
    [
        [MISSING],
        [*pages_of(10, 10), REFUSED],
        [*pages_of(10, 10), LIMITED],
        [*pages_of(10, 10, total=30), MISSING],
        [*pages_of(10, 10, pages=3), MISSING],
        [*pages_of(10, 10, signs=Signs(pages=3)), MISSING],
        [*pages_of(10, 5, 10), MISSING],
    ],
)
def test_failure_that_may_hide_pages_is_a_failure(pages: list[Page]) -> None:
    with pytest.raises(FatalAPIError, match="no such page"):
        read(pages)


@pytest.mark.parametrize("said", [{"total": 4}, {"pages": 4}, {"signs": Signs(pages=4)}, {"total": 350}])
def test_empty_page_below_the_number_of_pages_is_an_error(said: dict[str, Any]) -> None:
    with pytest.raises(FatalAPIError, match="ended at page 2: the API says"):
        read(pages_of(100, 100, 0, 99, **said))


@pytest.mark.parametrize("size", [5, 10])
def test_total_of_rows_ends_a_list(size: int) -> None:
    pages = pages_of(10, 10, size, 0, total=20 + size)
    assert read(pages).rows == 20 + size
    assert read(pages[:3], Numbering(counts_rows=True)).ending is Ending.PROVED


def test_flag_that_has_said_that_there_is_more_ends_the_list_by_its_silence() -> None:
    assert read([*pages_of(10, more=True), page(rows=[{"id": 11}], more=None)]).rows == 11


def test_flag_that_is_silent_on_all_pages_ends_nothing() -> None:
    assert read([*pages_of(10, 10), page(rows=[])]).rows == 20


def test_list_that_ends_at_the_maximum_is_cut_unless_a_count_says_that_it_is_all() -> None:
    assert read(pages_of(10, 10), Numbering(maximum=2)).ending is Ending.CUT
    assert read(pages_of(10, 10, pages=2), Numbering(maximum=2)).ending is Ending.PROVED


@pytest.mark.parametrize("last", [page(rows=[], more=True), page(rows=[], signs=Signs(more="has_more"))])
def test_empty_page_that_says_that_there_is_more_is_an_error(last: Page) -> None:
    with pytest.raises(FatalAPIError, match="says that there is more"):
        read([*pages_of(10), last])


@pytest.mark.parametrize("size", [10, 7])
def test_total_that_only_the_first_page_has_counts_to_the_end(size: int) -> None:
    whole = [*pages_of(10, total=10 + size), *pages_of(10, size)[1:], page(rows=[])]
    assert read(whole).ending is Ending.PROVED
    with pytest.raises(FatalAPIError, match="the API says 43, but gave"):
        read([*pages_of(10, total=43), *whole[1:]])


def test_number_of_pages_under_a_usual_name_counts_to_an_end_that_does_not_say_it() -> None:
    said = {"signs": Signs(pages=5)}
    with pytest.raises(FatalAPIError, match="ended at page 2: the API says 5, but gave 2 pages with 40 rows"):
        read([*pages_of(20, 20, **said), page(rows=[])])
    assert read([*pages_of(20, 20, signs=Signs(pages=2)), page(rows=[])]).rows == 40
    assert read([*pages_of(20, 20, 10, signs=Signs(pages=20)), page(rows=[])]).rows == 50, "counts the rows of a page"


@pytest.mark.parametrize(
    ("numbering", "said"),
    [
        (Numbering(base=1), {"total": 1, "signs": Signs(counts={"meta.total": 0})}),
        (Numbering(base=1, counts_rows=True), {"total": 0, "pages": 1}),
    ],
)
def test_an_empty_list_may_have_one_page_where_its_rows_are_counted(numbering: Numbering, said: dict[str, Any]) -> None:
    first, *_ = pages_of(0, **said)
    assert read([first, first], numbering).rows == 0
    with pytest.raises(FatalAPIError, match="the list ended at page 1: the API says 1, but gave 0 pages with 0 rows"):
        read([page(rows=[], total=1, pages=1, signs=Signs(counts={"meta.total": 3}))] * 2, numbering)


def test_count_of_rows_beside_that_of_pages_says_that_rows_are_missing() -> None:
    pages = pages_of(20, 20, 20, total=3, signs=Signs(counts={"pages": 3, "found": 137}))
    with pytest.raises(FatalAPIError, match="there are 137 rows, but gave 60"):
        read(pages)
