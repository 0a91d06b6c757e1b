"""Four Singer targets store the rows of the API value by value, with the departures that the docs list."""

from __future__ import annotations

import json
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from scripts.reference import streams
from tap_analytics.sandbox import Request
from tests.targets import (
    AWKWARD,
    AWKWARD_RESOURCE,
    AWKWARD_SCHEMA,
    CASES,
    CSV,
    DOCS,
    DUCKDB,
    JSONL,
    LATEST_DUCKDB,
    LOADERS,
    POSTGRES,
    TARGETS,
    Environment,
    Place,
    PostgresTarget,
    Row,
    Schema,
    Target,
    kind_of,
    of_meltano,
    render,
    same,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_analytics.sandbox import Sandbox
    from tests.conftest import Run, TapRunner

LISTS = ["contacts", "companies", "deals"]
SNAPSHOTS = ["account_overview", "agents_overview", "current_queue_activity"]
# What the tap puts into a snapshot that has none of its own.
DERIVED = {"id", "current_timestamp"}
# Settings that say where to write.
PLACES = {"default_target_schema", "destination_path", "output_path"}
# A value for every column.
FULL = {"key": 7, "text": "a", "whole": 1, "number": Decimal("0.5"), "truth": True, "moment": "2025-03-04T05:06:07Z"}
FULL |= {"day": "2025-03-04", "list": [1], "object": {"a": 1}}
SINGER_TOOLS = Environment("singer-tools", ("singer-tools~=0.4.1",))


@dataclass(frozen=True)
class Load:
    """A way into one target: `run` loads, `rows` reads back."""

    target: Target
    place: Place
    tap: TapRunner
    pipe: Callable[..., Run]
    options: dict[str, Any] = field(default_factory=dict)

    def run(self, *resources: object, state: dict[str, Any] | None = None) -> Run:
        """Run the tap into the target."""
        _, file = self.tap.write(target=self.target.settings(self.place) | self.options)
        command = (self.target.program(), "--config", file)
        return self.pipe(*command, state=state, resources=list(resources), start_param="updated_since")

    def rows(self, stream: str, schema: Schema) -> list[Row]:
        return self.target.rows(self.place, stream, schema)

    def state(self, run: Run) -> dict[str, Any]:
        """Return the state that the target gave back."""
        return dict(json.loads(run.stdout.splitlines()[-1]))

    def departures(self, stream: str, sent: Row, landed: Row) -> dict[str, Any]:
        """Return the columns with another value than the target usually stores, each with that value."""
        found = {}
        for name, column in streams()[stream].schema["properties"].items():
            kind, value = kind_of(column), landed.get(name)
            is_derived = name in DERIVED and sent.get(name) is None
            if not (value if is_derived else same(kind, value, self.target.usual(kind, sent.get(name)))):
                found[name] = value
        return found


@pytest.fixture
def loading(
    request: pytest.FixtureRequest,
    tap: TapRunner,
    pipe: Callable[..., Run],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[Target], Load]:
    """Return what makes an empty place for a target, and the way into it."""

    def into(target: Target) -> Load:
        # Not where the tap's own files are: those are searched for secrets as text.
        folder = tmp_path_factory.mktemp("target")
        if not isinstance(target, PostgresTarget):
            return Load(target, Place(folder), tap, pipe)
        place = Place(folder, request.getfixturevalue("postgres"))
        target.clear(place)
        return Load(target, place, tap, pipe)

    return into


@contextmanager
def in_time_zone(zone: str, place: Place) -> Iterator[None]:
    """Let sessions on the server have this time zone unless they ask for another one."""
    assert place.postgres
    with psycopg.connect(place.postgres.url, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER ROLE postgres SET timezone = {}").format(sql.Literal(zone)))
        try:
            yield
        finally:
            connection.execute("ALTER ROLE postgres RESET timezone")


def hold_still(api: Sandbox) -> None:
    """Let the statistics be the same whenever they are asked for, so that there is something to compare with."""
    for stream in SNAPSHOTS:
        api.table(stream).load(api.table(stream).rows())


def api_rows(api: Sandbox, stream: str) -> dict[str, Row]:
    """Return the rows that the API serves, by what tells them apart."""
    question = Request.parse("GET", f"/v1/{stream}?limit=1000", {"x-api-key": api.api_key})
    data = json.loads(api.answer(question).content(), parse_float=Decimal)["data"]
    return {key(stream, row): row for row in (data if isinstance(data, list) else [data])}


def key(stream: str, row: Row) -> str:
    return str(row["name" if stream in SNAPSHOTS else "id"])


def each_case(target: Target) -> list[str]:
    """Return the cases that a target loads."""
    return [case for case in CASES if case not in set(target.refusals())]


def check_streams(load: Load, api: Sandbox) -> None:
    for stream in (*LISTS, *SNAPSHOTS):
        sent = api_rows(api, stream)
        rows = load.rows(stream, streams()[stream].schema)
        landed = {key(stream, row): row for row in rows}
        assert landed.keys() == sent.keys()
        assert len(rows) == len(sent)
        assert not {at: found for at in sent if (found := load.departures(stream, sent[at], landed[at]))}


def check_awkward(load: Load) -> None:
    rows = load.rows(AWKWARD, AWKWARD_SCHEMA)
    assert sorted(row["id"] for row in rows) == sorted(each_case(load.target))
    for row in rows:
        name = row.pop("id")
        case = CASES[name]
        departure = load.target.departures.get(name)
        assert same(case.kind, row.pop(case.kind, None), departure.lands if departure else case.value), name
        assert set(row.values()) <= {None, ""}, name


def check_next_run(load: Load, api: Sandbox, state: dict[str, Any]) -> None:
    api.table("contacts").update(7, name="Changed")
    bookmark = state["bookmarks"]["contacts"]["replication_key_value"]
    second = load.run("contacts", state=state)
    assert second.code == 0, second.stderr
    assert load.state(second)["bookmarks"]["contacts"]["replication_key_value"] > bookmark

    sent = api_rows(api, "contacts")
    again = [at for at, row in sent.items() if row["updated_at"] >= bookmark]
    rows = load.rows("contacts", streams()["contacts"].schema)
    assert {key("contacts", row): row["name"] for row in rows}["7"] == "Changed"
    assert "7" in again
    expected = [*sent, *([] if load.target.merges else again)]
    assert sorted(key("contacts", row) for row in rows) == sorted(expected)


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_values_land_as_the_page_says_and_the_next_run_brings_what_changed(
    target: Target, api: Sandbox, loading: Callable[[Target], Load]
) -> None:
    hold_still(api)
    api.table(AWKWARD).load([CASES[case].row(case) for case in each_case(target)])
    load = loading(target)
    first = load.run(*LISTS, *SNAPSHOTS, AWKWARD_RESOURCE)
    assert first.code == 0, first.stderr
    check_streams(load, api)
    check_awkward(load)
    check_next_run(load, api, load.state(first))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "case"),
    [pytest.param(target, case, id=f"{target.name}-{case}") for target in TARGETS for case in target.refusals()],
)
def test_one_value_that_a_target_refuses_fails_the_load_and_no_state_is_kept(
    target: Target, case: str, api: Sandbox, loading: Callable[[Target], Load]
) -> None:
    api.table(AWKWARD).load([CASES["date-time in UTC"].row("good"), CASES[case].row(case)])
    run = loading(target).run(AWKWARD_RESOURCE)
    assert run.code != 0
    assert target.departures[case].because in run.stderr
    assert run.stdout == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "landed"),
    [({}, "2025-03-04T10:36:07Z"), ({"PGTZ": "UTC"}, "2025-03-04T05:06:07Z")],
    ids=["without", "with"],
)
def test_target_postgres_stores_the_wall_clock_of_the_session_which_is_utc_with_pgtz(
    setting: dict[str, str],
    landed: str,
    api: Sandbox,
    loading: Callable[[Target], Load],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    api.table(AWKWARD).load([CASES["date-time in UTC"].row("moment")])
    load = loading(POSTGRES)
    with in_time_zone("Asia/Kolkata", load.place):
        assert load.run(AWKWARD_RESOURCE).code == 0
    assert [row["moment"] for row in load.rows(AWKWARD, AWKWARD_SCHEMA)] == [landed]


def test_meltano_loads_into_postgres_in_utc() -> None:
    [loader] = [loader for loader in LOADERS if loader["name"] == "target-postgres"]
    assert loader["env"] == {"PGTZ": "UTC"}


@pytest.mark.slow
def test_target_csv_empties_a_file_that_is_there_even_when_told_to_append(
    api: Sandbox, loading: Callable[[Target], Load]
) -> None:
    append = {"file_naming_scheme": "{stream_name}-all.csv", "overwrite_behavior": "append_records"}
    load = replace(loading(CSV), options=append)
    state = load.state(load.run("deals"))
    assert len(load.rows("deals", streams()["deals"].schema)) == len(api.table("deals")) == 30
    load.run("deals", state=state)
    assert len(load.rows("deals", streams()["deals"].schema)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("case", DUCKDB.refusals())
def test_target_duckdb_takes_a_first_row_that_it_cannot_read_for_a_header(
    case: str, api: Sandbox, loading: Callable[[Target], Load]
) -> None:
    rows = [{"id": str(number), **FULL} for number in range(5)]
    api.table(AWKWARD).load([rows[0] | {CASES[case].kind: CASES[case].value}, *rows[1:]])
    load = loading(DUCKDB)
    assert load.run(AWKWARD_RESOURCE).code == 0
    assert sorted(row["id"] for row in load.rows(AWKWARD, AWKWARD_SCHEMA)) == ["1", "2", "3", "4"]


@pytest.mark.slow
def test_target_duckdb_as_pip_resolves_it_loses_the_first_row_of_a_stream_in_silence(
    api: Sandbox, loading: Callable[[Target], Load]
) -> None:
    load = loading(LATEST_DUCKDB)
    run = load.run(*LISTS)
    assert run.code == 0
    for stream in LISTS:
        landed = {row["id"] for row in load.rows(stream, streams()[stream].schema)}
        assert set(api_rows(api, stream)) - landed == {"1"}
    assert set(load.state(run)["bookmarks"]) == set(LISTS)


@pytest.mark.slow
def test_singer_check_tap_finds_the_output_valid(tap: TapRunner) -> None:
    run = tap()
    assert run.code == 0
    command = [SINGER_TOOLS.program("singer-check-tap")]
    check = subprocess.run(command, input=run.stdout, capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stdout + check.stderr
    assert "The output is valid." in check.stdout
    for stream in (*LISTS, *SNAPSHOTS):
        assert re.search(rf"\| {stream} +\| {len(run.records(stream))} +\| 1 +\|", check.stdout)


def test_a_number_beyond_a_double_does_not_leave_the_tap(api: Sandbox, tap: TapRunner) -> None:
    api.table(AWKWARD).load([{"id": "beyond", "number": Decimal("1E+400")}])
    run = tap(resources=[AWKWARD_RESOURCE])
    assert run.code == 1
    assert "`number` is a number, not a number" in run.stderr
    assert run.records(AWKWARD) == []


def test_what_a_target_refuses_can_be_sent_as_text(api: Sandbox, tap: TapRunner) -> None:
    api.table(AWKWARD).load([{"id": "large", "whole": 2**63}, {"id": "vague", "moment": "yesterday"}])
    text = {"data_type": "text"}
    run = tap(resources=[AWKWARD_RESOURCE | {"columns": {"whole": text, "moment": text}}])
    assert run.code == 0
    [schema] = [message["schema"]["properties"] for message in run.messages if message["type"] == "SCHEMA"]
    assert [schema[name] for name in ("whole", "moment")] == [{"type": ["string", "null"]}] * 2
    assert run.records(AWKWARD) == [{"id": "large", "whole": str(2**63)}, {"id": "vague", "moment": "yesterday"}]


def test_the_table_of_values_says_what_the_tests_expect() -> None:
    text = DOCS.read_text()
    assert text == render(text), "run: make docs"


def test_the_pages_name_every_requirement_and_setting() -> None:
    text = "\n".join(page.read_text() for page in (DOCS, DOCS.with_name("loading.md")))
    requirements = [each for target in (*TARGETS, LATEST_DUCKDB) for each in target.environment.requirements]
    for requirement in (*requirements, *SINGER_TOOLS.requirements):
        assert f"`{requirement}`" in text
    # This one comes with the project: uv.lock says which version.
    assert f"| {version('meltanolabs-target-postgres')}, PostgreSQL" in text
    for loader in (POSTGRES, JSONL, CSV):
        for name, value in of_meltano(loader.name).items():
            assert f"`{name}: {json.dumps(value)}`" in text or name in PLACES


def test_every_departure_is_one_from_a_case() -> None:
    for target in TARGETS:
        assert set(target.departures) <= set(CASES)
