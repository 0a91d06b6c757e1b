"""A list is parted where it has too many rows, and read as one where its windows are none."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.offset.offset import OffsetPaginator
from tap_analytics.reading.reading import Reading
from tap_analytics.reading.windows import ListInWindows, WindowRules
from tap_analytics.records.raw_records import RawRecords
from tap_analytics.records.rules import RowRules
from tap_analytics.report.stats import StreamStats
from tap_analytics.resources.listing import Listing
from tap_analytics.resources.resource import Resource
from tap_analytics.sandbox import Answer
from tap_analytics.state.bounds import Bounds
from tap_analytics.state.durations import Duration
from tap_analytics.state.replication import Incremental
from tap_analytics.state.windows import Interval
from tests.connections import connect, settings_of
from tests.windowed import FIRST, INCREMENTAL, alter, ignoring, load_skewed, offsets, without_total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.sandbox import Request, Sandbox

UNTIL = FIRST + timedelta(days=700)


def list_in_windows(
    api: Sandbox,
    *,
    interval: Interval | None = None,
    maximum: int | None = None,
    page: int = 20,
    concurrency: int = 1,
    **rules: Any,  # noqa: ANN401
) -> ListInWindows:
    """Return the contacts of the sandbox as a list in windows that knows no stream and no tap."""
    new = Incremental(**INCREMENTAL)  # type: ignore[arg-type]
    paginator = OffsetPaginator(limit=page, maximum_offset=maximum)
    resource = Resource(name="people", path="/v1/contacts", paginator=paginator, incremental=new)
    listing = Listing(resource=resource, config=settings_of(api.url, api_key=api.api_key), is_incremental=True)
    connection = connect(api, concurrency=concurrency)
    template = listing.template(connection)

    def open_reading(part: Interval) -> Reading[Any]:
        bounds = Bounds().within(part)
        rows = RowRules(
            path="/v1/contacts", codec=RawRecords(listing.envelope), keys=["id"], cursor="updated_at", bounds=bounds
        )
        return Reading(
            name="people",
            connection=connection,
            request=lambda token: template.fill(token, bounds=bounds, context={}),
            paginator=listing.paginator,
            rows=rows,
            stats=StreamStats(stream="people"),
            is_closed=part.end is not None,
        )

    return ListInWindows(
        name="people",
        interval=interval or Interval(FIRST, UNTIL),
        open_reading=open_reading,
        rules=replace(WindowRules(until=UNTIL, most_rows=100, is_divisible=True), **rules),
        logger=logging.getLogger("tap-analytics"),
    )


def ids(of: ListInWindows) -> list[Any]:
    return [row["id"] for part in of.parts() for rows in part.reading.runs() for row in rows]


def gaps(intervals: Sequence[Interval]) -> list[bool]:
    return [one.end != other.start for one, other in pairwise(intervals)]


def test_a_list_with_few_enough_rows_is_one_window_whose_first_page_is_not_asked_for_again(api: Sandbox) -> None:
    load_skewed(api, 90)
    (part,) = list_in_windows(api).parts()
    assert (part.interval, part.rows, part.is_all) == (Interval(FIRST, UNTIL), 90, True)
    assert sum(len(rows) for rows in part.reading.runs()) == 90
    assert offsets(api).count(0) == 1


def test_offsets_stay_small_for_few_requests_more_and_every_row_is_read_once(api: Sandbox) -> None:
    expected = load_skewed(api, 2500)
    assert sorted(ids(list_in_windows(api, page=10, most_rows=500))) == expected
    asked = offsets(api)
    as_one = len(ids(list_in_windows(api, page=10, most_rows=10_000)))
    assert as_one == len(expected)
    assert max(asked) < 500
    assert len(asked) <= 1.05 * (len(offsets(api)) - len(asked))


def test_neighbours_that_fit_are_one_window_of_a_plan(api: Sandbox) -> None:
    load_skewed(api)
    windows = list(list_in_windows(api).windows())
    intervals = [interval for interval, _ in windows]
    assert (intervals[0].start, intervals[-1].end) == (FIRST, UNTIL)
    assert True not in gaps(intervals)
    rows = [rows or 0 for _, rows in windows]
    assert sum(rows) == 600
    assert max(rows) <= 100
    assert all(one + other > 100 for one, other in pairwise(rows))


@pytest.mark.parametrize("interval", [Interval(FIRST), Interval(None, UNTIL), Interval()])
def test_ends_that_are_open_stay_open(api: Sandbox, interval: Interval) -> None:
    expected = load_skewed(api)
    of = list_in_windows(api, interval=interval)
    intervals = [part.interval for part in of.parts()]
    assert (intervals[0].start, intervals[-1].end) == interval
    assert True not in gaps(intervals)
    assert sorted(ids(of)) == expected


@pytest.mark.parametrize(
    ("ignored", "reason"),
    [
        (("updated_before",), ""),
        (("updated_since",), "rows that are outside of the window"),
        (("updated_since", "updated_before"), "rows that are outside of the window"),
    ],
)
def test_an_end_that_the_api_ignores_makes_the_list_one_which_is_told_once(
    api: Sandbox, caplog: pytest.LogCaptureFixture, ignored: tuple[str, ...], reason: str
) -> None:
    expected = load_skewed(api)
    alter(api, ignoring(*ignored))
    assert sorted(ids(list_in_windows(api))) == expected
    told = [record.getMessage() for record in caplog.records if "read as one" in record.getMessage()]
    assert len(told) == 1
    assert reason in told[0]


def test_a_start_that_is_not_part_of_a_window_loses_no_row(api: Sandbox) -> None:
    """Windows of such an API lack the rows right at their starts: together they have fewer than the whole list."""
    expected = load_skewed(api, 400, days=16)
    borders = {f"{FIRST + (UNTIL - FIRST) * number / 9:%Y-%m-%dT%H:%M:%SZ}" for number in range(9)}
    for number, border in enumerate(sorted(borders), 1):
        api.table("contacts").update(number, updated_at=border)

    def behind(request: Request) -> Request:
        since = datetime.fromisoformat(request.params["updated_since"]) + timedelta(seconds=1)
        return request.with_params(updated_since=f"{since:%Y-%m-%dT%H:%M:%SZ}")

    alter(api, behind)
    found = set(ids(list_in_windows(api)))
    assert set(expected) - found <= {1}  # the one at the very start of the list


def test_a_list_that_says_nothing_of_its_length_is_read_by_steps_or_as_one(api: Sandbox) -> None:
    expected = load_skewed(api)
    without_total(api)
    assert len(list(list_in_windows(api).parts())) == 1
    step = Duration(days=50)
    assert [part.interval.end for part in list_in_windows(api, step=step).parts()][:2] == [
        FIRST + timedelta(days=50),
        FIRST + timedelta(days=100),
    ]
    assert sorted(ids(list_in_windows(api, step=step))) == expected


@pytest.mark.parametrize("ignored", [("updated_since", "updated_before"), ("updated_before",), ("updated_since",)])
def test_windows_that_the_api_does_not_heed_are_not_read_one_by_one(
    api: Sandbox, caplog: pytest.LogCaptureFixture, ignored: tuple[str, ...]
) -> None:
    expected = load_skewed(api)
    alter(api, ignoring(*ignored))
    assert sorted({*ids(list_in_windows(api, step=Duration.of("P7D"), most_rows=10_000))}) == expected
    assert "its windows have the same rows" in caplog.text
    if "updated_before" in ignored:
        assert len(offsets(api)) < 4 * len(expected) / 20


def test_windows_with_the_same_rows_are_read_where_no_longer_one_is_allowed(api: Sandbox) -> None:
    expected = load_skewed(api)
    alter(api, ignoring("updated_since", "updated_before"))
    whole = list_in_windows(api, step=Duration.of("P300D"), most_rows=10_000)
    opened = whole.open_reading

    def open_reading(part: Interval) -> Reading[Any]:
        if part.end is None or part.start is None or part.end - part.start > timedelta(days=300):  # type: ignore[operator]
            message = "no longer than 300 days"
            raise FatalAPIError(message)
        return opened(part)

    whole.open_reading = open_reading
    assert sorted({*ids(whole)}) == expected


def test_a_step_with_too_many_rows_is_parted_too(api: Sandbox) -> None:
    load_skewed(api)
    parts = list(list_in_windows(api, step=Duration(days=350)).parts())
    assert len(parts) > 3
    assert FIRST + timedelta(days=350) in {part.interval.end for part in parts}


def test_what_was_read_before_is_not_asked_for(api: Sandbox) -> None:
    expected = load_skewed(api)
    of = list_in_windows(api)
    done = Interval(FIRST + timedelta(days=300), FIRST + timedelta(days=650))
    of.finished = [done]
    rows = api.table("contacts").rows()
    kept = {row["id"] for row in rows if done.start <= datetime.fromisoformat(row["updated_at"]) < done.end}  # type: ignore[operator]
    assert sorted(ids(of)) == sorted(set(expected) - kept)


def test_more_rows_of_one_second_than_fit_are_read_through_where_the_api_allows_it(api: Sandbox) -> None:
    expected = load_skewed(api, 150, days=0)
    assert sorted(ids(list_in_windows(api, interval=Interval(FIRST, FIRST + timedelta(seconds=20))))) == expected


def test_more_rows_of_one_second_than_may_be_read_fail_with_both_figures(api: Sandbox) -> None:
    load_skewed(api, 150, days=0)
    with pytest.raises(FatalAPIError, match=r"150 rows from 2024-01-01T00:00:00Z up to .*01Z.*at most 120 can be read"):
        ids(list_in_windows(api, interval=Interval(FIRST, FIRST + timedelta(seconds=20)), maximum=120))


def test_rows_without_a_date_are_not_parted(api: Sandbox) -> None:
    template = api.table("contacts").rows()[0]
    api.table("contacts").load([{**template, "id": number, "updated_at": None} for number in range(150)])
    alter(api, ignoring("updated_since", "updated_before"))
    assert len(list(list_in_windows(api).parts())) == 1
    assert len(offsets(api)) == 1


def test_numbers_are_not_parted_by_dates(api: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    rows = [{"id": number, "updated_at": 1_700_000_000 + number} for number in range(150)]
    counted = {"data": rows[:20], "total": len(rows)}
    api.intercept(lambda request: Answer(200, counted) if request.path == "/v1/contacts" else None)
    assert len(list(list_in_windows(api, interval=Interval()).parts())) == 1
    assert len(offsets(api)) == 1
    assert "if that is a time, set `datetime_format`" in caplog.text


@pytest.mark.parametrize(("concurrency", "requests"), [(1, 4), (4, 5)])
def test_the_first_pages_of_steps_are_asked_for_side_by_side_and_a_failure_comes_in_its_turn(
    api: Sandbox, concurrency: int, requests: int
) -> None:
    load_skewed(api, 90)
    third = f"{FIRST + timedelta(days=150):%Y-%m-%dT%H:%M:%SZ}"
    # The failure waits until those beside it are under way, too.
    no = Answer(400, {"error": "no"}, delay=0.3)
    api.intercept(lambda request: no if request.params["updated_since"] == third else None)
    starts: list[Any] = []
    parts = list_in_windows(api, step=Duration(days=50), concurrency=concurrency).parts()
    with pytest.raises(FatalAPIError, match="400"):
        starts.extend(part.interval.start for part in parts)
    assert starts == [FIRST + timedelta(days=50 * number) for number in range(3)]
    assert len(api.requests) == requests
