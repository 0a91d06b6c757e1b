"""The Python door: streams, windows and batches of exact types, by the code of the Singer sync."""

from __future__ import annotations

import io
import json
import logging
import os
import pickle
import signal
import subprocess
import sys
import time
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from singer_sdk.exceptions import ConfigValidationError, FatalAPIError

import tap_analytics
from tap_analytics.source import Source
from tap_analytics.state.windows import Window
from tap_analytics.tap import TapAnalytics
from tests import accounted
from tests.conftest import Run, catalog
from tests.doors import KINDS, comparable, of_column
from tests.foreign import TOKEN, Call, Foreign, Reply
from tests.targets import ROOT, Environment
from tests.windowed import contacts, load_skewed, offsets, sync

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.sandbox import Sandbox

pa = pytest.importorskip("pyarrow", reason="the extra `arrow` is not installed")


def source(api: Sandbox, *resources: object, state: Any = None, known: Any = None, **settings: Any) -> Source:  # noqa: ANN401
    usual = {"page_size": 20, "window_rows": 100, "backoff_factor": 0, "max_retries": 0}
    config = {"api_url": api.url, "api_key": api.api_key, "resources": [*resources]} | usual | settings
    return Source(config, catalog=known, state=state)


def copy(value: Any) -> Any:  # noqa: ANN401
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - it is our own


@pytest.mark.parametrize("stream", ["contacts", "companies", "deals"])
def test_singer_and_source_give_the_same_rows_value_by_value(api: Sandbox, stream: str) -> None:
    records = sync(api, stream).records(stream)
    table = source(api).table(stream)
    assert len(records) == table.num_rows > 0
    types = {field.name: field.type for field in table.schema}
    for record, row in zip(records, table.to_pylist(), strict=True):
        assert row.keys() >= record.keys()
        for name, kind in types.items():
            value = comparable(kind, record.get(name))
            assert of_column(kind, row[name], value) == value, name


def test_the_types_are_exact(api: Sandbox) -> None:
    schema = source(api).schema("contacts")
    kinds = {name: str(schema.field(name).type) for name in schema.names}
    assert kinds["updated_at"] == "timestamp[us, tz=UTC]"
    assert kinds["birth_date"] == "date32[day]"
    assert kinds["open_deals_count"] == "int64"
    assert kinds["score"] == "double"
    assert kinds["is_deleted"] == "bool"
    assert kinds["tags"] == "list<item: string>"
    assert kinds["custom_fields"] == kinds["address"] == kinds["company_id"] == "string"
    assert [field.name for field in schema if not field.nullable] == ["id"]


def test_windows_are_plain_data_and_bring_every_row_once(api: Sandbox) -> None:
    expected = load_skewed(api)
    one = source(api, contacts())
    windows = one.plan("contacts")
    assert len(windows) > 3
    assert copy(windows) == windows
    # How many rows are expected is no part of a window that is written.
    without_rows = [msgspec.structs.replace(window, rows=None) for window in windows]
    assert [Window.from_line(window.line()) for window in windows] == without_rows
    batches = [batch for window in windows for batch in one.read(window)]
    assert {type(batch) for batch in batches} == {pa.RecordBatch}
    assert sorted(int(each) for batch in batches for each in batch.column("id").to_pylist()) == expected
    assert max(offsets(api)) < 100


def test_the_state_goes_on_where_the_windows_ended_in_both_doors(api: Sandbox) -> None:
    load_skewed(api)
    one = source(api, contacts())
    first, *others = one.plan("contacts")
    list(one.read(first))
    assert one.state["bookmarks"]["contacts"]["replication_key_value"] == first.end
    assert sync(api, contacts(), state=one.state).bookmark("contacts") > first.end
    for window in others:
        list(one.read(window))
    assert one.state["bookmarks"]["contacts"]["replication_key_value"] == others[-1].end
    assert source(api, contacts(), state=one.state).table("contacts").num_rows == 0


def test_a_table_ends_with_the_state_of_a_singer_sync(api: Sandbox) -> None:
    load_skewed(api)
    one = source(api, contacts(), end_date="2025-12-01")
    table = one.table("contacts")
    assert table.num_rows == 600
    assert one.state == sync(api, contacts(), end_date="2025-12-01").state


def test_a_window_that_was_not_read_to_its_end_moves_no_bookmark(api: Sandbox) -> None:
    one = source(api)
    batches = one.read(one.plan("contacts")[0])
    next(batches)
    batches.close()  # type: ignore[attr-defined] # it is a generator
    assert one.state["bookmarks"]["contacts"] == {}


def test_windows_end_where_it_is_asked_for(api: Sandbox) -> None:
    expected = load_skewed(api)
    one, until = source(api, contacts()), "2025-06-01T00:00:00Z"
    windows = one.plan("contacts", until=until)
    assert windows[-1].end == until
    read = {int(each) for window in windows for batch in one.read(window) for each in batch.column("id").to_pylist()}
    rest = source(api, contacts(), state=one.state).table("contacts").column("id").to_pylist()
    assert read | {int(each) for each in rest} == set(expected)
    assert read.isdisjoint(map(int, rest))


def test_an_end_holds_for_a_list_that_the_api_gives_whole(api: Sandbox) -> None:
    one, until = source(api), "2025-11-01T00:00:00Z"
    (window,) = one.plan("deals", until=until)
    rows = [row for batch in one.read(window) for row in batch.to_pylist()]
    assert 0 < len(rows) < 30
    assert max(row["updated_at"] for row in rows) < datetime.fromisoformat(until)


@pytest.mark.parametrize(
    ("stream", "until"), [("contacts", "soon"), ("contacts", "5"), ("account_overview", "2025-01-01")]
)
def test_an_end_that_says_nothing_is_refused(api: Sandbox, stream: str, until: str) -> None:
    with pytest.raises(ConfigValidationError, match="cannot be applied to"):
        source(api).plan(stream, until=until)


def test_the_present_is_that_of_the_server_where_it_is_behind(api: Sandbox) -> None:
    api.intercept(lambda request: replace(api.answer(request), headers={"Date": "Wed, 01 Jan 2025 10:00:00 GMT"}))
    assert source(api).until("contacts") == "2025-01-01T10:00:00Z"
    assert source(api).until("account_overview") is None


def test_a_plan_begins_where_it_is_asked_for(api: Sandbox) -> None:
    expected, start = load_skewed(api), "2025-06-01T00:00:00Z"
    one = source(api, contacts())
    assert [each.rows for each in one.plan("contacts") if each.rows is None] == []
    first, rest = one.plan("contacts", until=start), one.plan("contacts", start=start)
    assert rest[0].start == start
    found = [int(row["id"]) for each in (*first, *rest) for batch in one.read(each) for row in batch.to_pylist()]
    assert sorted(found) == expected


def test_a_source_with_other_settings_has_the_same_streams_and_numbers(api: Sandbox) -> None:
    one = Source({"api_url": "http://127.0.0.1:9", "api_key": api.api_key}, decimals=(20, 4))
    other = one.with_settings(api_url=api.url)
    assert other.streams == one.streams
    assert str(other.schema("contacts").field("score").type) == "decimal128(20, 4)"
    assert other.table("deals").num_rows == 30
    assert other.catalog == one.catalog


def test_a_stream_that_is_not_there_is_refused_with_those_that_are(api: Sandbox) -> None:
    with pytest.raises(ConfigValidationError, match=r"no stream `people`.*`contacts`"):
        source(api).table("people")


def test_a_copy_by_pickle_has_the_same_streams_and_reads_without_a_look_at_the_api(api: Sandbox) -> None:
    load_skewed(api)
    one = source(api, {**contacts(), "schema": None}, "deals", discover_fields=True)
    windows, schema = one.plan("contacts"), one.schema("contacts")
    kept = pickle.dumps(one)
    before = len(api.requests)
    other = pickle.loads(kept)  # noqa: S301 - it is our own
    assert other.schema("contacts") == schema
    assert other.streams == one.streams
    assert len(api.requests) == before
    assert len([row for window in windows for batch in other.read(window) for row in batch.to_pylist()]) == 600


def test_a_copy_reads_in_another_process(api: Sandbox) -> None:
    program = "import pickle, sys; one = pickle.load(sys.stdin.buffer); print(one.table('deals').num_rows)"
    run = subprocess.run(
        [sys.executable, "-c", program], input=pickle.dumps(source(api)), capture_output=True, check=True
    )
    assert run.stdout == b"30\n"


def test_a_copy_needs_no_file_that_the_configuration_names(
    api: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounted.set_keys(monkeypatch)
    accounted.serve(api, north=accounted.rows(3), south=accounted.rows(2), west=[])
    (schema := tmp_path / "schema.json").write_text('{"properties": {"id": {"type": "integer"}}}')
    (accounts := tmp_path / "accounts.json").write_text(json.dumps(accounted.ACCOUNTS))
    entry = {"name": "contacts", "schema": str(schema), "endpoint": {"incremental": None}}
    config = accounted.config(api, entry, accounts=None, accounts_file=str(accounts), start_param=None)
    one = Source(config)
    schema.unlink()
    accounts.unlink()
    assert copy(one).with_settings(page_size=50).table("contacts").to_pylist() == one.table("contacts").to_pylist()
    assert one.schema("contacts").names == ["_account", "id"]


def test_secrets_stay_out_of_what_is_shown(api: Sandbox) -> None:
    one = source(api)
    list(one.read(one.plan("deals")[0]))
    shown = [repr(one), repr(one.plan("contacts")), repr(one.state), repr(vars(one))]
    assert not [text for text in shown if api.api_key in text]
    with pytest.raises(FatalAPIError) as failed:
        source(api, api_key=f"{api.api_key}-wrong").table("deals")
    assert api.api_key not in repr(failed.value)


def test_nothing_of_the_program_is_changed_and_nothing_is_written(api: Sandbox) -> None:
    numbers = (signal.SIGINT, signal.SIGTERM)
    signals, handlers = [signal.getsignal(each) for each in numbers], list(logging.getLogger().handlers)
    out = io.StringIO()
    with redirect_stdout(out):
        source(api).table("deals")
    assert [signal.getsignal(each) for each in numbers] == signals
    assert logging.getLogger().handlers == handlers
    assert logging.getLogger("tap-analytics").handlers == []
    assert out.getvalue() == ""


def test_a_program_at_a_terminal_keeps_all_lines_of_its_own_log(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    for name in ("TAP_ANALYTICS_LOGLEVEL", "LOGLEVEL"):
        monkeypatch.delenv(name, raising=False)
    handler, own = logging.StreamHandler(terminal), logging.getLogger("of-a-program")
    monkeypatch.setattr(own, "handlers", [handler])
    own.setLevel(logging.INFO)
    source(api, progress="bar").table("deals")
    own.info("This is told.")
    assert "This is told." in terminal.getvalue()


def test_the_environment_changes_nothing_that_is_given(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "TAP_ANALYTICS_API_KEY", "another")
    monkeypatch.setitem(os.environ, "TAP_ANALYTICS_API_URL", "http://127.0.0.1:9")
    assert source(api).table("deals").num_rows == 30


def test_what_is_given_is_not_changed_and_its_changes_count_no_more(api: Sandbox) -> None:
    config: dict[str, Any] = {"api_url": api.url, "api_key": api.api_key}
    one = Source(config)
    assert config == {"api_url": api.url, "api_key": api.api_key}
    config["api_url"] = "http://127.0.0.1:9"
    assert copy(one).table("deals").num_rows == 30


def test_a_catalog_chooses_streams_and_columns(api: Sandbox) -> None:
    one = source(api, known=catalog("deals", without=("name",)))
    assert one.streams == ["deals"]
    table = one.table("deals")
    assert "name" not in table.schema.names
    assert one.state["bookmarks"]["deals"]["replication_key"] == "updated_at"
    with pytest.raises(ConfigValidationError, match="the catalog is not one"):
        source(api, known={"streams": {}})


def test_settings_that_change_singer_records_are_refused(api: Sandbox) -> None:
    with pytest.raises(ConfigValidationError, match="`flattening_enabled`"):
        source(api, flattening_enabled=True, flattening_max_depth=1)


def test_without_pyarrow_the_extra_is_named(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"install the extra `arrow`: pip install 'tap-analytics\[arrow\]'"):
        source(api)


def test_the_package_gives_it_by_name() -> None:
    assert tap_analytics.Source is Source
    with pytest.raises(AttributeError, match="no attribute `Sauce`"):
        _ = tap_analytics.Sauce


def test_all_faults_of_the_settings_are_told_at_once() -> None:
    with pytest.raises(ConfigValidationError) as refused:
        Source({"api_url": "no", "page_size": "many"})
    assert len(refused.value.errors) > 1


# Streams of other APIs


@pytest.fixture
def other() -> Iterator[Foreign]:
    with Foreign() as api:
        yield api


def of(api: Foreign, *resources: dict[str, Any], **settings: Any) -> Source:  # noqa: ANN401
    client = {
        "base_url": api.url,
        "headers": {"X-Token": TOKEN},
        "paginator": {"type": "offset", "limit": 50, "offset_param": "first", "limit_param": "count"},
    }
    words = [{"primary_key": "id", **each} for each in resources]
    for each in words:
        each["endpoint"] = {"data_selector": "result.items", "path": each["name"], **each.get("endpoint", {})}
    return Source({"client": client, "resources": words, "max_retries": 0, **settings})


def number(name: str, kind: str, **hints: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"name": "parts", "columns": {"id": {"data_type": "bigint"}, name: {"data_type": kind, **hints}}}


def test_a_whole_number_beyond_64_bits_fails_with_its_record_and_field(other: Foreign) -> None:
    other.serve("/parts", [{"id": 1, "size": 2**63 - 1}, {"id": 2, "size": 2**63}])
    with pytest.raises(FatalAPIError, match=r"parts: record 2: `size` is not a whole number of at most 64 bits"):
        of(other, number("size", "bigint")).table("parts")


def test_a_date_finer_than_microseconds_fails_with_its_record_and_field(other: Foreign) -> None:
    rows = [{"id": 1, "at": "2024-01-01T00:00:00.123456000Z"}, {"id": 2, "at": "2024-01-01T00:00:00.1234567Z"}]
    other.serve("/parts", rows[:1])
    assert of(other, number("at", "timestamp")).table("parts").column("at")[0].as_py().microsecond == 123456
    other.serve("/parts", rows)
    with pytest.raises(FatalAPIError, match=r"record 2: `at` is not a date-time of microseconds or coarser"):
        of(other, number("at", "timestamp")).table("parts")


def test_a_declared_decimal_keeps_its_digits_or_fails(other: Foreign) -> None:
    other.routes["/api/parts"] = lambda _: Reply(b'{"result": {"items": [{"id": 1, "price": 12345678901234567.05}]}}')
    endpoint = {"endpoint": {"paginator": "single_page"}}
    table = of(other, number("price", "decimal", precision=20, scale=2) | endpoint).table("parts")
    assert str(table.schema.field("price").type) == "decimal128(20, 2)"
    assert str(table.column("price")[0]) == "12345678901234567.05"
    with pytest.raises(FatalAPIError, match=r"`price` is not a number of at most 20 digits, 1 of them"):
        of(other, number("price", "decimal", precision=20, scale=1) | endpoint).table("parts")


def test_names_that_differ_by_case_only_are_refused_with_both(other: Foreign) -> None:
    other.serve("/parts", [{"id": 1, "size": 1, "Size": 2}])
    with pytest.raises(FatalAPIError, match=r"`[sS]ize` and `[sS]ize` differ by case only"):
        of(other, {"name": "parts"}).schema("parts")


def test_singer_and_source_give_the_same_values_of_all_kinds(other: Foreign) -> None:
    other.serve("/parts", KINDS)
    one = of(other, {"name": "parts"})
    with redirect_stdout(io.StringIO()) as out:
        TapAnalytics(config=one.__getstate__()["config"]).sync_all()
    records, table = Run(0, out.getvalue(), "").records("parts"), one.table("parts")
    assert [record["id"] for record in records] == [row["id"] for row in KINDS]
    for record, row in zip(records, table.to_pylist(), strict=True):
        assert row.keys() >= record.keys() >= KINDS[0].keys() - {"never", "often"}
        for field in table.schema:
            value = comparable(field.type, record.get(field.name))
            assert of_column(field.type, row[field.name], value) == value, field.name


def test_a_child_stream_has_a_window_for_each_record_of_its_parent(other: Foreign) -> None:
    other.serve("/firms", [{"id": number, "at": f"2024-01-0{number}"} for number in (1, 2, 3)])
    for firm in (1, 2, 3):
        other.serve(f"/firms/{firm}/notes", [{"id": firm * 10 + each} for each in range(firm)])
    firms = {"name": "firms", "endpoint": {"incremental": {"cursor_path": "at"}}}
    notes = {
        "name": "notes",
        "endpoint": {"path": "firms/{resources.firms.id}/notes"},
        "include_from_parent": ["at"],
    }
    one = of(other, firms, notes)
    assert one.table("firms").num_rows == 3
    windows = one.plan("notes")
    assert len(windows) == 3  # whatever the state of the parent is
    assert Window.from_line(windows[2].line()) == windows[2]
    rows = [row for batch in one.read(windows[2]) for row in batch.to_pylist()]
    assert [(row["id"], row["_firms_at"]) for row in rows] == [(each, date(2024, 1, 3)) for each in (30, 31, 32)]
    assert one.table("notes").num_rows == 6
    with pytest.raises(ConfigValidationError, match="no parent"):
        one.plan("notes", until="2025-01-01")


def test_lists_of_children_are_read_side_by_side_and_one_that_fails_fails_all(other: Foreign) -> None:
    other.serve("/firms", [{"id": firm} for firm in range(12)])
    running, most = [0], [0]
    for firm in range(12):
        other.serve(f"/firms/{firm}/notes", [{"id": firm * 10 + each} for each in range(3)])
        whole = other.routes[f"/api/firms/{firm}/notes"]

        def slow(call: Call, whole: Any = whole) -> Reply:  # noqa: ANN401
            running[0] += 1
            most[0] = max(most[0], running[0])
            time.sleep(0.02)
            running[0] -= 1
            reply: Reply = whole(call)
            return reply

        other.routes[f"/api/firms/{firm}/notes"] = slow
    notes = {"name": "notes", "endpoint": {"path": "firms/{resources.firms.id}/notes"}}
    one = of(other, {"name": "firms"}, notes, concurrency=4)
    expected = [firm * 10 + each for firm in range(12) for each in range(3)]
    assert one.table("notes").column("id").to_pylist() == expected
    assert most[0] > 1
    most[0] = 0
    with redirect_stdout(io.StringIO()) as out:
        TapAnalytics(config=one.__getstate__()["config"]).sync_all()
    assert [each["id"] for each in Run(0, out.getvalue(), "").records("notes")] == expected
    assert most[0] > 1
    other.routes["/api/firms/7/notes"] = lambda _: Reply({}, status=500)
    with pytest.raises(FatalAPIError, match="500"):
        one.table("notes")


def test_a_field_that_the_sample_did_not_have_fails_in_copies_too_unless_a_catalog_says_what_is_wanted(
    other: Foreign,
) -> None:
    other.serve("/parts", [{"id": each} | ({"late": 1} if each == 330 else {}) for each in range(400)])
    one = of(other, {"name": "parts"}, sample_size=50)
    known = one.catalog
    for each in (one, copy(one), copy(one).with_settings(page_size=20)):
        with pytest.raises(FatalAPIError, match=r"parts: .*a field `late` that the sample did not have.*`columns`"):
            each.table("parts")
    wanted = Source(vars(one)["_config"], catalog=known)
    assert wanted.table("parts").column_names == ["id"]
    assert of(other, number("late", "bigint")).table("parts").column("late").to_pylist()[330] == 1


def test_a_list_that_fails_in_its_middle_is_no_success(other: Foreign) -> None:
    other.serve("/parts", [{"id": each} for each in range(120)])
    whole, one = other.routes["/api/parts"], of(other, number("size", "bigint"))
    assert one.streams == ["parts"]  # the fields are known by now
    other.routes["/api/parts"] = lambda call: Reply({}, status=500) if call.number("first", 0) >= 90 else whole(call)
    with pytest.raises(FatalAPIError, match="500"):
        one.table("parts")
    assert one.state["bookmarks"]["parts"] == {}


def test_an_end_is_of_the_kind_of_the_replication_key(other: Foreign) -> None:
    other.serve("/parts", [{"id": each} for each in range(20)])
    parts = {**number("size", "bigint"), "endpoint": {"incremental": {"cursor_path": "id"}}}
    one = of(other, parts)
    (window,) = one.plan("parts", until="7")
    assert [row["id"] for batch in one.read(window) for row in batch.to_pylist()] == list(range(7))
    with pytest.raises(ConfigValidationError, match="cannot be applied to"):
        one.plan("parts", until="2025-01-01")


# The page about it


def blocks() -> list[str]:
    page = Path(__file__).parents[1].joinpath("docs", "source.md").read_text(encoding="utf-8")
    return [text.split("```")[0] for text in page.split("```python\n")[1:]]


def lines_of(library: str, api: Sandbox) -> str:
    """Return the lines of the page that lead to a library, for this API."""
    first, *others = blocks()
    (lines,) = [block for block in others if f"import {library}" in block]
    return first.replace("http://127.0.0.1:8000", api.url).replace('"sandbox-key"', repr(api.api_key)) + f"\n{lines}"


@pytest.mark.parametrize(("library", "rows"), [("polars", 30), ("duckdb", 1)])
def test_the_lines_of_the_page_lead_to_a_library(api: Sandbox, library: str, rows: int) -> None:
    pytest.importorskip(library, reason=f"{library} is not installed")
    names: dict[str, Any] = {}
    exec(lines_of(library, api), names)  # noqa: S102 - it is our own
    assert len(names["frame"]) >= rows


@pytest.mark.slow
def test_the_lines_of_the_page_lead_to_pandas(api: Sandbox) -> None:
    """It has an environment of its own: where it is, each start takes longer, for the SDK imports numpy."""
    python = Environment("pandas", ("pandas>=2.3", "--editable", f"{ROOT}[arrow]")).program("python")
    code = f"{lines_of('pandas', api)}\nprint(len(frame), set(map(str, frame.dtypes)))"
    run = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("30 ")
    assert "[pyarrow]" in run.stdout


def test_the_page_reads_windows(api: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    first, *others = blocks()
    first = first.replace("http://127.0.0.1:8000", api.url).replace('"sandbox-key"', repr(api.api_key))
    names: dict[str, Any] = {}
    exec(f"{first}\n{others[-1]}", names)  # noqa: S102 - it is our own
    assert capsys.readouterr().out == "250\n"
    assert names["state"]["bookmarks"]["contacts"]["replication_key"] == "updated_at"


def test_accounts_have_windows_and_rows_of_their_own(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    accounted.set_keys(monkeypatch)
    monkeypatch.setenv("TAP_ANALYTICS_API_KEY", "of nobody")
    lists = accounted.serve(api, north=accounted.rows(30), south=accounted.rows(12), west=[])
    run = accounted.sync(api)
    one = Source(accounted.config(api))
    found = one.table("contacts").to_pylist()
    assert accounted.ids_of(run) == accounted.ids_in(**lists)
    assert sorted((row["_account"], int(row["id"])) for row in found) == accounted.ids_of(run)
    assert one.schema("contacts").field("_account").nullable is False
    assert one.state == run.state
    copies = [copy(Source(accounted.config(api))) for _ in range(2)]
    windows = copies[0].plan("contacts")
    assert [window.account for window in windows] == ["north", "south", "west"]
    rows = [batch.num_rows for each in copies for batch in each.read(windows[1])]
    assert rows == [12, 12]
    assert copies[0].state["accounts"].keys() == set(accounted.KEYS)
    with pytest.raises(ConfigValidationError, match="the window names no `account`"):
        next(one.read(Window(stream="contacts")))
