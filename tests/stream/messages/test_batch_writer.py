"""BATCH: files with the rows of RECORD messages, announced before any message that depends on them."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.stream.messages.batch_writer import BatchWriter
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox
    from tests.conftest import Run, TapRunner

Words = dict[str, Any]


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("batches")


def config(folder: Path, compression: str | None = "none", **more: object) -> Words:
    packed = {"compression": compression} if compression else {}
    return {"encoding": {"format": "jsonl"} | packed, "storage": {"root": folder.as_uri()}} | more


def batches(run: Run) -> list[tuple[str, list[Words]]]:
    """Return the stream and the records of each file that is announced."""
    found = []
    for message in run.messages:
        if message["type"] == "BATCH":
            [url] = message["manifest"]
            content = Path(unquote(url.removeprefix("file://"))).read_bytes()
            assert (content[:2] == b"\x1f\x8b") == (message["encoding"]["compression"] == "gzip")
            lines = gzip.decompress(content) if message["encoding"]["compression"] == "gzip" else content
            found.append((message["stream"], [json.loads(line, parse_float=Decimal) for line in lines.splitlines()]))
    return found


def records(run: Run, stream: str) -> list[Words]:
    """Return the records of a stream in all files, without their metadata."""
    rows = (row for name, rows in batches(run) for row in rows if name == stream)
    return [{name: row[name] for name in row if not name.startswith("_sdc_")} for row in rows]


@pytest.mark.parametrize("compression", ["gzip", "none", None])
def test_files_hold_what_messages_would(tap: TapRunner, folder: Path, compression: str | None) -> None:
    usual = tap(streams=["contacts", "deals"])
    run = tap(streams=["contacts", "deals"], batch_config=config(folder, compression))
    assert run.code == 0
    assert [each["type"] for each in run.messages].count("RECORD") == 0
    for stream in ("contacts", "deals"):
        assert records(run, stream) == usual.records(stream)
    assert run.state == usual.state


def test_a_file_is_told_before_the_state_that_knows_of_its_records(tap: TapRunner, folder: Path) -> None:
    run = tap(streams=["contacts", "deals"], batch_config=config(folder))
    kinds = [each["type"] for each in run.messages]
    assert kinds == ["SCHEMA", "BATCH", "STATE", "SCHEMA", "BATCH", "STATE"]


def test_a_file_has_no_more_records_than_the_batch_size(tap: TapRunner, folder: Path) -> None:
    run = tap(streams=["contacts"], batch_config=config(folder, batch_size=80), page_size=70)
    assert [len(rows) for _, rows in batches(run)] == [80, 80, 80, 10]
    assert [row["id"] for row in records(run, "contacts")] == list(range(1, 251))


def test_a_sorted_list_makes_no_file_for_each_page(tap: TapRunner, folder: Path) -> None:
    endpoint = {"path": "/v1/contacts", "params": {"sort": "updated_at"}}
    endpoint["incremental"] = {"cursor_path": "updated_at", "start_param": "updated_since", "row_order": "asc"}
    run = tap(resources=[{"name": "contacts", "endpoint": endpoint}], batch_config=config(folder), page_size=20)
    assert [len(rows) for _, rows in batches(run)] == [250]


def test_records_go_through_stream_maps(tap: TapRunner, folder: Path) -> None:
    maps = {"contacts": {"email": "__NULL__", "name": "name.upper()", "__filter__": "id <= 3"}}
    settings: Words = {"streams": ["contacts"], "stream_maps": maps}
    run = tap(batch_config=config(folder), **settings)
    assert records(run, "contacts") == tap(**settings).records("contacts")
    assert "email" not in records(run, "contacts")[0]


def test_a_stream_may_have_any_name(tap: TapRunner, folder: Path) -> None:
    people = {"name": "a/b c%ü", "endpoint": "/v1/contacts", "primary_key": "id"}
    run = tap(resources=[people], batch_config=config(folder, storage={"root": folder.as_uri(), "prefix": "in/x-"}))
    assert (run.code, len(records(run, people["name"]))) == (0, 250)
    [file] = (folder / "in").iterdir()
    assert file.name.startswith("x-tap-analytics--a_b_c__-")


def test_a_new_version_is_in_each_record_and_told_behind_its_file(api: Sandbox, tap: TapRunner, folder: Path) -> None:
    api.table("deals").load(api.table("deals").rows()[:3])
    deals = {"name": "deals", "write_disposition": "replace"}
    run = tap(resources=[deals], batch_config=config(folder))
    kinds = [each["type"] for each in run.messages]
    assert kinds == ["SCHEMA", "BATCH", "STATE", "ACTIVATE_VERSION", "STATE"]
    [version] = [each["version"] for each in run.messages if each["type"] == "ACTIVATE_VERSION"]
    assert [row["_sdc_table_version"] for _, rows in batches(run) for row in rows] == [version] * 3


def test_a_stream_that_fails_leaves_the_files_of_the_others_whole(tap: TapRunner, folder: Path) -> None:
    run = tap(resources=["contacts", {"name": "nothing", "primary_key": "id"}], batch_config=config(folder))
    assert run.code == 1
    assert len(records(run, "contacts")) == 250


def test_a_place_that_cannot_be_written_to_fails_the_stream_by_name(tap: TapRunner, folder: Path) -> None:
    (folder / "file").write_text("")
    run = tap(streams=["deals"], batch_config=config(folder / "file"))
    assert run.code == 1
    assert "a file of a batch cannot be written: " in run.stderr
    assert "check `batch_config.storage.root`" in run.stderr


@pytest.mark.parametrize("storage", [{}, {"root": "nowhere://x"}])
def test_a_place_that_is_none_is_refused_before_the_first_request(storage: Words) -> None:
    with pytest.raises(ConfigValidationError, match=r"`batch_config.storage.root` says where"):
        BatchWriter({"storage": storage}, name="tap")


def test_batches_of_parquet_are_those_of_the_sdk() -> None:
    settings = {"encoding": {"format": "parquet"}, "storage": {"root": "file:///tmp"}}
    tap = TapAnalytics(config={"api_url": "http://localhost", "api_key": "k", "batch_config": settings})
    assert not isinstance(tap.message_writer, BatchWriter)
    assert tap.config["batch_config"] == settings
