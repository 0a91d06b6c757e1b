"""Which records of a parent have their children read, and what is kept about those that cannot be read."""

from __future__ import annotations

import copy
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from tests.foreign import Call, Foreign, Reply, by_offset, since
from tests.syncs.test_declared import discover, entry, refs, selecting, sync

if TYPE_CHECKING:
    from collections.abc import Iterator

Words = dict[str, Any]

DATED: Words = {
    "properties": {"ref": {"type": "string"}, "changed": {"type": ["string", "null"], "format": "date-time"}}
}
FIRMS = [{"ref": f"f{number}", "changed": f"2024-05-0{number}T00:00:00Z"} for number in range(1, 6)]


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        foreign.serve("/firms", since(FIRMS, "from", lambda row: row["changed"]))
        for firm in FIRMS:
            foreign.serve(f"/firms/{firm['ref']}/notes", [{"ref": f"n{firm['ref']}"}])
        yield foreign


def firms(**words: Any) -> Words:  # noqa: ANN401 - any word
    incremental = {"cursor_path": "changed", "start_param": "from"}
    return entry("firms", **({"schema": DATED, "incremental": incremental} | words))


def notes(name: str = "notes", **words: Any) -> Words:  # noqa: ANN401 - any word
    return entry(name, path="/firms/{resources.firms.ref}/notes", **({"paginator": "single_page"} | words))


ALL = [f"nf{number}" for number in range(1, 6)]


def test_a_later_sync_reads_the_children_of_what_is_new_and_says_so(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    one = sync(api, firms(), notes())
    with caplog.at_level(logging.INFO):
        two = sync(api, firms(), notes(), state=one.state)
    assert (refs(one, "notes"), refs(two, "notes")) == (ALL, ["nf5"])
    told = [record.getMessage() for record in caplog.records if "`children: all`" in record.getMessage()]
    assert len(told) == 1
    assert "notes" in told[0]


def test_a_resource_may_have_its_children_read_for_all_records(api: Foreign) -> None:
    one = sync(api, firms(children="all"), notes())
    two = sync(api, firms(children="all"), notes(), state=one.state)
    assert (refs(two, "firms"), refs(two, "notes")) == (["f5"], ALL)
    assert two.bookmark("firms") == "2024-05-05T00:00:00Z"
    assert two.state == one.state


def test_children_that_were_never_read_are_read_for_all_records(api: Foreign, caplog: pytest.LogCaptureFixture) -> None:
    one = sync(api, firms(), notes())
    with caplog.at_level(logging.INFO):
        two = sync(api, firms(), notes(), notes("more"), state=one.state)
    assert (refs(two, "firms"), refs(two, "notes"), refs(two, "more")) == (["f5"], ["nf5"], ALL)
    assert any("no state of more" in record.getMessage() for record in caplog.records)
    assert two.state["bookmarks"] == one.state["bookmarks"] | {"more": {}}
    assert refs(sync(api, firms(), notes(), notes("more"), state=two.state), "more") == ["nf5"]


def test_children_that_were_not_selected_before_are_read_for_all_records(api: Foreign) -> None:
    catalog = discover(api, firms(), notes())
    one = sync(api, firms(), notes(), catalog=selecting(copy.deepcopy(catalog), notes=False))
    assert refs(one, "notes") == []
    assert refs(sync(api, firms(), notes(), catalog=catalog, state=one.state), "notes") == ALL


@pytest.mark.parametrize("is_gone", [False, True])
def test_children_that_were_left_out_of_a_sync_are_read_for_all_records_again(api: Foreign, *, is_gone: bool) -> None:
    """Meanwhile the bookmark of their parents moves, past those whose children have changed."""
    catalog = discover(api, firms(), notes())
    one = sync(api, firms(), notes(), catalog=catalog)
    if is_gone:
        two = sync(api, firms(), state=one.state)
    else:
        two = sync(api, firms(), notes(), catalog=selecting(copy.deepcopy(catalog), notes=False), state=one.state)
    assert refs(two, "notes") == []
    three = sync(api, firms(), notes(), catalog=catalog, state=two.state)
    assert (refs(three, "notes"), three.state["bookmarks"]) == (ALL, one.state["bookmarks"])


def test_a_history_that_was_not_read_to_its_end_is_read_again(api: Foreign) -> None:
    one = sync(api, firms())
    usual = api.routes.pop("/api/firms/f3/notes")
    two = sync(api, firms(), notes(), state=one.state)
    assert two.code == 1
    api.routes["/api/firms/f3/notes"] = usual
    three = sync(api, firms(), notes(), state=two.state)
    assert (three.code, refs(three, "notes")) == (0, ALL)
    assert three.state["bookmarks"]["notes"] == {}


def test_children_of_children_that_were_never_read_are_read_for_all(api: Foreign) -> None:
    for name in ALL:
        api.serve(f"/notes/{name}/lines", [{"ref": f"line of {name}"}])
    lines = entry("lines", path="/notes/{resources.notes.ref}/lines", paginator="single_page")
    one = sync(api, firms(), notes())
    two = sync(api, firms(), notes(), lines, state=one.state)
    assert refs(two, "lines") == [f"line of {name}" for name in ALL]


def test_one_list_that_fails_fails_at_the_end_by_name_and_count(api: Foreign, caplog: pytest.LogCaptureFixture) -> None:
    api.serve("/firms/f2/notes", lambda _: Reply({"fault": "not yours"}, status=403))
    run = sync(api, firms(), notes(), entry("others", path="/firms"))
    assert run.code == 1
    assert refs(run, "firms") == refs(run, "others") == [firm["ref"] for firm in FIRMS]
    assert refs(run, "notes") == ["nf1", "nf3", "nf4", "nf5"]
    assert run.bookmark("firms") is None
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert any(error.startswith("notes: 1 of 5 lists could not be read") and "/firms/{" in error for error in errors)
    assert errors[-1].startswith("1 of 3 streams failed: notes")


def test_lists_that_could_be_read_keep_their_bookmarks(api: Foreign) -> None:
    for number in (1, 2):
        api.serve(f"/firms/f{number}/notes", [{"ref": "n", "changed": f"2024-06-0{number}T00:00:00Z"}])
    api.serve("/firms/f3/notes", lambda _: Reply({}, status=404))
    api.serve("/firms", FIRMS[:3])
    child = notes(incremental={"cursor_path": "changed", "start_param": "from"}, schema=DATED)
    run = sync(api, firms(incremental=None), child)
    partitions = run.state["bookmarks"]["notes"]["partitions"]
    values = {each["context"]["resources.firms.ref"]: each.get("replication_key_value") for each in partitions}
    assert values == {"f1": "2024-06-01T00:00:00Z", "f2": "2024-06-02T00:00:00Z", "f3": None}


def partitions_of(run: Any) -> list[str]:  # noqa: ANN401 - a run
    return [each["context"]["resources.firms.ref"] for each in run.state["bookmarks"]["notes"]["partitions"]]


def test_bookmarks_of_parents_that_are_gone_are_dropped_where_all_parents_were_read(api: Foreign) -> None:
    child = notes(incremental={"cursor_path": "changed"}, schema=DATED)
    for firm in FIRMS:
        api.serve(f"/firms/{firm['ref']}/notes", [{"ref": "n", "changed": "2024-06-01T00:00:00Z"}])
    parts, whole = sync(api, firms(), child), sync(api, firms(incremental=None), child)
    api.serve("/firms", FIRMS[3:])
    assert partitions_of(sync(api, firms(), child, state=parts.state)) == ["f1", "f2", "f3", "f4", "f5"]
    assert partitions_of(sync(api, firms(incremental=None), child, state=whole.state)) == ["f4", "f5"]


def test_a_list_of_bookmarks_that_cannot_be_used_fails_its_stream_only(api: Foreign) -> None:
    child = notes(incremental={"cursor_path": "changed"}, schema=DATED)
    state = {"bookmarks": {"notes": {"partitions": "x"}, "firms": {}}}
    one = sync(api, firms(), child, entry("others", path="/firms"), state=state)
    assert (one.code, refs(one, "notes")) == (1, [])
    assert len(refs(one, "others")) == len(refs(one, "firms")) == 5
    assert refs(sync(api, firms(), child, state=one.state), "notes") == ALL


def test_a_bookmark_that_stands_there_twice_is_joined(api: Foreign) -> None:
    child = notes(incremental={"cursor_path": "changed", "start_param": "from"}, schema=DATED)
    api.serve("/firms", FIRMS[:1])
    asked: list[str | None] = []

    def answer(call: Call) -> Reply:
        asked.append(call.params.get("from"))
        return by_offset([])(call)

    api.serve("/firms/f1/notes", answer)
    partitions = [
        {
            "context": {"resources.firms.ref": "f1"},
            "replication_key": "changed",
            "replication_key_value": f"2024-0{n}-01",
        }
        for n in (3, 2)
    ]
    run = sync(api, firms(incremental=None), child, state={"bookmarks": {"notes": {"partitions": partitions}}})
    assert run.code == 0
    assert asked[0] == "2024-02-01T00:00:00Z"


def test_the_state_of_many_parents_is_not_written_for_each_of_them(api: Foreign) -> None:
    many = [{"ref": f"g{number}"} for number in range(100)]
    api.serve("/firms", many)
    for firm in many:
        api.serve(f"/firms/{firm['ref']}/notes", [{"ref": "n", "changed": "2024-06-01T00:00:00Z"}])
    child = notes(incremental={"cursor_path": "changed", "row_order": "asc"}, schema=DATED)
    run = sync(api, firms(incremental=None), child)
    states = [json.dumps(message) for message in run.messages if message["type"] == "STATE"]
    assert len(partitions_of(run)) == 100
    assert sum(map(len, states)) < 5 * len(states[-1])
