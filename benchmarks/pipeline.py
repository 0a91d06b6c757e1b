"""From the API to a merged table in PostgreSQL: the tap with target-postgres, in several ways, beside dlt."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from benchmarks.contestants import SCRIPTS, catalog
from benchmarks.environments import Environment, EnvironmentUnavailable
from benchmarks.measure import RSS_UNIT, STOPWATCH
from benchmarks.report import table
from benchmarks.shapes import Shape
from demo.postgres import Postgres
from tap_analytics.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

DATASET = "pipeline"
TITLES = ("", "Wall", "CPU", "of the tap", "Peak", "CPU against dlt", "CPU against dlt, fastest")


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """So many contacts, so many on a page, read so often by each contestant, in turn."""

    rows: int = 30_000
    page: int = 1_000
    rounds: int = 3
    shape: Shape = field(default_factory=lambda: Shape(declared=45, sent=20))

    @property
    def title(self) -> str:
        """What is read, in words."""
        return f"{self.rows:,} contacts, {self.shape.title} sent, into PostgreSQL; the least of {self.rounds} runs"


FULL = Pipeline()
SMALL = Pipeline(rows=300, page=100, rounds=1)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a contestant reads and writes."""

    api: Sandbox
    postgres: Postgres
    page: int
    folder: Path

    def write(self, name: str, content: object) -> str:
        """Write this as JSON and return the path."""
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(content))
        return str(path)


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to get there: commands that are piped into each other, and the environment that they need."""

    title: str
    commands: Callable[[Place], Sequence[Sequence[str]]]
    requirements: str | None = None


@dataclass(frozen=True)
class Figures:
    """What one run took: seconds from start to end, seconds of CPU of each program, megabytes of the largest."""

    wall: float
    cpus: tuple[float, ...]
    peak: float

    @property
    def cpu(self) -> float:
        """Seconds of CPU of all programs, without the server."""
        return sum(self.cpus)


def _ours(*, use_copy: bool, batch: bool = False, sent: Shape | None = None) -> Callable[[Place], list[list[str]]]:
    def commands(place: Place) -> list[list[str]]:
        config: dict[str, Any] = {"api_url": place.api.url, "api_key": place.api.api_key, "page_size": place.page}
        config |= {"progress": "off", "resources": ["contacts"], "numbers": "double" if use_copy else "exact"}
        if batch:
            storage = {"root": (place.folder / "batches").as_uri()}
            config["batch_config"] = {"encoding": {"format": "jsonl", "compression": "none"}, "storage": storage}
        target: dict[str, Any] = {"sqlalchemy_url": place.postgres.sqlalchemy_url, "default_target_schema": DATASET}
        target |= {"use_copy": use_copy, "validate_records": False, "add_record_metadata": True}
        tap = (sys.executable, "-m", "tap_analytics")
        chosen = ["--catalog", place.write("catalog", catalog(tap, sent))] if sent else []
        program = str(Path(sys.executable).with_name("target-postgres"))
        return [
            [*tap, "--config", place.write("config", config), *chosen],
            [program, "--config", place.write("target", target)],
        ]

    return commands


def _dlt(*, fastest: bool) -> Callable[[Place], list[list[str]]]:
    def commands(place: Place) -> list[list[str]]:
        database = place.postgres.url.replace("postgres@", "postgres:any@")  # it does not go without a password
        config = {"api_url": place.api.url, "api_key": place.api.api_key, "page_size": place.page}
        config |= {"fastest": fastest, "database": database, "schema": DATASET}
        script = str(SCRIPTS / "dlt_load.py")
        return [[str(Environment("dlt").python), script, place.write("config", config), str(place.folder / "dlt")]]

    return commands


DLT, DLT_FASTEST = (
    Way(title=title, commands=_dlt(fastest=fastest), requirements="dlt")
    for title, fastest in (("dlt", False), ("dlt, fastest: upsert, CSV by COPY, no child tables", True))
)
WAYS = (
    Way(title="RECORD", commands=_ours(use_copy=False)),
    Way(title="RECORD, COPY (meltano.yml)", commands=_ours(use_copy=True)),
    Way(title="RECORD, COPY, sent fields selected", commands=_ours(use_copy=True, sent=Shape(declared=20, sent=20))),
    Way(title="BATCH", commands=_ours(use_copy=False, batch=True)),
    Way(title="BATCH, COPY", commands=_ours(use_copy=True, batch=True)),
    DLT,
    DLT_FASTEST,
)


def main(say: Callable[[str], None], *, is_small: bool) -> int:
    """Measure all ways, or see whether that of meltano.yml works; return the exit code."""
    one = [way for way in WAYS if "meltano.yml" in way.title]
    run(SMALL if is_small else FULL, say, one if is_small else WAYS)
    return 0


def run(pipeline: Pipeline, say: Callable[[str], None], ways: Sequence[Way] = WAYS) -> None:
    """Run every way, in turn, round after round; compare the tables with the API, and say what each run took."""
    say(pipeline.title)
    ways = [way for way in ways if _is_there(way, say)]
    found: dict[str, list[Figures]] = {way.title: [] for way in ways}
    with Sandbox(rows={"contacts": pipeline.rows}) as api, Postgres() as postgres:
        rows = [pipeline.shape.row(row) for row in api.table("contacts").rows()]
        api.table("contacts").load([msgspec.Raw(msgspec.json.encode(row)) for row in rows])
        for way in ways * pipeline.rounds:
            with tempfile.TemporaryDirectory(prefix="pipeline-") as folder:
                place = Place(api=api, postgres=postgres, page=pipeline.page, folder=Path(folder))
                figures = _take(way, place)
            compare(rows, _stored_rows(postgres))
            found[way.title].append(figures)
            say(f"  {way.title}: {figures.wall:.2f} s, {figures.cpu:.2f} s of CPU")
    say(_render(found))


def _is_there(way: Way, say: Callable[[str], None]) -> bool:
    try:
        Environment(way.requirements).make()
    except EnvironmentUnavailable as reason:
        say(f"  {way.title}: its environment cannot be made: {reason}")
        return False
    return True


def _take(way: Way, place: Place) -> Figures:
    """Run a way once, into a new schema."""
    with psycopg.connect(place.postgres.url) as connection:
        for schema in (DATASET, f"{DATASET}_staging"):
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
    own = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(place.folder), "PGTZ": "UTC"}
    own |= {"RUNTIME__DLTHUB_TELEMETRY": "false"}
    commands = way.commands(place)
    files = [place.folder / f"figures-{number}" for number in range(len(commands))]
    stopwatch = [sys.executable, "-S", "-E", str(STOPWATCH)]
    _pipe([[*stopwatch, str(file), *each] for file, each in zip(files, commands, strict=True)], own, place)
    told = [file.read_text().split() for file in files]
    if any(code != "0" for code, *_ in told):
        message = f"{way.title} failed: {(place.folder / 'log').read_text(errors='replace')[-2000:]}"
        raise SystemExit(message)
    started, ended = min(float(each[1]) for each in told), max(float(each[2]) for each in told)
    peak = max(int(each[3]) for each in told) * RSS_UNIT / 1e6
    return Figures(ended - started, tuple(float(each[4]) for each in told), peak)


def _pipe(commands: Sequence[Sequence[str]], environment: Mapping[str, str], place: Place) -> None:
    """Run commands that are piped into each other, to their ends."""
    with ExitStack() as stack, (place.folder / "log").open("wb") as log:
        before: Any = subprocess.DEVNULL
        for command in commands:
            out = log if command is commands[-1] else subprocess.PIPE
            started = subprocess.Popen(  # noqa: S603 - our own commands
                command, stdin=before, stdout=out, stderr=log, env=environment, cwd=place.folder
            )
            process = stack.enter_context(started)
            if before is not subprocess.DEVNULL:
                before.close()
            before = process.stdout


def _stored_rows(postgres: Postgres) -> dict[str, dict[str, Any]]:
    with psycopg.connect(postgres.url, row_factory=dict_row) as connection:
        rows = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(DATASET, "contacts"))).fetchall()
    return {str(row["id"]): row for row in rows}


def compare(rows: Sequence[Mapping[str, Any]], landed: Mapping[str, Mapping[str, Any]]) -> None:
    """Compare the rows of the API with those of the table, value by value; some ways keep lists in other tables."""
    assert len(landed) == len(rows)  # noqa: S101 - all rows
    for row in rows:
        there = landed[str(row["id"])]
        for name, value in row.items():
            if not isinstance(value, list | dict):
                assert _plain(there.get(name)) == _plain(value), (row["id"], name)  # noqa: S101 - every value


def _plain(value: Any) -> Any:  # noqa: ANN401 - a value of JSON or of PostgreSQL
    """Return a value so that it is the same whatever type a column has."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        return format(Decimal(str(value)).normalize(), "f")
    text = str(value)
    return datetime.fromisoformat(text) if text.endswith("Z") and text[:2] == "20" else text


def _render(found: Mapping[str, Sequence[Figures]]) -> str:
    least = {title: min(runs, key=lambda each: each.cpu) for title, runs in found.items()}
    rows = []
    for title, runs in found.items():
        cpu = least[title].cpu
        against = [f"{cpu / least[way.title].cpu:.2f}" if way.title in least else "" for way in (DLT, DLT_FASTEST)]
        tap = f"{least[title].cpus[0]:.2f} s" if len(least[title].cpus) > 1 else ""
        wall, peak = min(each.wall for each in runs), least[title].peak
        rows.append([title, f"{wall:.2f} s", f"{cpu:.2f} s", tap, f"{peak:.0f} MB", *against])
    return table(TITLES, rows)
