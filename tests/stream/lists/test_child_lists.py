"""Lists of children are read side by side; only the time shows it, neither the messages nor the state."""

from __future__ import annotations

import io
import json
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from tap_analytics.client import AnalyticsStream
from tap_analytics.tap import TapAnalytics
from tests.foreign import Reply, by_cursor, by_offset, in_envelope
from tests.slow import SlowApi
from tests.syncs.test_declared import discover, entry, refs, selecting, settings, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from singer_sdk.helpers.types import Context, Record

Words = dict[str, Any]

WIDTH = 4
DATED: Words = {"properties": {"ref": {"type": "string"}, "changed": {"type": "string", "format": "date-time"}}}
FIRMS = [{"ref": f"f{number:02}", "changed": f"2024-05-{number:02}T00:00:00Z"} for number in range(1, 13)]


@pytest.fixture(autouse=True)
def worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any list be worth reading ahead, however quick this machine is."""
    monkeypatch.setattr("tap_analytics.pagination.ahead.lane.WORTHWHILE", -60)


def notes_of(firm: Words, count: int = 2) -> list[Words]:
    return [{"ref": f"{firm['ref']}-{number}", "changed": firm["changed"]} for number in range(count)]


@pytest.fixture
def api() -> Iterator[SlowApi]:
    with SlowApi() as slow:
        slow.serve("/firms", FIRMS)
        for firm in FIRMS:
            slow.serve(f"/firms/{firm['ref']}/notes", by_offset(notes_of(firm)))
            for note in notes_of(firm):
                slow.serve(f"/notes/{note['ref']}/lines", [{"ref": f"line of {note['ref']}"}])
        yield slow


def firms(**words: Any) -> Words:  # noqa: ANN401 - any word
    return entry("firms", **{"schema": DATED} | words)


def notes(name: str = "notes", **words: Any) -> Words:  # noqa: ANN401 - any word
    return entry(name, path="/firms/{resources.firms.ref}/notes", **{"paginator": "single_page"} | words)


def lines(**words: Any) -> Words:  # noqa: ANN401 - any word
    return entry("lines", path="/notes/{resources.notes.ref}/lines", **{"paginator": "single_page"} | words)


INCREMENTAL: Words = {"incremental": {"cursor_path": "changed", "start_param": "from"}, "schema": DATED}


def sync_twice(api: SlowApi, *resources: Words, state: Words | None = None, **options: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """Return all that a sync with a width of 1 and one of several say, and check that they are the same."""
    runs = [sync(api, *resources, state=state, concurrency=width, **options) for width in (1, WIDTH)]
    one, several = ([message | {"time_extracted": None} for message in run.messages] for run in runs)
    assert one == several
    assert runs[0].code == runs[1].code
    return runs[1], refs(runs[1], "notes")


ALL = [note["ref"] for firm in FIRMS for note in notes_of(firm)]


def test_the_messages_are_those_of_lists_that_are_read_in_turn(api: SlowApi) -> None:
    run, given = sync_twice(api, firms(), notes())
    assert (run.code, given) == (0, ALL)
    assert 1 < api.most <= WIDTH


def test_an_api_that_lets_its_reader_wait_is_asked_for_several_lists_at_once(
    api: SlowApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However busy this machine is, opening a list takes less time than such an answer."""
    monkeypatch.setattr("tap_analytics.pagination.ahead.lane.WORTHWHILE", 0.04)
    api.latency = 0.05
    sync(api, firms(), notes(), concurrency=WIDTH)
    assert api.most == WIDTH


def test_children_of_children_are_read_ahead_too(api: SlowApi) -> None:
    run, given = sync_twice(api, firms(), notes(), lines())
    assert given == ALL
    assert refs(run, "lines") == [f"line of {ref}" for ref in ALL]


def test_a_width_of_1_asks_for_one_list_after_another(api: SlowApi) -> None:
    sync(api, firms(), notes(), lines(), concurrency=1)
    assert api.most == 1


@pytest.mark.parametrize(
    "resources",
    [
        [firms(), notes(**INCREMENTAL), lines()],
        [firms(**INCREMENTAL), notes(**INCREMENTAL)],
        [firms(**INCREMENTAL, children="all"), notes(), lines()],
        [firms(), notes(include_from_parent=["changed"])],
        [firms(processing_steps=[{"filter": "lambda row: row['ref'] > 'f05'"}]), notes()],
        [firms(), notes(), notes("more"), lines()],
        [firms(selected=False), notes(selected=False), lines()],
    ],
    ids=["bookmarks", "parent and child", "children of all", "inherited", "steps", "two children", "lines only"],
)
def test_all_kinds_of_parents_and_children_say_the_same_again_and_again(
    api: SlowApi, resources: list[Words], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "processing_steps" in resources[0]:
        (tmp_path / "steps.py").write_text("def keep(row): return row['ref'] > 'f05'\n", encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        resources = [firms(processing_steps=[{"filter": "steps.py:keep"}]), *resources[1:]]
    run, _ = sync_twice(api, *resources)
    assert run.code == 0
    sync_twice(api, *resources, state=run.state)


def test_a_stream_map_leaves_out_parents_with_their_children(api: SlowApi) -> None:
    api.calls.clear()
    _, given = sync_twice(api, firms(), notes(), stream_maps={"firms": {"__filter__": "ref > 'f08'"}})
    assert given == [ref for ref in ALL if ref > "f09"]
    assert len([call for call in api.calls if "/notes" in call.path]) == 2 * 4


def test_lists_by_cursor_gain_as_well(api: SlowApi) -> None:
    for firm in FIRMS:
        api.serve(f"/firms/{firm['ref']}/notes", by_cursor(notes_of(firm, 7), 2))
    cursor = {"type": "cursor", "cursor_path": "paging.after", "cursor_param": "after", "has_more_path": "paging.more"}
    _, given = sync_twice(api, firms(), notes(paginator=cursor))
    assert len(given) == 7 * len(FIRMS)
    assert api.most > 1


def test_a_long_list_among_short_ones_is_read_to_its_end(api: SlowApi) -> None:
    many = [{"ref": f"n{number:04}", "changed": "2024-05-01T00:00:00Z"} for number in range(400)]
    api.serve("/firms/f07/notes", by_offset(many, cap=40))
    _, given = sync_twice(api, firms(), notes(paginator=None))
    assert [ref for ref in given if ref[0] == "n"] == [row["ref"] for row in many]


@pytest.mark.parametrize("status", [404, 403, 500])
def test_a_list_that_fails_fails_by_name_behind_all_others(api: SlowApi, status: int) -> None:
    for failing in ("f07", "f08"):
        api.serve(f"/firms/{failing}/notes", lambda _: Reply({"fault": "not yours"}, status=status))
    run, given = sync_twice(api, firms(**INCREMENTAL), notes(**INCREMENTAL), lines())
    assert run.code == 1
    assert given == [ref for ref in ALL if ref[:3] not in {"f07", "f08"}]
    assert run.bookmark("firms") is None


def test_the_failures_are_told_in_the_order_of_the_lists(api: SlowApi, caplog: pytest.LogCaptureFixture) -> None:
    for firm in FIRMS[::3]:
        body = {"fault": f"no {firm['ref']}"}
        api.serve(f"/firms/{firm['ref']}/notes", lambda _, body=body: Reply(body, status=404))  # type: ignore[misc]
    sync(api, firms(), notes(), concurrency=WIDTH)
    errors = [record.getMessage() for record in caplog.records if "/firms/{" in record.getMessage()]
    said = [firm["ref"] for error in errors[:-1] for firm in FIRMS if f"no {firm['ref']}" in error]
    assert said == [firm["ref"] for firm in FIRMS[::3]]


def test_a_page_in_the_middle_of_a_list_that_fails_leaves_what_came_before_it(api: SlowApi) -> None:
    many = [{"ref": f"n{number}"} for number in range(30)]

    def answer(call: Any) -> Reply:  # noqa: ANN401 - a call
        return by_offset(many, cap=10)(call) if call.number("first", 0) < 15 else Reply({}, status=400)

    api.serve("/firms/f09/notes", answer)
    run, given = sync_twice(api, firms(), notes(paginator=None))
    assert run.code == 1
    assert len([ref for ref in given if ref[0] == "n"]) >= 10


def test_a_busy_api_is_asked_again_and_nothing_is_lost(api: SlowApi) -> None:
    refused: set[str] = set()

    def busy(usual: Callable[[Any], Reply]) -> Callable[[Any], Reply]:
        def answer(call: Any) -> Reply:  # noqa: ANN401 - a call
            if call.path in refused:
                return usual(call)
            refused.add(call.path)
            return Reply({}, status=429, headers={"Retry-After": "0.02"})

        return answer

    for firm in FIRMS[4:8]:
        path = f"/firms/{firm['ref']}/notes"
        api.serve(path, busy(api.routes[f"/api{path}"]))
    run = sync(api, firms(), notes(), concurrency=WIDTH, max_retries=2, backoff_factor=0.01)
    assert (run.code, refs(run, "notes")) == (0, ALL)
    assert len(refused) == 4


@pytest.mark.parametrize("width", [1, WIDTH])
def test_an_address_that_several_records_lead_to_is_asked_once(api: SlowApi, width: int) -> None:
    people = [{"ref": f"p{number:02}", "firm": f"f{number % 5 + 1:02}"} for number in range(40)]
    api.serve("/people", people)
    schema = {"properties": {"ref": {"type": "string"}, "firm": {"type": "string"}}}
    child = entry("notes", path="/firms/{resources.people.firm}/notes", paginator="single_page")
    run = sync(api, entry("people", schema=schema), child, concurrency=width)
    assert (run.code, len(refs(run, "people"))) == (0, 40)
    assert sorted(refs(run, "notes")) == ALL[:10]
    paths = [call.path for call in api.calls if call.path.endswith("/notes")]
    assert len(paths) == len(set(paths))


def test_a_parent_without_the_value_that_is_needed_is_passed_over(api: SlowApi) -> None:
    api.serve("/firms", [firm | {"ref": "" if number % 4 == 0 else firm["ref"]} for number, firm in enumerate(FIRMS)])
    _, given = sync_twice(api, firms(primary_key=None), notes())
    assert len(given) == 2 * 9


def serve_many(api: SlowApi) -> None:
    many = [{"ref": f"g{number:03}", "changed": "2024-05-01T00:00:00Z"} for number in range(60)]
    api.serve("/firms", many)
    for firm in many:
        api.serve(f"/firms/{firm['ref']}/notes", by_offset(notes_of(firm)))


def test_what_nobody_has_taken_yet_is_bounded(api: SlowApi) -> None:
    class SlowTarget(io.StringIO):
        most = 0

        @override
        def write(self, text: str) -> int:
            time.sleep(0.01)
            written = self.getvalue().count('"notes","record"') // 2
            asked = len([call for call in api.calls if call.path.endswith("/notes")])
            SlowTarget.most = max(SlowTarget.most, asked - written)
            return super().write(text)

    serve_many(api)
    with redirect_stdout(SlowTarget()):
        TapAnalytics(config=settings(api, firms(), notes(), concurrency=2)).sync_all()
    assert 2 < SlowTarget.most <= 2 * 4 + 3


def have_ended(thread_names: set[threading.Thread]) -> bool:
    """Return whether all other threads of the tap have ended, within some seconds."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        others = {each for each in threading.enumerate() if each not in thread_names and "_read" in each.name}
        if not others:
            return True
        time.sleep(0.005)
    return False


def test_no_thread_outlives_the_sync(api: SlowApi) -> None:
    before = set(threading.enumerate())
    sync(api, firms(), notes(), lines(), concurrency=WIDTH)
    assert have_ended(before)


def test_a_target_that_goes_away_ends_it_at_once(api: SlowApi) -> None:
    class Gone(io.StringIO):
        @override
        def write(self, text: str) -> int:
            if "g010-" in text:
                raise SystemExit(1)
            return super().write(text)

    serve_many(api)
    before = set(threading.enumerate())
    with redirect_stdout(Gone()), pytest.raises(SystemExit):
        TapAnalytics(config=settings(api, firms(), notes(), concurrency=WIDTH)).sync_all()
    asked = len(api.calls)
    assert have_ended(before)
    assert len(api.calls) <= asked + WIDTH
    assert asked < 60


def notes_with(api: SlowApi, monkeypatch: pytest.MonkeyPatch, hook: str, function: Callable[..., Any]) -> list[str]:
    """Return the notes that a sync brings whose streams have a hook of their own."""
    from tap_analytics.catalog import stream_types  # noqa: PLC0415 - patched for this sync

    base = type("Hooked", (AnalyticsStream,), {hook: function})
    monkeypatch.setattr(stream_types, "AnalyticsStream", base)
    run = sync(api, firms(), notes(), concurrency=WIDTH)
    assert run.code == 0
    return refs(run, "notes")


def test_a_hook_that_sees_records_is_called_once_for_each_in_their_order(
    api: SlowApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def post_process(_: Any, row: Record, context: Context | None = None) -> Record | None:  # noqa: ANN401 - a stream
        if context is None:
            seen.append(row["ref"])
        return row if row["ref"] != "f03" else None

    assert notes_with(api, monkeypatch, "post_process", post_process) == [ref for ref in ALL if ref[:3] != "f03"]
    assert seen == [firm["ref"] for firm in FIRMS]
    assert api.most == 1


def test_a_hook_that_says_which_children_there_are_is_called_once_for_each(
    api: SlowApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[str] = set()

    def get_child_context(_: Any, record: Record, context: Context | None) -> Context | None:  # noqa: ANN401, ARG001
        if record["ref"] in seen:
            return None
        seen.add(record["ref"])
        return {"resources.firms.ref": record["ref"]}

    assert notes_with(api, monkeypatch, "get_child_context", get_child_context) == ALL


def test_a_hook_finds_the_context_of_its_own_list(api: SlowApi, monkeypatch: pytest.MonkeyPatch) -> None:
    def get_url_params(self: Any, context: Context | None, _: Any) -> Words:  # noqa: ANN401 - a stream and a token
        assert dict(self.context or {}) == dict(context or {})
        return {"of": (self.context or {}).get("resources.firms.ref", "")}

    assert notes_with(api, monkeypatch, "get_url_params", get_url_params) == ALL
    asked = [(call.path, call.params["of"]) for call in api.calls if call.path.endswith("/notes")]
    assert len(asked) == len(FIRMS)
    assert all(of in path for path, of in asked)
    assert api.most > 1


def test_the_log_tells_how_many_of_the_parents_are_read(api: SlowApi, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.MonkeyPatch.context() as patch, caplog.at_level(logging.INFO):
        patch.setattr("tap_analytics.report.progress.INTERVAL", 0.0)
        sync(api, firms(), notes(), concurrency=WIDTH, progress="log")
    said = [record.getMessage() for record in caplog.records if " of 12 parents, " in record.getMessage()]
    assert [line.split()[1] for line in said] == [str(number) for number in range(1, 13)]


def test_no_line_of_the_log_is_of_one_parent(api: SlowApi, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        sync(api, firms(), notes(**INCREMENTAL), lines(), concurrency=WIDTH)
    assert len(caplog.records) < 2 * len(FIRMS)  # what the sync tells of itself, and the SDK once in a process


def test_a_stream_that_is_not_selected_is_not_asked_for(api: SlowApi) -> None:
    catalog = selecting(discover(api, firms(), notes()), notes=False)
    api.calls.clear()
    sync(api, firms(), notes(), catalog=catalog, concurrency=WIDTH)
    assert {call.path for call in api.calls} == {"/api/firms"}


def test_what_the_first_list_shows_is_found_out_once(api: SlowApi) -> None:
    for firm in FIRMS:
        api.serve(f"/firms/{firm['ref']}/notes", lambda _, firm=firm: in_envelope(notes_of(firm)))  # type: ignore[misc]
    child = notes()
    child["endpoint"]["paginator"] = "auto"
    _, given = sync_twice(api, firms(), child)
    assert given == ALL


def test_the_state_of_an_interrupted_sync_has_no_list_whose_turn_had_not_come(api: SlowApi) -> None:
    out = io.StringIO()

    class Gone(io.StringIO):
        @override
        def write(self, text: str) -> int:
            out.write(text)
            if '"f06-0"' in text:
                raise SystemExit(1)
            return len(text)

    tap = TapAnalytics(config=settings(api, firms(), notes(**INCREMENTAL), concurrency=WIDTH))
    with redirect_stdout(Gone()), pytest.raises(SystemExit):
        tap.sync_all()
    partitions = json.loads(json.dumps(tap.state, default=str))["bookmarks"]["notes"]["partitions"]
    assert [each["context"]["resources.firms.ref"] for each in partitions] == [f"f0{number}" for number in range(1, 7)]


@pytest.mark.parametrize("width", [1, WIDTH])
def test_a_server_that_is_gone_is_not_asked_for_every_parent(
    api: SlowApi, width: int, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        path = f"http://127.0.0.1:{closed.getsockname()[1]}/firms/{{resources.firms.ref}}/notes"
        run = sync(api, firms(), entry("notes", path=path, paginator="single_page"), concurrency=width)
    assert run.code == 1
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len([error for error in errors if "failed at" in error and "streams failed" not in error]) == 1


def test_a_signal_ends_the_process_at_once_with_its_state(api: SlowApi, tmp_path: Path) -> None:
    api.latency = 0.1
    serve_many(api)
    config = tmp_path / "config.json"
    config.write_text(json.dumps(settings(api, firms(), notes(**INCREMENTAL), concurrency=WIDTH)), encoding="utf-8")
    command = [sys.executable, "-m", "tap_analytics", "--config", str(config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        while len(api.calls) < 2 * WIDTH and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        lines_written = process.communicate(timeout=30)[0].splitlines()
    assert process.returncode == 128 + signal.SIGTERM
    assert json.loads(lines_written[-1])["type"] == "STATE"
    assert len(api.calls) <= 4 * WIDTH


@pytest.mark.parametrize("width", [1, WIDTH])
def test_records_of_an_address_are_given_for_each_value_that_they_take_from_parents(api: SlowApi, width: int) -> None:
    people = [{"ref": f"p{number:02}", "firm": f"f{number % 3 + 1:02}"} for number in range(12)]
    api.serve("/people", people)
    schema = {"properties": {"ref": {"type": "string"}, "firm": {"type": "string"}}}
    for firm in FIRMS[:3]:
        rows = [note | {"changed": f"2024-0{number}-01T00:00:00Z"} for number, note in enumerate(notes_of(firm), 1)]
        api.serve(f"/firms/{firm['ref']}/notes", rows)
    path = "/firms/{resources.people.firm}/notes"
    changes = {"cursor_path": "changed", "start_param": "from", "row_order": "asc"}
    words = {"incremental": changes, "schema": DATED, "include_from_parent": ["ref"], "paginator": "single_page"}
    child = entry("notes", path=path, **words)
    run = sync(api, entry("people", schema=schema), child, concurrency=width)
    assert run.code == 0
    given = [(record["_people_ref"], record["ref"]) for record in run.records("notes")]
    assert given == [(each["ref"], f"{each['firm']}-{number}") for each in people for number in range(2)]


@pytest.mark.parametrize("width", [1, WIDTH])
def test_an_address_that_parents_of_several_parents_lead_to_is_asked_once(api: SlowApi, width: int) -> None:
    for firm in FIRMS:
        api.serve(f"/firms/{firm['ref']}/notes", notes_of(FIRMS[0], 3))
    api.serve("/notes/f01-2/lines", [{"ref": "line of f01-2"}])
    run = sync(api, firms(), notes(), lines(), concurrency=width)
    assert (run.code, len(refs(run, "notes"))) == (0, 3 * len(FIRMS))
    assert refs(run, "lines") == [f"line of f01-{number}" for number in range(3)]
    assert len([call for call in api.calls if call.path.endswith("/lines")]) == 3
