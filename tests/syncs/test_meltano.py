"""By the README alone from an empty folder to rows in PostgreSQL; then every command of the pages on Meltano.

The tests share one project, and change it in their order. A command of a page that fails is an error of `after_pages`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from demo.postgres import Postgres, PostgresUnavailable
from tap_analytics.sandbox import Answer, Sandbox
from tests.conftest import STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.sandbox import Request

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
ROWS = {"contacts": 250, "companies": 120, "deals": 30}
WRONG_KEY = "a-key-that-opens-nothing"
SCHEMA = "tap_analytics"
# What xdist sets, too: the width of a terminal that there is not.
FOREIGN = ("TAP_ANALYTICS_", "TARGET_POSTGRES_", "MELTANO_", "UV_FIND_LINKS", "UV_PROJECT_ENVIRONMENT", "COLUMNS")
NOT_COPIED = (
    ".git",
    ".venv*",
    ".targets",
    ".meltano",
    ".*_cache",
    ".hypothesis",
    "__pycache__",
    "dist",
    "output",
    ".env",
)


def commands(text: str) -> list[str]:
    """Return the commands in the blocks marked `sh`, each with the lines that it goes on in."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [command for block in blocks for command in re.split(r"(?<!\\)\n", block.strip())]


def commands_of(mark: str) -> list[str]:
    """Return the commands of the README below `<!-- meltano: MARK -->`, in the environment of these tests."""
    _, _, text = (ROOT / "README.md").read_text().partition(f"<!-- meltano: {mark} -->\n")
    found = commands(text.partition("\n```\n")[0] + "\n```\n")
    return [command for command in found if command != ". .venv/bin/activate"]


@dataclass(frozen=True)
class Result:
    code: int
    output: str


@dataclass
class Shell:
    """Runs one command after another, as if all of them were typed into one shell: `cd` and `export` last."""

    folder: Path
    environment: dict[str, str]
    places: dict[str, str]
    lasting: list[str] = field(default_factory=list)

    def __call__(self, command: str, **settings: str) -> Result:
        for written, actual in self.places.items():
            command = command.replace(written, actual)
        process = subprocess.run(
            [
                "/bin/sh",
                "-c",
                "\n".join([*self.lasting, *(f"export {each}='{settings[each]}'" for each in settings), command]),
            ],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        if command.startswith(("cd ", "export ")):
            self.lasting.append(command)
        return Result(process.returncode, process.stdout)


@dataclass
class Stage:
    """The API, the database, and the shell in which Meltano brings the rows from one to the other."""

    api: Sandbox
    postgres: Postgres
    shell: Shell
    outputs: dict[str, str] = field(default_factory=dict)
    forbidden: str = ""

    def run(self, *commands: str, **settings: str) -> str:
        """Run commands that have to succeed and return what the last one says."""
        for command in commands:
            result = self.shell(command, **settings)
            assert result.code == 0, f"{command}\n{result.output}"
            assert self.api.api_key not in result.output
            self.outputs[command] = result.output
        return self.outputs[commands[-1]]

    def sync(self, **settings: str) -> dict[str, list[Request]]:
        """Run the last of the five commands once more and return what the API was asked, by resource."""
        before = len(self.api.requests)
        self.run(commands_of("five commands")[-1], **settings)
        asked = self.api.requests[before:]
        return {name: [each for each in asked if each.resource == name] for name in self.api.resources}

    def rows(self, stream: str, column: str = "name") -> dict[str, Any]:
        """Return a column of the table of a stream, by id."""
        question = sql.SQL("SELECT id, {} FROM {}").format(sql.Identifier(column), sql.Identifier(SCHEMA, stream))
        with psycopg.connect(self.postgres.url) as connection:
            rows = connection.execute(question).fetchall()
        assert len({key for key, _ in rows}) == len(rows)
        return dict(rows)

    def of_api(self, stream: str, column: str = "name") -> dict[str, Any]:
        """Return the same of what the API holds."""
        return {str(row["id"]): row[column] for row in self.api.table(stream).rows()}

    def refuse(self, request: Request) -> Answer | None:
        return Answer(403, {"error": "no"}) if request.resource == self.forbidden else None


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A clone of the repository, an API and a database; nothing has been run yet."""
    clone = tmp_path_factory.mktemp("meltano") / "tap-analytics"
    shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(*NOT_COPIED))
    own = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    own |= {
        "PATH": f"{Path(sys.executable).parent}:{own['PATH']}",
        # Nobody listens there: whoever asks Meltano Hub, fails.
        "MELTANO_HUB_URL": "http://127.0.0.1:9",
        "MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    with ExitStack() as stack:
        try:
            postgres = stack.enter_context(Postgres())
        except PostgresUnavailable as unavailable:
            pytest.skip(str(unavailable))
        api = stack.enter_context(Sandbox(rows=ROWS, live=True))
        places = {
            "http://127.0.0.1:8000": api.url,
            "postgresql+psycopg://USER:PASSWORD@HOST:5432/DATABASE": postgres.sqlalchemy_url,
        }
        stage = Stage(api, postgres, Shell(clone, own, places))
        api.intercept(stage.refuse)
        yield stage


@pytest.fixture(scope="module")
def stage(bare: Stage) -> Stage:
    """The project after the commands of the README, each of which has succeeded."""
    bare.run(*commands_of("once"), *commands_of("five commands"))
    return bare


def test_five_commands_lead_from_an_empty_project_to_every_row(stage: Stage) -> None:
    add_tap, add_target, export, test, run = commands_of("five commands")
    assert (stage.shell.folder.parent / "warehouse" / "meltano.yml").exists()
    assert "Added extractor 'tap-analytics'" in stage.outputs[add_tap]
    assert "Added loader 'target-postgres'" in stage.outputs[add_target]
    assert stage.outputs[export] == ""
    assert "Plugin configuration is valid" in stage.outputs[test]
    assert "Run completed" in stage.outputs[run]
    for stream in stage.api.resources:
        if stream in ROWS:
            assert len(stage.rows(stream)) >= ROWS[stream]
            assert stage.rows(stream) == stage.of_api(stream)
        else:
            assert len(stage.rows(stream)) >= max(each.rows for each in stage.api.requests_to(stream)) > 0


def test_the_tap_is_the_one_of_the_clone(stage: Stage) -> None:
    (wheel,) = (stage.shell.folder / "dist").glob("*.whl")
    version = wheel.name.split("-")[1]
    assert f"tap-analytics v{version}," in stage.run("meltano invoke tap-analytics --version")


def test_the_second_run_reads_only_what_changed_since_the_first(stage: Stage) -> None:
    for key in (7, 77):
        stage.api.table("contacts").update(key, name="Changed")
    new = stage.api.table("contacts").insert(name="New")
    asked = stage.sync(TAP_ANALYTICS_START_PARAM="updated_since")
    assert stage.rows("contacts") == stage.of_api("contacts")
    assert [stage.rows("contacts")[str(key)] for key in (7, 77, new)] == ["Changed", "Changed", "New"]
    # A bookmark is inclusive: the newest row of each list comes once more.
    assert {name: max(each.rows for each in asked[name]) for name in ROWS} == {
        "contacts": 4,
        "companies": 1,
        "deals": 1,
    }
    assert all("updated_since" in each.params for name in ROWS for each in asked[name])


def test_a_wrong_key_is_told_with_advice_and_never_shown(stage: Stage) -> None:
    result = stage.shell("meltano config test tap-analytics", TAP_ANALYTICS_API_KEY=WRONG_KEY)
    assert result.code == 1
    assert "Plugin configuration is invalid" in result.output
    assert f"{len(STREAMS)} of {len(STREAMS)} streams failed" in result.output
    assert "check the credentials: `api_key`, `api_key_name`, `api_key_location` and `headers`" in result.output
    assert WRONG_KEY not in result.output
    assert stage.api.requests[-1].params["api_key"] == WRONG_KEY


def test_what_the_other_streams_read_arrives_when_one_fails(stage: Stage) -> None:
    for stream in ("companies", "deals"):
        stage.api.table(stream).update(7, name="Later")
    stage.forbidden = "companies"
    result = stage.shell(commands_of("five commands")[-1])
    stage.forbidden = ""
    assert result.code == 1
    assert f"1 of {len(STREAMS)} streams failed: companies" in result.output
    assert (stage.rows("deals")["7"], stage.rows("companies")["7"] == "Later") == ("Later", False)
    stage.sync()
    assert stage.rows("companies")["7"] == "Later"


@pytest.fixture(scope="module")
def after_pages(stage: Stage) -> Stage:
    """The project after every command of the pages has succeeded; a row changes while its emails are not selected."""
    pages = ("meltano", "meltano-resources", "meltano-runs")
    listed = [command for page in pages for command in commands((ROOT / "docs" / f"{page}.md").read_text())]
    some = listed.index("meltano select tap-analytics --clear")
    assert some > 5
    emails = stage.rows("contacts", "emails")
    assert any(emails.values())
    stage.api.table("contacts").update(8, name="Without emails")
    stage.run(*listed[:some])
    assert stage.rows("contacts")["8"] == "Without emails"
    assert stage.rows("contacts", "emails") == emails
    stage.run(*listed[some:])
    return stage


def test_every_command_of_the_documentation_works(after_pages: Stage) -> None:
    assert all(after_pages.rows(stream) == after_pages.of_api(stream) for stream in ROWS)
    assert "dev:tap-analytics-to-target-postgres" in after_pages.outputs["meltano state list"]


def test_every_field_of_every_stream_is_there_to_select(after_pages: Stage) -> None:
    listed = after_pages.outputs["meltano select tap-analytics --list --all"]
    assert "[automatic  ] contacts.updated_at" in listed
    assert {line.split()[-1].split(".")[0] for line in listed.splitlines() if "[selected " in line} == set(
        after_pages.api.resources
    )


def test_rows_can_be_looked_at_through_meltano(after_pages: Stage) -> None:
    assert "5 rows of contacts, " in after_pages.outputs["meltano invoke tap-analytics preview contacts --rows 5"]


def test_the_test_of_the_tap_says_of_each_stream_how_it_is(after_pages: Stage) -> None:
    assert f"{len(STREAMS)} streams are fine." in after_pages.outputs["meltano invoke tap-analytics --test"]
    result = after_pages.shell("meltano invoke tap-analytics --test", TAP_ANALYTICS_API_KEY=WRONG_KEY)
    assert result.code == 1
    failed = [
        stream for stream in after_pages.api.resources if f"/v1/{stream} failed at offset 0: 401" in result.output
    ]
    assert failed == list(after_pages.api.resources), result.output
    assert WRONG_KEY not in result.output
