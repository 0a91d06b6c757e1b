"""An empty list is believed where the API has no such row without a start either."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.foreign import Call, Foreign, Reply, by_offset
from tests.syncs.test_declared import entry, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Run

Rows = list[dict[str, Any]]

FIELDS = {"properties": {"ref": {"type": "string"}, "at": {"type": ["string", "null"], "format": "date-time"}}}
NEW = {"cursor_path": "at", "start_param": "from"}
# Nothing says where the records are, and how to come to the next page.
UNDECLARED = dict.fromkeys(("data_selector", "total_path", "limit_param", "offset_param"))
HOURS = [f"2024-05-{day:02d}T10:00:00Z" for day in range(1, 10)]


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


def rows_at(*cursors: str) -> Rows:
    return [{"ref": str(number), "at": cursor} for number, cursor in enumerate(cursors, 1)]


def serve(api: Foreign, rows: Rows, reads: Callable[[str], str | None]) -> None:
    """Answer the rows from a start on, as `reads` understands it; none where it does not."""

    def answer(call: Call) -> Reply:
        start = reads(call.params["from"]) if "from" in call.params else ""
        return by_offset([] if start is None else [row for row in rows if row["at"] >= start])(call)

    api.serve("/parts", answer)


def sync_from(api: Foreign, *, start: str | None = None, bookmark: str | None = None, **words: str) -> Run:
    parts = entry("parts", schema=FIELDS, incremental={**NEW, **words})
    kept = {"parts": {"replication_key": "at", "replication_key_value": bookmark}}
    options: dict[str, Any] = {"start_date": start} if start else {}
    return sync(api, parts, state={"bookmarks": kept} if bookmark else None, **options)


def refs(run: Run) -> list[str]:
    return [record["ref"] for record in run.records("parts")]


def days_only(start: str) -> str | None:
    return start if len(start) == len("2024-05-01") else None


def test_an_api_that_takes_days_only_is_asked_for_days(api: Foreign) -> None:
    serve(api, rows_at(*HOURS), days_only)
    assert refs(sync_from(api, start="2024-05-03T12:00:00Z")) == ["3", "4", "5", "6", "7", "8", "9"]
    run = sync_from(api, bookmark=HOURS[6])
    assert (run.code, refs(run), run.bookmark("parts")) == (0, ["7", "8", "9"], HOURS[8])


def test_what_an_api_of_days_has_is_read_in_each_later_sync(api: Foreign) -> None:
    rows = rows_at(*HOURS)
    serve(api, rows, days_only)
    one = sync_from(api, bookmark=HOURS[8])
    assert (one.code, refs(one), one.bookmark("parts")) == (0, [], HOURS[8])
    rows += [{"ref": "10", "at": "2024-05-09T11:00:00Z"}]
    two = sync_from(api, bookmark=HOURS[8])
    assert (two.code, refs(two)[-1], two.bookmark("parts")) == (0, "10", "2024-05-09T11:00:00Z")


@pytest.mark.parametrize("is_end_counted_in", [True, False])
@pytest.mark.parametrize("words", [{}, {"step": "P1D"}, {"step": "PT36H"}, {"end_value": "2024-05-08T11:00:00Z"}])
def test_an_api_that_takes_days_only_for_both_ends_is_asked_for_days(
    api: Foreign, words: dict[str, str], *, is_end_counted_in: bool
) -> None:
    rows = rows_at(*HOURS)

    def answer(call: Call) -> Reply:
        start, end = (
            days_only(call.params.get(name, default))
            for name, default in (("from", HOURS[0][:10]), ("to", "9999-01-01"))
        )
        if start is None or end is None:
            return by_offset([])(call)
        days = [(row, row["at"][:10]) for row in rows]
        return by_offset(
            [row for row, day in days if start <= day and (day < end or (is_end_counted_in and day == end))]
        )(call)

    api.serve("/parts", answer)
    ends = {"end_param": "to", "end_value": "2024-05-10", **words}
    is_short = "end_value" in words
    first = sync_from(api, start="2024-05-02", **ends)
    assert (first.code, refs(first)) == (0, ["2", "3", "4", "5", "6", "7", "8", *([] if is_short else ["9"])])
    second = sync_from(api, start="2024-05-02", bookmark=HOURS[5], **ends)
    assert (second.code, refs(second)) == (0, ["6", "7", "8", *([] if is_short else ["9"])])


@pytest.mark.parametrize("is_misread", [False, True])
def test_windows_are_empty_where_the_api_has_no_row_of_theirs(api: Foreign, *, is_misread: bool) -> None:
    rows = rows_at(HOURS[6], HOURS[7])
    serve(api, rows, lambda start: None if is_misread and start < "2024-05-09" else start)
    ends = {"end_param": "to", "end_value": "2024-05-12", "step": "P1D"}
    run = sync_from(api, start="2024-04-20", **ends)
    assert (run.code, refs(run)) == ((1, []) if is_misread else (0, ["1", "2"]))
    # One look without a start tells of all windows that are empty.
    assert api.values_of("/parts", "from").count(None) <= 2 + is_misread


@pytest.mark.parametrize("options", [{"start": "2024-05-03"}, {"bookmark": HOURS[6]}])
def test_an_api_that_gives_nothing_from_a_start_that_it_does_not_understand_is_an_error(
    api: Foreign, caplog: pytest.LogCaptureFixture, options: dict[str, str]
) -> None:
    serve(api, rows_at(*HOURS), lambda _: None)
    run = sync_from(api, **options)
    assert (run.code, refs(run)) == (1, [])
    assert "but has such rows when it is asked without a start; check `start_param`, and how a" in caplog.text
    assert run.bookmark("parts") == options.get("bookmark")


def test_an_empty_list_is_believed_where_no_row_is_later(api: Foreign) -> None:
    # The row that the bookmark was taken from is gone.
    serve(api, rows_at(*HOURS[:3]), lambda start: start)
    run = sync_from(api, bookmark=HOURS[8])
    assert (run.code, refs(run), run.bookmark("parts")) == (0, [], HOURS[8])
    assert api.values_of("/parts", "from") == [HOURS[8], "2024-05-07T10:00:00Z", None]


@pytest.mark.parametrize("status", [400, 500])
def test_an_empty_list_is_believed_where_the_api_refuses_to_be_asked_without_a_start(api: Foreign, status: int) -> None:
    def answer(call: Call) -> Reply:
        return by_offset([])(call) if "from" in call.params else Reply({"error": "from is missing"}, status=status)

    api.serve("/parts", answer)
    assert sync_from(api, bookmark=HOURS[8]).code == 0


def test_an_empty_list_is_believed_too_where_it_is_yet_to_be_found_out_how_it_is_read(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        has_start = "from" in call.params
        return Reply({"data": [], "total": 0}) if has_start else Reply({"error": "from is missing"}, status=400)

    api.serve("/parts", answer)
    run = sync(api, entry("parts", schema=FIELDS, incremental=NEW), start_date="2024-05-03", **UNDECLARED)
    assert (run.code, refs(run)) == (0, [])
    assert api.values_of("/parts", "from")[-1] is None


def test_rows_that_come_while_an_empty_list_is_looked_at_are_read(api: Foreign) -> None:
    rows: Rows = []

    def reads(start: str) -> str:
        rows.extend(rows_at(HOURS[8]) if len(api.calls) > 1 and not rows else [])
        return start

    serve(api, rows, reads)
    run = sync_from(api, bookmark=HOURS[7])
    assert (run.code, refs(run)) == (0, ["1"])


def test_times_of_another_zone_are_no_rows_that_are_missing(api: Foreign) -> None:
    # It reads the start in its own zone, and writes times without an offset.
    serve(api, rows_at("2024-05-03T15:00:00"), lambda start: "2024-05-03T17:30:00" if start else "")
    run = sync_from(api, start="2024-05-03T12:00:00Z")
    assert (run.code, refs(run)) == (0, [])


MINUTES = [f"2024-05-{1 + number // 10:02d}T{number % 10 + 10}:00:00Z" for number in range(150)]


@pytest.mark.parametrize("options", [{"start": "2024-05-12T12:00:00Z"}, {"bookmark": MINUTES[140]}])
def test_the_first_page_of_a_long_list_may_have_older_rows_alone(api: Foreign, options: dict[str, str]) -> None:
    serve(api, rows_at(*MINUTES), days_only)
    run = sync_from(api, **options)
    assert (run.code, refs(run)[-1], run.bookmark("parts")) == (0, "150", MINUTES[-1])
    serve(api, rows_at(*MINUTES), lambda _: None)
    assert sync_from(api, **options).code == 1


@pytest.mark.parametrize(("count", "first"), [(150, 131), (139, None)])
def test_an_api_that_compares_other_texts_than_it_writes_gives_the_day_of_the_bookmark(
    api: Foreign, count: int, first: int | None
) -> None:
    serve(api, rows_at(*MINUTES[:count]), lambda text: text.replace("T", "~"))  # no row of the day itself
    run = sync_from(api, bookmark=MINUTES[140])
    assert (run.code, run.bookmark("parts")) == (0, MINUTES[max(140, count - 1)])
    assert refs(run) == [str(ref) for ref in range(first or 151, 151)]


def test_the_first_page_from_an_earlier_number_may_have_older_rows_alone(api: Foreign) -> None:
    """The API gives all rows from 0 on, and none from any number that it would write with zeros before it."""
    serve(api, rows_at(*(f"{number:09}" for number in range(850, 1010))), lambda text: "" if text == "0" else None)
    fields = {"properties": {"ref": {"type": "string"}, "at": {"type": "string"}}}
    kept = {"parts": {"replication_key": "at", "replication_key_value": "1000"}}
    run = sync(api, entry("parts", schema=fields, incremental=NEW | {"lag": 5}), state={"bookmarks": kept})
    assert (run.code, run.records("parts")) == (1, [])


def test_rows_of_the_future_are_not_missing(api: Foreign) -> None:
    rows = rows_at("2024-04-01T10:00:00Z", "2999-05-01T10:00:00Z")

    def answer(call: Call) -> Reply:
        start = call.params.get("from")
        return by_offset([row for row in rows if start is None or start <= row["at"] < "2999"])(call)

    api.serve("/parts", answer)
    run = sync_from(api, bookmark="2024-05-02T10:00:00Z")
    assert (run.code, refs(run)) == (0, [])


@pytest.mark.parametrize(("empty", "code", "count"), [(5, 0, 35), (20, 1, 0)])
def test_many_lists_are_not_all_asked_about_and_none_that_was_believed_is_passed_over(
    api: Foreign, empty: int, code: int, count: int
) -> None:
    def answer(call: Call) -> Reply:
        if int(call.path.rpartition("/")[2]) <= empty or len(call.params.get("from", "2024-05-01")) > len("2024-05-01"):
            return by_offset([])(call)
        return by_offset([{"ref": call.path, "at": HOURS[0]}])(call)

    for number in range(1, 41):
        api.serve(f"/parts/{number}", answer)
    schema = {"properties": {"ref": {"type": "string"}, "at": {"type": ["string", "null"], "format": "date-time"}}}
    owners = {"name": "owners", "values": list(range(1, 41))}
    asked = {"cursor_path": "at", "start_param": "from"}
    parts = entry("parts", path="/parts/{resources.owners.id}", schema=schema, incremental=asked)
    run = sync(api, owners, parts, start_date="2024-04-01T12:00:00Z")
    assert (run.code, len(run.records("parts"))) == (code, count)


@pytest.mark.parametrize(
    "words", [{}, {"end_param": "to", "end_value": "2024-05-10"}, {"end_param": "to", "step": "P2D"}]
)
def test_an_api_that_refuses_all_but_days_is_asked_for_days(api: Foreign, words: dict[str, str]) -> None:
    rows = rows_at(*HOURS)

    def answer(call: Call) -> Reply:
        start, end = call.params.get("from", "2024-05-01"), call.params.get("to", "9999-01-01")
        if days_only(start) is None or days_only(end) is None:
            return Reply({"error": "not a day"}, 400)
        return by_offset([row for row in rows if start <= row["at"][:10] < end])(call)

    api.serve("/parts", answer)
    asked = {"end_value": "2024-05-10", **words} if words else {}
    run = sync_from(api, start="2024-05-02", bookmark=HOURS[5], **asked)
    assert (run.code, refs(run)) == (0, ["6", "7", "8", "9"])


def test_an_api_that_refuses_all_but_days_is_asked_for_days_where_nothing_says_how_it_is_read(api: Foreign) -> None:
    rows = rows_at(*HOURS)

    def answer(call: Call) -> Reply:
        start = days_only(call.params.get("from", "2024-05-01"))
        return (
            Reply({"error": "not a day"}, 400) if start is None else Reply([row for row in rows if row["at"] >= start])
        )

    api.serve("/parts", answer)
    run = sync(api, entry("parts", schema=FIELDS, incremental=NEW), start_date="2024-05-06T12:00:00Z", **UNDECLARED)
    assert (run.code, refs(run)) == (0, ["6", "7", "8", "9"])


def test_what_the_api_refuses_by_days_too_is_an_error(api: Foreign) -> None:
    api.serve("/parts", lambda _: Reply({"error": "no such field"}, 400))
    run = sync_from(api, bookmark=HOURS[5])
    assert (run.code, len(api.calls)) == (1, 2)
