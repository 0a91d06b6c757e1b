"""What is written down agrees with the code: README, docs/, .env.example, schema files; for Meltano, test_hub.py."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml
from jsonschema import Draft7Validator

from scripts.plugin import loader
from scripts.reference import DOCS, PARTS, README, about, render, streams
from tap_analytics.configuration import Configuration
from tap_analytics.resources import columns
from tap_analytics.resources.declaration import dlt_auth, vocabulary
from tap_analytics.resources.dlt_shape.dlt_session import WITHOUT_EFFECT
from tap_analytics.sandbox import Sandbox
from tap_analytics.tap import TapAnalytics
from tests.conftest import surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.conftest import TapRunner
    from tests.ready import Ready

ROOT = README.parent
SCHEMAS = sorted((ROOT / "tap_analytics" / "schemas").glob("*.json"))
SETTINGS: dict[str, Any] = about()["settings"]["properties"]


class Block(NamedTuple):
    """A block of code: its language, the name of the file that it is written to, if it has one, and its text."""

    language: str
    file: str
    text: str


class Command(NamedTuple):
    """What stands behind a `$` in a block marked `console`, and the lines below it; lines that go on begin with `>`."""

    line: str
    output: str

    def matches(self, printed: str) -> bool:
        """Return whether this was printed; `...` stands for anything."""
        expected = (re.escape(part) for part in versionless(self.output).split("..."))
        return re.fullmatch("(?s:.*)".join(expected), versionless(printed)) is not None


@dataclass(frozen=True)
class Page:
    """A page of the documentation."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def prose(self) -> str:
        """The text without its blocks of code."""
        return FENCE.sub("", self.text)

    @cached_property
    def blocks(self) -> list[Block]:
        return [Block(*found) for found in FENCE.findall(self.text)]

    @cached_property
    def commands(self) -> list[Command]:
        return [command for block in self.blocks if block.language == "console" for command in commands(block.text)]

    @cached_property
    def anchors(self) -> set[str]:
        """What a link to a heading of the page ends with, as GitHub makes it."""
        titles = re.findall(r"^#+ (.*)$", self.prose, re.MULTILINE)
        return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}

    def rows_below(self, heading: str) -> list[str]:
        """Return what stands in backticks in the first column of the tables under a heading, in their order."""
        _, _, below = self.prose.partition(f"\n{heading}\n")
        section = re.split(r"^#", below, maxsplit=1, flags=re.MULTILINE)[0]
        cells = re.findall(r"^\| (`[^|]*) \|", section, re.MULTILINE)
        return [word for cell in cells for word in re.findall(r"`([^`]+)`", cell)]


def commands(text: str) -> Iterator[Command]:
    first, *rest = re.split(r"^\$ ", text, flags=re.MULTILINE)
    assert not first
    for each in rest:
        line, *below = each.split("\n")
        while below and below[0].startswith("> "):
            line += f"\n{below.pop(0).removeprefix('> ')}"
        yield Command(line, "\n".join(below))


# What fits on two screens, and a little more.
MOST_LINES = 100
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = [Page(path) for path in [README, *sorted(DOCS.glob("*.md"))]]
RESOURCES, ASKING, PAGINATORS, CURSORS, LINKS, INCREMENTAL, ANSWERS, FIELDS, PARENTS = (
    Page(DOCS / f"{name}.md")
    for name in ("resources", "asking", "paginators", "cursors", "links", "incremental", "answers", "fields", "parents")
)
# The pages whose blocks are entries of `resources`, or parts of them.
DECLARING = (
    RESOURCES,
    ASKING,
    PAGINATORS,
    CURSORS,
    LINKS,
    INCREMENTAL,
    Page(DOCS / "windows.md"),
    Page(DOCS / "periods.md"),
    ANSWERS,
    FIELDS,
    PARENTS,
    Page(DOCS / "bulk.md"),
    Page(DOCS / "jobs.md"),
    Page(DOCS / "job-examples.md"),
    Page(DOCS / "reports.md"),
    Page(DOCS / "nested.md"),
    Page(DOCS / "files.md"),
)


def by_name(pages: Iterable[Page]) -> dict[str, Any]:
    named = {page.name: page for page in pages}
    return {"argvalues": list(named.values()), "ids": list(named)}


def parse(block: Block) -> Any:  # noqa: ANN401 - whatever JSON and YAML may hold
    return json.loads(block.text) if block.language == "json" else yaml.safe_load(block.text)


def is_refused(block: Block) -> bool:
    """Return whether a configuration is an example of what the tap refuses."""
    return block.file.startswith("wrong")


def configurations(page: Page, *, refused: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the configurations of the tap on a page; one of tap-rest-api-msdk has `streams`."""
    for block in page.blocks:
        content = parse(block) if block.language in {"json", "yaml"} and is_refused(block) == refused else None
        if isinstance(content, dict) and content.keys() & {"api_url", "client"} and "streams" not in content:
            is_keyed = "export TAP_ANALYTICS_API_KEY=" in page.text and "client" not in content
            yield {"api_key": "from the environment"} | content if is_keyed else content


def declarations(page: Page) -> Iterator[dict[str, Any]]:
    """Yield a configuration for each block that shows an entry of `resources`, or a part of one."""
    for block in page.blocks:
        content = parse(block) if block.language in {"json", "yaml"} else {"client": ""}
        if content.keys() & {"api_url", "client"}:
            continue
        is_endpoint = content.keys() <= vocabulary.ENDPOINT["properties"].keys()
        entry = {"name": "example"} | ({"endpoint": content} if is_endpoint else content)
        yield {"api_url": "https://api.example.com", "api_key": "secret", "resources": ["companies", entry]}


def faults(config: dict[str, Any]) -> list[str]:
    """Return what the tap says of a configuration before its first request."""
    schema = TapAnalytics.settings_schema()
    configuration = Configuration.of(config, schema)
    return list(configuration.faults)


def bare_fields(schema: dict[str, Any], path: str = "") -> list[str]:
    """Return the fields without a description, at any depth."""
    found = bare_fields(schema["items"], f"{path}[]") if "items" in schema else []
    for name, field in schema.get("properties", {}).items():
        found += [] if field.get("description") else [f"{path}.{name}"]
        found += bare_fields(field, f"{path}.{name}")
    return found


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.name)
def test_the_tables_of_a_page_are_up_to_date(path: Path) -> None:
    assert path.read_text() == render(path), "run: make docs"


def run_commands(page: Page, folder: Path, ready: Ready) -> tuple[list[str], str]:
    """Return what each command of a page prints, and what all of them log."""
    environment = {name: value for name, value in surroundings().items() if "ANALYTICS" not in name}
    environment["PATH"] = f"{ready.folder}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    (folder / "examples").symlink_to(ROOT / "examples")
    files = {block.file: block.text for block in page.blocks if block.file}
    files["script"] = "".join(f"{command.line}\necho '-- end'\n" for command in page.commands)
    # The pages speak of the environment of a clone, which is that of the tests here.
    (folder / ".venv").symlink_to(sys.prefix)
    with Sandbox(live=True) as api:
        port = f":{api.port}"
        for file, text in files.items():
            (folder / file).write_text(text.replace(":8000", port))
        process = subprocess.run(
            ["/bin/sh", "script"],
            capture_output=True,
            text=True,
            cwd=folder,
            env=environment,
            timeout=120,
            check=False,
        )
    return process.stdout.replace(port, ":8000").split("-- end\n")[:-1], process.stderr


@pytest.mark.parametrize("page", **by_name(page for page in PAGES if page.commands))
def test_the_commands_of_a_page_print_what_it_says(page: Page, tmp_path: Path, ready: Ready) -> None:
    outputs, log = run_commands(page, tmp_path, ready)
    assert len(outputs) == len(page.commands), log
    for command, output in zip(page.commands, outputs, strict=True):
        assert command.matches(output), f"$ {command.line}\n{output}\nnot\n{command.output}\n{log}"


def versionless(output: str) -> str:
    """Return an output without its version, and without spaces at the ends of lines."""
    return re.sub(r" +$", "", re.sub(r"\bv[0-9]+\.[0-9][0-9a-z.]*", "vVERSION", output), flags=re.MULTILINE)


@pytest.mark.parametrize("page", **by_name(PAGES))
def test_the_blocks_of_a_page_are_what_they_say(page: Page, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # for code that a configuration names
    assert {block.language for block in page.blocks} <= {"console", "json", "python", "sh", "sql", "text", "yaml"}
    for block in page.blocks:
        # A block that names a file is a part of it: tests/house/test_recipes.py runs it there.
        if block.language == "python" and not block.file:
            compile(block.text, page.name, "exec")
        elif block.file and "/" not in block.file:
            (tmp_path / block.file).write_text(block.text)
        for variable in re.findall(r"\$([A-Z_]+)", block.text):
            monkeypatch.setenv(variable, "a secret")
    assert {str(config): faults(config) for config in configurations(page) if faults(config)} == {}
    assert all(faults(config) for config in configurations(page, refused=True))


def test_the_declarations_on_the_pages_of_resources_are_valid() -> None:
    shown = [each for page in DECLARING for each in declarations(page)]
    assert len(shown) > 10
    assert {str(config): faults(config) for config in shown if faults(config)} == {}


def allowed_names(schema: Mapping[str, Any]) -> list[str]:
    return sorted(name for name, hint in schema["properties"].items() if "not" not in hint)


@pytest.mark.parametrize(
    ("page", "heading", "schema"),
    [
        (RESOURCES, "## A resource", vocabulary.RESOURCE),
        (ASKING, "## The endpoint", vocabulary.ENDPOINT),
        (INCREMENTAL, "## What is new: `incremental`", vocabulary.INCREMENTAL),
        (FIELDS, "## Fields: `columns`", columns.HINTS),
        *(
            (
                next(page for page in (CURSORS, LINKS, PAGINATORS) if f"### `{name}`" in page.text),
                f"### `{name}`",
                options,
            )
            for name, options in vocabulary.PAGINATORS.items()
            if options.get("properties")
        ),
    ],
)
def test_the_pages_of_resources_explain_every_key_that_the_tap_takes(
    page: Page, heading: str, schema: Mapping[str, Any]
) -> None:
    assert sorted(page.rows_below(heading)) == allowed_names(schema)


def test_the_pages_of_resources_have_every_paginator_and_every_data_type() -> None:
    kinds = [name for name, options in vocabulary.PAGINATORS.items() if "not" not in options]
    assert sorted(PAGINATORS.rows_below("## Paginators")) == sorted(kinds)
    assert sorted(FIELDS.rows_below("### Data types")) == sorted(columns.HINTS["properties"]["data_type"]["enum"])


def test_the_page_for_users_of_dlt_names_every_word_without_effect_and_every_one_that_is_refused() -> None:
    schemas = [vocabulary.RESOURCE, vocabulary.INCREMENTAL, *(dict(auth.schema) for auth in dlt_auth.AUTHS.values())]
    refused = {name for each in [*schemas, columns.HINTS] for name, word in each["properties"].items() if "not" in word}
    named = {*vocabulary.STORAGE, *WITHOUT_EFFECT, *dlt_auth.AUTHS, *refused} - {"oauth2"}
    assert sorted(named - set(re.findall(r"`([^`]+)`", Page(DOCS / "from-dlt.md").prose))) == []


@pytest.mark.parametrize("page", **by_name(PAGES))
def test_links_lead_somewhere(page: Page) -> None:
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", page.prose) if not re.match("https?:", link)]
    for link in links:
        file, _, anchor = link.partition("#")
        target = (page.path.parent / file).resolve() if file else page.path
        assert target.exists(), link
        assert not anchor or anchor in Page(target).anchors, link


def test_every_page_is_in_the_list_of_pages() -> None:
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", (DOCS / "README.md").read_text()))
    assert sorted(listed) == sorted(page.path.name for page in PAGES[1:] if page.path.name != "README.md")


@pytest.mark.parametrize("page", **by_name(PAGES[1:]))
def test_a_page_is_read_in_two_screens(page: Page) -> None:
    generated = re.compile(r"<!-- begin (\w+) -->.*?<!-- end \1 -->", re.DOTALL)
    assert len(generated.sub("", page.text).splitlines()) <= MOST_LINES


def test_the_readme_is_short() -> None:
    assert len(README.read_text().splitlines()) < 280


def test_streams_and_modules_that_the_documentation_names_exist() -> None:
    for page in PAGES:
        assert set(re.findall(r"meltano select tap-analytics (?:--\w+ )?(\w+)", page.text)) <= set(streams())


def test_the_environment_of_the_example_is_made_of_settings() -> None:
    names = re.findall(r"^(?:# ?)?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    known = {f"TAP_ANALYTICS_{name}".upper() for name in SETTINGS}
    known |= {f"TARGET_POSTGRES_{setting['name']}".upper() for setting in loader()["settings"]}
    assert "TAP_ANALYTICS_API_KEY" in names
    assert [name for name in names if name not in known] == []


def test_there_is_a_schema_file_for_each_stream_and_no_other() -> None:
    assert [path.stem for path in SCHEMAS] == sorted(streams())


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_a_schema_file_is_valid_and_describes_every_field(path: Path) -> None:
    schema = json.loads(path.read_text())
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["title"] == path.stem
    assert bare_fields(schema) == []


def test_the_settings_of_the_sdk_work(tap: TapRunner) -> None:
    maps = {"contacts": {"email": "md5(email) if email else None", "phone": "__NULL__", "__filter__": "id <= 10"}}
    run = tap(streams=["contacts"], stream_maps=maps, flattening_enabled=True, flattening_max_depth=1)
    assert run.code == 0
    assert run.ids("contacts") == list(range(1, 11))
    for record in run.records("contacts"):
        assert record["email"] is None or re.fullmatch("[0-9a-f]{32}", record["email"])
        assert "phone" not in record
        assert "address__city" in record


def test_batch_files_hold_every_record(tap: TapRunner, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("batches")
    batch = {"encoding": {"format": "jsonl", "compression": "gzip"}, "storage": {"root": folder.as_uri()}}
    run = tap(streams=["contacts"], batch_config=batch)
    assert run.code == 0
    manifests = [message["manifest"] for message in run.messages if message["type"] == "BATCH"]
    files = [Path(file.removeprefix("file://")) for manifest in manifests for file in manifest]
    lines = [line for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]
    assert [json.loads(line)["id"] for line in lines] == list(range(1, 251))
