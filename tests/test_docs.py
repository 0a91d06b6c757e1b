"""What is written down agrees with the code: README, .env.example, schema files. What Meltano reads: test_hub.py."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from jsonschema import Draft7Validator

from scripts.plugin import loader
from scripts.reference import README, about, rendered, streams
from tap_analytics import validation
from tap_analytics.sandbox import Sandbox
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import TapRunner

ROOT = README.parent
SCHEMAS = sorted((ROOT / "tap_analytics" / "schemas").glob("*.json"))
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)
SETTINGS: dict[str, Any] = about()["settings"]["properties"]


class Command(NamedTuple):
    """A line that begins with `$` in a block marked `console`, and the lines below it."""

    line: str
    output: str


def commands() -> Iterator[Command]:
    for block in (block for language, block in BLOCKS if language == "console"):
        first, *rest = re.split(r"^\$ ", block, flags=re.MULTILINE)
        assert not first
        yield from (Command(*command.split("\n", 1)) for command in rest)


def configurations() -> list[str]:
    return [block for language, block in BLOCKS if language == "json"]


def undescribed(schema: dict[str, Any], path: str = "") -> list[str]:
    """Return the fields without a description, at any depth."""
    found = undescribed(schema["items"], f"{path}[]") if "items" in schema else []
    for name, field in schema.get("properties", {}).items():
        found += [] if field.get("description") else [f"{path}.{name}"]
        found += undescribed(field, f"{path}.{name}")
    return found


def test_the_tables_of_the_readme_are_up_to_date() -> None:
    text = README.read_text()
    assert text == rendered(text), "run: make docs"


def test_the_commands_of_the_readme_print_what_it_says(tmp_path: Path) -> None:
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    script = "".join(f"{command.line}\necho '--'\n" for command in commands())
    with Sandbox(live=True) as api:
        for file, text in {
            "config.json": configurations()[0],
            "own.json": configurations()[1],
            "script": script,
        }.items():
            (tmp_path / file).write_text(text.replace(":8000", f":{api.port}"))
        process = subprocess.run(
            ["/bin/sh", "script"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            timeout=60,
            check=False,
        )
    printed = [versionless(output) for output in process.stdout.split("--\n")[:-1]]
    assert printed == [versionless(command.output) for command in commands()], process.stderr


def versionless(output: str) -> str:
    return re.sub(r"\bv[0-9]+\.[0-9][0-9a-z.]*", "vVERSION", output)


@pytest.mark.parametrize("configuration", configurations())
def test_the_configurations_of_the_readme_are_valid(configuration: str) -> None:
    schema = TapAnalytics.settings_schema()
    assert validation.faults(validation.normalize(json.loads(configuration), schema), schema) == []


def test_streams_and_files_that_the_readme_names_exist() -> None:
    text = README.read_text()
    assert set(re.findall(r"meltano select tap-analytics (?:--\w+ )?(\w+)", text)) <= set(streams())
    assert all((ROOT / link).exists() for link in re.findall(r"\]\((?!https?:)([^)]+)\)", text))
    (house,) = (block for language, block in BLOCKS if language == "text" and block.startswith("tap_analytics/\n"))
    named = re.findall(r"\b\w+\.py\b", house)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / "tap_analytics" / name).exists()] == []


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
    assert undescribed(schema) == []


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
