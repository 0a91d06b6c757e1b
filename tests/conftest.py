"""What the tests share: one sandbox for all of them, and the tap as a process of its own."""

from __future__ import annotations

import gc
import json
import os
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import settings

from demo.postgres import Postgres, PostgresUnavailable
from tap_analytics.report.redaction import redact
from tap_analytics.sandbox import Sandbox
from tap_analytics.streams import STREAM_TYPES
from tap_analytics.tap import TapAnalytics
from tests.ready import Ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

API_KEY = "k3y/with+every &awkward=%character#\"'\\<ü>"
CLIENT_SECRET = 's3cret:/+ &=%"\\ß'
# HYPOTHESIS_PROFILE=thorough draws many more examples than a usual run.
settings.register_profile("quick", max_examples=32, deadline=None)
settings.register_profile("thorough", max_examples=5_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# The streams that need no configuration, in the order in which they are read.
STREAMS = [str(vars(stream)["name"]) for stream in STREAM_TYPES]
ROWS = {"contacts": 250, "companies": 120, "deals": 30}


def pytest_collection_finish() -> None:
    """Have no search for garbage look at thousands of tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(api_key=API_KEY, client_secret=CLIENT_SECRET, rows=ROWS) as api:
        yield api


@pytest.fixture(autouse=True)
def formatters() -> Iterator[None]:
    """Put the formatters of all log handlers back: each tap of a process has them look for its own secrets too."""
    before = {handler: handler.formatter for handler in redact.handlers()}
    yield
    for handler, formatter in before.items():
        handler.setFormatter(formatter)


@pytest.fixture
def api(sandbox: Sandbox) -> Sandbox:
    """The analytics API, as new for each test."""
    sandbox.reset()
    return sandbox


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of the tests' own; if none can run here, they are skipped, and say why."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(Postgres())
        except PostgresUnavailable as unavailable:
            pytest.skip(str(unavailable))


@dataclass(frozen=True)
class Run:
    """What a run of the tap left behind."""

    code: int
    stdout: str
    stderr: str

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(line, parse_float=Decimal) for line in self.stdout.splitlines()]

    def records(self, stream: str) -> list[dict[str, Any]]:
        return [
            message["record"]
            for message in self.messages
            if message["type"] == "RECORD" and message["stream"] == stream
        ]

    def ids(self, stream: str) -> list[Any]:
        return [record["id"] for record in self.records(stream)]

    @property
    def state(self) -> dict[str, Any]:
        """The last state, as a target would keep it."""
        states = [message["value"] for message in self.messages if message["type"] == "STATE"]
        return states[-1] if states else {}

    def bookmark(self, stream: str) -> Any:  # noqa: ANN401 - JSON
        return self.state.get("bookmarks", {}).get(stream, {}).get("replication_key_value")


def surroundings() -> dict[str, str]:
    """Return the environment without its variables about a terminal, so that a table is as wide as it needs to be."""
    return {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}


class TapRunner:
    """Runs the tap as its users do, at the level DEBUG, and looks for secrets in all that it prints and writes."""

    def __init__(self, api: Sandbox, folder: Path, ready: Ready) -> None:
        self._api = api
        self._folder = folder
        self._ready = ready

    def settings(self, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any setting
        usual = {"api_url": self._api.url, "api_key": self._api.api_key, "backoff_factor": 0}
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def __call__(
        self,
        *arguments: str,
        streams: list[str] | None = None,
        without: tuple[str, ...] = (),
        state: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        **settings: Any,  # noqa: ANN401 - any setting
    ) -> Run:
        files = {"config": self.settings(**settings)}
        if state is not None:
            files["state"] = state
        if streams is not None:
            files["catalog"] = catalog(*streams, without=without)
        run = self.run(*self.write(**files), *arguments, environment=environment)
        self.look_for_secrets(run)
        return run

    def write(self, **files: Any) -> list[str]:  # noqa: ANN401 - JSON
        """Write these as JSON and return the options that name them."""
        options = []
        for name, content in files.items():
            path = self._folder / f"{name}.json"
            path.write_text(json.dumps(content))
            options += [f"--{name}", str(path)]
        return options

    def run(self, *arguments: str, environment: dict[str, str] | None = None) -> Run:
        whole = {**surroundings(), "TAP_ANALYTICS_LOGLEVEL": "DEBUG", **(environment or {})}
        return Run(*self._ready.run(arguments, self._folder, whole))

    def look_for_secrets(self, run: Run) -> None:
        written = [path.read_text() for path in self._folder.rglob("*") if path.is_file() and path.stem != "config"]
        for secret in (API_KEY, CLIENT_SECRET):
            spellings = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}
            spellings |= {json.dumps(spelling)[1:-1] for spelling in spellings}
            for text in (run.stdout, run.stderr, *written):
                assert not [spelling for spelling in spellings if spelling in text]


@pytest.fixture(scope="session")
def ready() -> Iterator[Ready]:
    with Ready() as ready:
        yield ready


@pytest.fixture
def tap(api: Sandbox, tmp_path: Path, ready: Ready) -> TapRunner:
    return TapRunner(api, tmp_path, ready)


def catalog(*selected: str, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the catalog of the tap with these streams selected, without some of their fields."""
    entries = TapAnalytics(config={}, validate_config=False).catalog_dict
    for entry in entries["streams"]:
        for metadata in entry["metadata"]:
            if not metadata["breadcrumb"]:
                metadata["metadata"]["selected"] = entry["stream"] in selected
            elif metadata["breadcrumb"][-1] in without:
                metadata["metadata"]["selected"] = False
    return entries


@pytest.fixture
def pipe(tap: TapRunner, ready: Ready, tmp_path: Path) -> Callable[..., Run]:
    """Run the tap into a target, as `tap-analytics | target` does: the output is the target's, the log that of both."""

    def run(
        *target: str, streams: list[str] | None = None, state: dict[str, Any] | None = None, **settings: object
    ) -> Run:
        files = {"config": tap.settings(**settings), "state": state or {}}
        options = tap.write(**files, **({"catalog": catalog(*streams)} if streams else {}))
        with (tmp_path / "log").open("w+") as log:
            command = [str(ready.program), *options]
            with (
                subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log) as source,
                subprocess.Popen(target, stdin=source.stdout, stdout=subprocess.PIPE, stderr=log, text=True) as sink,
            ):
                if source.stdout:
                    source.stdout.close()  # the target alone reads it: when that ends, the tap has to notice
                output, _ = sink.communicate(timeout=60)
            code = max(source.returncode, sink.returncode, key=abs)
            log.seek(0)
            result = Run(code, output, log.read())
        tap.look_for_secrets(result)
        return result

    return run
