"""The contestants: who reads the contacts, and by which command."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.shapes import Shape

SCRIPTS = Path(__file__).parent / "scripts"
SCHEMA = Path(__file__).parents[1] / "tap_analytics" / "schemas" / "contacts.json"
RECORD = b'"type":"RECORD"'


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a contestant has to read, and where it may write.

    Args:
        python: The interpreter of the contestant's environment.
        api_url: The sandbox.
        api_key: The key that opens it.
        page_size: Rows to ask for per request.
        folder: Empty, and gone after the run.
        shape: What the rows are like, if not as the sandbox makes them.
    """

    python: Path
    api_url: str
    api_key: str
    page_size: int
    folder: Path
    shape: Shape | None = None

    @property
    def essentials(self) -> dict[str, Any]:
        """The settings that all contestants have in common."""
        return {"api_url": self.api_url, "api_key": self.api_key, "page_size": self.page_size}

    @property
    def output(self) -> Path:
        """Where the standard output goes."""
        return self.folder / "output"

    def write(self, name: str, content: object) -> str:
        """Write this as JSON and return the path."""
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(content))
        return str(path)

    def program(self, name: str) -> str:
        """Return the path of a program in the contestant's environment."""
        return str(self.python.parent / name)


def _messages(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(RECORD in line for line in lines)


def _standard_output(task: Task) -> list[Path]:
    return [task.output]


@dataclass(frozen=True, kw_only=True)
class Contestant:
    """One way to read the contacts.

    Args:
        name: For `--only`.
        title: For the tables.
        packages: The distributions whose versions the results name.
        command: The command that reads them.
        files: What it writes the records to.
        count: How many of them are in such a file.
        requirements: Name of the file that its own environment is made of; None for the environment of the tap.
        variables: Environment variables of the command.
        is_peer: Whether it is neither the tap itself nor the plain loop that the tap is compared with.
    """

    name: str
    title: str
    packages: tuple[str, ...]
    command: Callable[[Task], list[str]]
    files: Callable[[Task], list[Path]] = _standard_output
    count: Callable[[Path], int] = _messages
    requirements: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    is_peer: bool = True


def _plain(task: Task) -> list[str]:
    return [str(task.python), str(SCRIPTS / "plain.py"), task.write("config", task.essentials)]


def _stock_sdk(task: Task) -> list[str]:
    return [str(task.python), str(SCRIPTS / "stock_sdk.py"), "--config", task.write("config", task.essentials)]


def _tap_rest_api_msdk(task: Task) -> list[str]:
    config = {
        "api_url": task.api_url,
        "params": {"api_key": task.api_key},
        "pagination_request_style": "simple_offset_paginator",
        "pagination_response_style": "offset",
        "pagination_initial_offset": 0,
        "pagination_page_size": task.page_size,
        "pagination_limit_per_page_param": "limit",
        "pagination_next_page_param": "offset",
        "offset_records_jsonpath": "$.data",
        "streams": [
            {"name": "contacts", "path": "/v1/contacts", "records_path": "$.data[*]", "primary_keys": ["id"]},
        ],
    }
    return [task.program("tap-rest-api-msdk"), "--config", task.write("config", config)]


def _dlt(task: Task) -> list[str]:
    script = str(SCRIPTS / "dlt_extract.py")
    return [str(task.python), script, task.write("config", task.essentials), str(task.folder / "pipelines")]


def _files_of_extract(task: Task) -> list[Path]:
    return list((task.folder / "pipelines").glob("*/normalize/extracted/*/new_jobs/contacts.*"))


def _lists(file: Path) -> int:
    """Return how many records are in a file of dlt's, which has a list of them on each line."""
    lines = msgspec.json.Decoder(list[msgspec.Raw]).decode_lines(file.read_bytes())
    return sum(len(records) for records in lines)


def _airbyte(task: Task) -> list[str]:
    stream = {
        "name": "contacts",
        "json_schema": json.loads(SCHEMA.read_bytes()),
        "supported_sync_modes": ["full_refresh"],
        "source_defined_primary_key": [["id"]],
    }
    selected = {"stream": stream, "sync_mode": "full_refresh", "destination_sync_mode": "append_dedup"}
    options = {
        "--config": task.write("config", task.essentials),
        "--catalog": task.write("catalog", {"streams": [selected]}),
        "--manifest-path": str(SCRIPTS / "airbyte.yaml"),
    }
    return [
        task.program("source-declarative-manifest"),
        "read",
        *(part for option in options.items() for part in option),
    ]


def _ours(**settings: int) -> Callable[[Task], list[str]]:
    def command(task: Task) -> list[str]:
        config = task.write("config", task.essentials | settings)
        tap = (str(task.python), "-m", "tap_analytics")
        return [*tap, "--config", config, "--catalog", task.write("catalog", catalog(tap, task.shape))]

    return command


@cache
def catalog(tap: tuple[str, ...], shape: Shape | None) -> dict[str, Any]:
    """Return what the tap discovers, with the contacts selected and nothing else."""
    discovered = subprocess.run([*tap, "--discover"], check=True, capture_output=True)  # noqa: S603 - our own tap
    found: dict[str, Any] = json.loads(discovered.stdout)
    for stream in found["streams"]:
        for metadata in stream["metadata"]:
            if not metadata["breadcrumb"]:
                metadata["metadata"]["selected"] = stream["stream"] == "contacts"
    if shape:
        found["streams"] = [shape.catalog(each) for each in found["streams"] if each["stream"] == "contacts"]
    return found


PLAIN = Contestant(
    name="plain",
    title="plain loop (requests, orjson)",
    packages=("requests", "orjson"),
    command=_plain,
    requirements="plain",
    is_peer=False,
)
OURS_IN_TURN, OURS_AHEAD = (
    Contestant(
        name=f"ours-{concurrency}",
        title=f"tap-analytics, concurrency {concurrency}",
        packages=("tap-analytics", "singer-sdk"),
        command=_ours(concurrency=concurrency),
        is_peer=False,
    )
    for concurrency in (1, 8)
)
OURS = replace(OURS_IN_TURN, name="ours", title="tap-analytics, as it is installed", command=_ours())
CONTESTANTS = (
    OURS_AHEAD,
    OURS,
    OURS_IN_TURN,
    PLAIN,
    Contestant(name="sdk", title="stock SDK tap", packages=("singer-sdk",), command=_stock_sdk),
    Contestant(
        name="dlt",
        title="dlt rest_api, extract",
        packages=("dlt",),
        command=_dlt,
        files=_files_of_extract,
        count=_lists,
        requirements="dlt",
        # It reports nothing to its makers, and its files are as plain as the output of the others.
        variables={"RUNTIME__DLTHUB_TELEMETRY": "false", "DATA_WRITER__DISABLE_COMPRESSION": "true"},
    ),
    Contestant(
        name="airbyte",
        title="Airbyte declarative source",
        packages=("airbyte-cdk",),
        command=_airbyte,
        requirements="airbyte",
    ),
    Contestant(
        name="tap-rest-api-msdk",
        title="tap-rest-api-msdk",
        packages=("tap-rest-api-msdk", "singer-sdk"),
        command=_tap_rest_api_msdk,
        requirements="tap-rest-api-msdk",
    ),
)
