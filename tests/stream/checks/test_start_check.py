"""A bookmark that the API would write otherwise loses no row, and costs a request only where that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.foreign import Call, Foreign, Reply, by_offset
from tests.syncs.test_declared import entry, sync

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Run

Words = dict[str, Any]

MINUTES = range(1, 10)
Z = [f"2024-05-01T12:0{minute}:00Z" for minute in MINUTES]
BEHIND = [f"2024-05-01T07:0{minute}:00-05:00" for minute in MINUTES]
SPACED = [f"2024-05-01 12:0{minute}:00" for minute in MINUTES]


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


def serve(api: Foreign, cursors: list[Any], *, is_exclusive: bool = False, path: str = "/parts") -> None:
    """Answer rows as an API that compares the text of their cursor."""
    rows = [{"ref": str(number), "at": cursor} for number, cursor in enumerate(cursors, 1)]

    def answer(call: Call) -> Reply:
        bound = call.params.get("from", "")
        later = [row for row in rows if str(row["at"]) > bound or (str(row["at"]) == bound and not is_exclusive)]
        return by_offset(later)(call)

    api.serve(path, answer)


def sync_from(api: Foreign, bookmark: Any, *, at: Words | None = None, **more: Any) -> Run:  # noqa: ANN401 - JSON
    state = {"bookmarks": {"parts": {"replication_key": "at", "replication_key_value": bookmark} | more}}
    field = {"type": ["string", "null"], "format": "date-time"} if at is None else at
    schema = {"properties": {"ref": {"type": "string"}, "at": field}}
    parts = entry("parts", schema=schema, incremental={"cursor_path": "at", "start_param": "from"})
    return sync(api, parts, state=state)


def refs(run: Run) -> list[str]:
    return [record["ref"] for record in run.records("parts")]


@pytest.mark.parametrize("at", [None, {"type": ["string", "null"]}])
@pytest.mark.parametrize(
    ("cursors", "bookmark"),
    [
        (Z, "2024-05-01T14:05:00+02:00"),
        (BEHIND, "2024-05-01T12:05:00Z"),
        (SPACED, "2024-05-01T12:05:00Z"),
        (BEHIND, "2024-05-01 12:05:00"),
    ],
)
def test_an_api_that_compares_text_gives_all_rows(
    api: Foreign, cursors: list[str], bookmark: str, at: Words | None
) -> None:
    serve(api, cursors)
    run = sync_from(api, bookmark, at=at)
    assert run.code == 0
    assert refs(run) == ["5", "6", "7", "8", "9"]
    assert run.bookmark("parts") == cursors[-1]


def test_an_answer_with_the_row_of_the_bookmark_is_believed_at_once(api: Foreign) -> None:
    serve(api, BEHIND)
    run = sync_from(api, BEHIND[-1])
    assert (run.code, set(api.values_of("/parts", "from"))) == (0, {BEHIND[-1]})


def test_an_empty_answer_is_asked_about_once_and_then_remembered(api: Foreign) -> None:
    serve(api, BEHIND, is_exclusive=True)
    one = sync_from(api, BEHIND[-1])
    before = "2024-05-01T07:08:59-05:00"
    assert list(dict.fromkeys(api.values_of("/parts", "from"))) == [BEHIND[-1], "2024-04-29T07:09:00-05:00", before]
    text = one.state["bookmarks"]["parts"]["replication_key_text"]
    assert text in BEHIND
    api.calls.clear()
    two = sync_from(api, BEHIND[-1], replication_key_text=text)
    assert (two.code, list(dict.fromkeys(api.values_of("/parts", "from")))) == (0, [BEHIND[-1], before])
    assert two.state == one.state


@pytest.mark.parametrize(
    ("cursors", "at"),
    [
        (Z, None),
        (BEHIND, {"type": "string"}),
        ([cursor[:10] for cursor in Z], {"type": "string", "format": "date"}),
        (list(range(101, 110)), {"type": "integer"}),
        ([float(number) / 8 for number in range(801, 810)], {"type": "number"}),
    ],
)
def test_an_api_that_begins_behind_the_start_gives_the_rows_that_share_the_moment_of_the_bookmark(
    api: Foreign, cursors: list[Any], at: Words | None
) -> None:
    one = [*cursors[:5], cursors[4], *cursors[5:]]
    rows = [{"ref": str(number), "at": cursor} for number, cursor in enumerate(one, 1)]

    def answer(call: Call) -> Reply:
        bound = call.params.get("from")
        return by_offset([row for row in rows if bound is None or row["at"] > type(row["at"])(bound)])(call)

    api.serve("/parts", answer)
    run = sync_from(api, cursors[4], at=at)
    assert run.code == 0
    assert {"5", "6", "7", "10"} <= set(refs(run))
    same_day = isinstance(cursors[0], str) and cursors[0] == cursors[-1]
    assert same_day or not {"1", "2", "3", "4"} & set(refs(run))


def test_what_the_state_remembers_is_heeded_before_the_api_is_asked(api: Foreign) -> None:
    serve(api, BEHIND)
    run = sync_from(api, "2024-05-01T12:05:00Z", replication_key_text=BEHIND[0])
    assert refs(run) == ["5", "6", "7", "8", "9"]
    assert set(api.values_of("/parts", "from")) == {"2024-05-01T07:05:00-05:00"}


@pytest.mark.parametrize(
    ("cursors", "bookmark", "said"),
    [
        ([1714521600, 1714521660], 1714521600000, "another unit"),
        (["1714521600", "1714521660"], "2024-05-01", "holds numbers"),
        (Z, 1714521600, "holds dates"),
    ],
)
def test_a_bookmark_that_is_none_of_the_api_is_refused(
    api: Foreign, caplog: pytest.LogCaptureFixture, cursors: list[Any], bookmark: object, said: str
) -> None:
    serve(api, cursors)
    run = sync_from(api, bookmark, at={"type": ["string" if isinstance(cursors[0], str) else "integer", "null"]})
    assert run.code == 1
    assert said in caplog.text


def test_an_api_that_reads_the_offset_for_nothing_is_read_from_an_earlier_start(api: Foreign) -> None:
    rows = [{"ref": str(number), "at": cursor} for number, cursor in enumerate(Z, 1)]
    # It reads all bounds in a zone of its own.
    shifted = {"2024-05-01T12:05:00Z": "2024-05-01T22:05:00Z"}

    def answer(call: Call) -> Reply:
        bound = call.params.get("from", "")
        return by_offset([row for row in rows if row["at"] >= shifted.get(bound, bound)])(call)

    api.serve("/parts", answer)
    assert refs(sync_from(api, "2024-05-01T12:05:00Z"))[-4:] == ["6", "7", "8", "9"]


def test_an_earlier_start_that_the_api_refuses_says_nothing(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        is_early = call.params.get("from", "") < "2024-05-01"
        return Reply({"error": "too early"}, status=400) if is_early else by_offset([])(call)

    api.serve("/parts", answer)
    run = sync_from(api, Z[0])
    assert (run.code, refs(run)) == (0, [])


def test_a_first_sync_reads_all_rows_from_its_start(api: Foreign) -> None:
    serve(api, SPACED)
    schema = {"properties": {"ref": {"type": "string"}, "at": {"type": ["string", "null"], "format": "date-time"}}}
    parts = entry("parts", schema=schema, incremental={"cursor_path": "at", "start_param": "from"})
    run = sync(api, parts, start_date="2024-05-01T12:05:00Z")
    assert (run.code, refs(run)) == (0, ["5", "6", "7", "8", "9"])


def test_partitions_that_a_state_names_for_a_list_without_a_parent_leave_no_row_out(api: Foreign) -> None:
    serve(api, Z)
    partition = {"context": {"x": 1}, "replication_key": "at", "replication_key_value": Z[-1]}
    run = sync_from(api, Z[4], partitions=[partition])
    assert (run.code, refs(run)) == (0, ["5", "6", "7", "8", "9"])


def test_what_the_list_of_one_parent_shows_saves_requests_for_those_of_others(api: Foreign) -> None:
    rows = {number: [f"2024-05-01T12:0{number}:00Z"] for number in range(1, 6)}

    def answer(call: Call) -> Reply:
        some = rows[int(call.path.rpartition("/")[2])]
        return by_offset([{"ref": at, "at": at} for at in some if at >= call.params.get("from", "")])(call)

    for number in rows:
        api.serve(f"/parts/{number}", answer)
    schema = {"properties": {"ref": {"type": "string"}, "at": {"type": ["string", "null"], "format": "date-time"}}}
    asked = {"cursor_path": "at", "start_param": "from"}
    parts = entry("parts", path="/parts/{resources.owners.id}", schema=schema, incremental=asked)
    owners = {"name": "owners", "values": list(rows)}
    first = sync(api, owners, parts, concurrency=1)
    # A row has gone, and one has changed: their lists lack the row of the bookmark.
    rows |= {2: [], 3: ["2024-05-01T12:09:00Z"]}
    api.calls.clear()
    second = sync(api, owners, parts, state=first.state, concurrency=1)
    assert (second.code, sorted(refs(second))) == (0, [rows[1][0], rows[4][0], rows[5][0], rows[3][0]])
    assert [len(api.values_of(f"/parts/{number}", "from")) for number in rows] == [1, 1, 1, 1, 1]


@pytest.mark.parametrize("needs_start", [False, True])
@pytest.mark.parametrize("step", ["P1D", "P7D", "P1M"])
def test_windows_behind_empty_ones_are_asked_for_as_the_api_writes(
    api: Foreign, step: str, *, needs_start: bool
) -> None:
    rows = [{"ref": f"{day:02}", "at": f"2024-03-{day:02} 09:00:00"} for day in range(1, 29)]

    def answer(call: Call) -> Reply:
        if needs_start and "from" not in call.params:
            return Reply({"error": "from is missing"}, status=400)
        start, end = call.params.get("from", ""), call.params.get("to", "9")
        return by_offset([row for row in rows if start <= row["at"] < end])(call)

    api.serve("/parts", answer)
    schema = {"properties": {"ref": {"type": "string"}, "at": {"type": ["string", "null"], "format": "date-time"}}}
    new = {"cursor_path": "at", "start_param": "from", "end_param": "to", "end_value": "2024-04-01", "step": step}
    run = sync(api, entry("parts", schema=schema, incremental=new), start_date="2024-01-01")
    assert (run.code, sorted(refs(run))) == (0, [row["ref"] for row in rows])
