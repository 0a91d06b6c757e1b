"""The benchmarks work; no test here measures how fast anything is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from benchmarks import children, environments, numbered, picture, pipeline, report, spark, windows
from benchmarks.__main__ import PLAIN_AT_HAND, Benchmarks, main, prepare
from benchmarks.contestants import CONTESTANTS, OURS, OURS_AHEAD, OURS_IN_TURN, Contestant
from benchmarks.environments import REQUIREMENTS
from benchmarks.measure import Run, RunFailed, measure, set_up
from benchmarks.plan import FULL, SMALL, Case
from benchmarks.race import Entry, Race
from benchmarks.shapes import Shape
from tap_analytics.sandbox import Sandbox
from tap_analytics.spark.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterator

CASE = Case(rows=250, page_size=100)
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as api:
        yield api


@pytest.fixture
def course(sandbox: Sandbox) -> Sandbox:
    """The sandbox with the rows of the case."""
    set_up(sandbox, CASE)
    return sandbox


def program(text: str) -> Contestant:
    return Contestant(
        name="program", title="A <program>", packages=(), command=lambda task: [str(task.python), "-c", text]
    )


@pytest.mark.slow
def test_the_small_run_writes_its_tables_and_its_picture(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", "--small", "--rows", "200", "--out", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=REPOSITORY)
    assert run.returncode == 0, run.stdout + run.stderr
    page = (tmp_path / "results.md").read_text()
    assert "did not run" not in page
    for contestant in (OURS, OURS_AHEAD, OURS_IN_TURN, PLAIN_AT_HAND):
        assert page.count(f"| {contestant.title} |") == 4
    assert "| 20 of 45 fields |" in page
    for heading in ("Memory and requests", "Rows of other shapes", "Cost of a row", "Startup"):
        assert f"## {heading}" in page
    assert ET.parse(tmp_path / "results.svg").getroot().tag.endswith("svg")  # noqa: S314 - our own picture


def test_only_those_named_take_part(tmp_path: Path) -> None:
    assert main(["--small", "--only", "plain", "sdk", "--rows", "100", "--out", str(tmp_path)]) == 0
    page = (tmp_path / "results.md").read_text()
    assert "stock SDK" in page
    assert OURS_AHEAD.title not in page


@pytest.mark.parametrize("contestant", [OURS_AHEAD, PLAIN_AT_HAND], ids=lambda each: each.name)
def test_a_run_counts_rows_and_requests(contestant: Contestant, course: Sandbox) -> None:
    for _ in range(2):
        run = measure(contestant, CASE, course)
        assert run.rows == CASE.rows
        assert 3 <= run.requests <= 6
        assert 0 < run.sync <= run.process


@pytest.mark.parametrize("shape", [Shape(declared=45, sent=20), Shape(declared=60, sent=60)])
def test_rows_of_another_shape_have_the_fields_that_are_sent(sandbox: Sandbox, tmp_path: Path, shape: Shape) -> None:
    case = Case(rows=20, page_size=100, shape=shape)
    set_up(sandbox, case)
    keep = replace(OURS, files=lambda task: [Path(shutil.copy(task.output, tmp_path / "kept"))])
    assert measure(keep, case, sandbox).rows == 20
    lines = (tmp_path / "kept").read_text().splitlines()
    (schema,) = (message["schema"] for message in map(json.loads, lines) if message["type"] == "SCHEMA")
    assert len(schema["properties"]) == shape.declared
    records = [message["record"] for message in map(json.loads, lines) if message["type"] == "RECORD"]
    assert {len(record) for record in records} == {shape.sent}


def test_a_run_that_loses_rows_does_not_count(course: Sandbox) -> None:
    with pytest.raises(RunFailed, match=r"^1 of 250 records arrived$"):
        measure(program("""print('{"type":"RECORD"}')"""), CASE, course)


def test_a_run_that_fails_says_why_without_naming_its_folder(course: Sandbox) -> None:
    with pytest.raises(RunFailed, match=r"^it ended with 1: No such file: /config$"):
        measure(program("import os, sys; sys.exit(f'No such file: {os.getcwd()}/config')"), CASE, course)


def test_the_memory_of_a_run_is_its_own(course: Sandbox) -> None:
    ballast = b"x" * 300_000_000
    assert measure(PLAIN_AT_HAND, CASE, course).peak < len(ballast) / 1e6


def test_an_environment_that_cannot_be_made_is_reported_and_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environments, "REQUIREMENTS", tmp_path)
    monkeypatch.setattr(environments, "ENVIRONMENTS", tmp_path / "venvs")
    (tmp_path / "peer.txt").write_text("peer @ file:///no/such/peer.whl\n")
    peer = replace(program(""), title="The peer", requirements="peer")
    contestants = [PLAIN_AT_HAND, peer]
    plan = replace(SMALL.scale(100), memory_rows=(), cost_page_sizes=())
    page = report.render(Benchmarks(plan, contestants, prepare(contestants)).run())
    assert "The peer did not run: its environment cannot be made" in page
    assert f"| {PLAIN_AT_HAND.title} |" in page


def finish(contestant: Contestant, *seconds: float) -> Entry:
    runs = [Run(rows=1_000, requests=10, sync=sync, process=sync + 1, peak=50) for sync in seconds]
    return Entry(contestant, runs)


@pytest.fixture
def race() -> Race:
    failed = Entry(program(""), problem="1 of 250 records arrived")
    return Race(CASE, [finish(PLAIN_AT_HAND, 2, 9, 1), finish(OURS_AHEAD, 0.5), finish(OURS_IN_TURN, 4), failed])


def test_a_table_has_medians_and_ratios_the_fastest_first(race: Race) -> None:
    page = report.render(report.Results(date="2024-05-01", machine="a machine", versions={}, races=[race]))
    rows = [line for line in page.splitlines() if line.startswith("| ")][2:]
    assert rows[0] == f"| {OURS_AHEAD.title} | 2,000 | 4.00 |  | 0.50 s | 1.50 s | 50 MB | 10 | 1 |"
    assert [row.split(" | ")[1] for row in rows] == ["2,000", "500", "250"]
    assert "`concurrency` 8 against 1: 8.00." in page
    assert "A <program> did not run: 1 of 250 records arrived" in page


def test_a_picture_has_a_bar_for_everyone_who_finished(race: Race) -> None:
    root = ET.fromstring(picture.draw([race, race], "a <machine>"))  # noqa: S314 - our own picture
    texts = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert texts.count("2,000 (4.00 x plain)") == 2
    assert len([element for element in root.iter() if element.tag.endswith("rect")]) == 6


def test_a_plan_with_other_rows_keeps_its_proportions() -> None:
    plan = FULL.scale(FULL.rows // 10)
    assert plan.memory_rows == tuple(rows // 10 for rows in FULL.memory_rows)
    assert plan.slow_pages == FULL.slow_pages // 10
    assert plan.scale(FULL.rows) == FULL


@pytest.mark.parametrize("rows", ["0", "-1", "many"])
def test_a_number_of_rows_that_is_none_is_refused(rows: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--rows", rows])
    assert f"'{rows}' is not a whole number" in capsys.readouterr().err


def pins(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if not line.startswith("#")]


def test_every_requirement_is_pinned_and_belongs_to_a_contestant() -> None:
    names = {each.requirements for each in CONTESTANTS} - {None}
    assert {file.stem for file in REQUIREMENTS.iterdir()} == names
    assert all("==" in line for file in REQUIREMENTS.iterdir() for line in pins(file))


def test_the_children_of_parents_are_read_with_each_width() -> None:
    said: list[str] = []
    children.run((children.Family(parents=5, children=4, page=2, latency=0),), said.append)
    assert said[0] == "5 parents with 4 children, lists of 2 pages by cursor, 0 ms an answer"
    assert [line.split(":")[0].strip() for line in said[1:]] == ["1 in flight", "8 in flight"]


def test_a_long_list_is_read_as_one_and_in_windows() -> None:
    said: list[str] = []
    windows.run(windows.LongList(rows=400, page=20, latency=0, per_skipped_row=0), said.append)
    assert [line.split(":")[0].strip() for line in said[1:]] == ["one list", "windows"]
    one, parted = (int(line.split("largest offset ")[1].split(",")[0]) for line in said[1:])
    assert one > 380
    assert parted < 80


def test_numbered_pages_that_are_read_twice_lose_the_least() -> None:
    said: list[str] = []
    numbered.run(60, said.append)
    lost = {line.split(" | ")[0]: [int(each.split(",")[0]) for each in line.split(" | ")[1:]] for line in said[2:]}
    once, looks, *_, twice = lost.values()
    assert (once[0], looks[0], twice[0]) == (0, 0, 0)
    assert once[2] > looks[2] > twice[2]


def test_spark_is_given_options_that_it_has() -> None:
    config = json.dumps({"api_url": "http://a"})
    given = [
        Options.of({"stream": "rows", "config": config, **{name: str(value) for name, value in each.options.items()}})
        for each in spark.ways(spark.SMALL)
    ]
    assert [(each.split, each.rows) for each in given] == [("auto", 10**9), ("auto", 1000), ("offsets", 1250)]


def test_the_whole_way_is_measured_and_what_landed_is_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pipeline", "--small"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("300 contacts, 20 of 45 fields sent, into PostgreSQL; the least of 1 runs\n")
    assert "| RECORD, COPY (meltano.yml) | " in told


@pytest.mark.parametrize("landed", [{}, {"1": {"id": 1, "score": 1.25}}, {"1": {"id": 1}}])
def test_a_value_that_did_not_land_fails_the_measurement(landed: dict[str, dict[str, object]]) -> None:
    with pytest.raises(AssertionError):
        pipeline.compare([{"id": 1, "score": 1.5}], landed)
