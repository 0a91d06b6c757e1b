"""`detect`, then a run of what it printed: every row of every kind of API, in this process, over real HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner

from tap_analytics.cli.detect import detect
from tap_analytics.sandbox.kinds import KINDS
from tests.syncs.test_detection import sync

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox

KEYED = [name for name in KINDS if name != "object"]


def run_detect(api: Sandbox, *options: str) -> str:
    """Return what `detect` prints of the contacts; it must succeed."""
    found = CliRunner().invoke(detect, [f"{api.url}/v1/contacts", *options], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout


def entry_in(text: str) -> dict[str, Any]:
    entry: dict[str, Any] = yaml.safe_load(text)["resources"][0]
    return entry


@pytest.mark.parametrize("rows", [7, 57])
@pytest.mark.parametrize("kind", KEYED)
def test_what_is_printed_reads_every_row_of_a_kind_of_api(api: Sandbox, kind: str, rows: int) -> None:
    limit = 100 if kind == "ignored-offset" else 20
    api.reset(api_key="", kind=kind, rows={"contacts": rows}, usual_limit=limit, page_cap=limit * 2)
    text = run_detect(api)
    api.table("contacts").insert()  # a list that has grown is read whole too
    run = sync({**yaml.safe_load(text), "max_retries": 0})
    assert (run.code, sorted(run.ids("contacts"))) == (0, sorted(api.table("contacts").ids()))
    assert entry_in(text)["primary_key"] == "id"
    assert entry_in(text)["endpoint"]["incremental"]["start_param"] == "updated_since"


def test_one_object_is_one_record(api: Sandbox) -> None:
    api.reset(api_key="", kind="object")
    unsure = CliRunner().invoke(detect, [f"{api.url}/v1/contacts"])
    assert (unsure.exit_code, unsure.stdout) == (1, "")
    text = run_detect(api, "--selector", "$")
    run = sync(yaml.safe_load(text))
    assert (run.code, run.ids("contacts")) == (0, [1])
    assert entry_in(text)["endpoint"]["paginator"] == "single_page"


@pytest.mark.parametrize(
    "name",
    [
        "updated_since",
        "updatedSince",
        "updated_after",
        "modified_since",
        "updated_at[gte]",
        "filter[updated_at][gte]",
        "filter[updated_at][_gte]",
        "updated_at__gte",
        "updated_at_gte",
        "updated_at_min",
        "filters[updated_at][$gte]",
        "filter[updated_since]",
    ],
)
def test_the_parameter_that_asks_for_changes_is_found_and_proved(api: Sandbox, name: str) -> None:
    api.reset(api_key="", since_param=name, rows={"contacts": 57}, usual_limit=20)
    text = run_detect(api)
    assert entry_in(text)["endpoint"]["incremental"] == {"cursor_path": "updated_at", "start_param": name}
    assert f"# Proof: `{name}=" in text
    assert "all that are as new, and none that is older." in text


def test_a_cap_on_the_page_is_found(api: Sandbox) -> None:
    api.reset(api_key="", rows={"contacts": 90}, page_cap=50, usual_limit=20)
    text = run_detect(api)
    assert entry_in(text)["endpoint"]["paginator"]["limit"] == 50
    assert "# Page: `limit=1000` brought 50 rows: the API gives no more on a page." in text
