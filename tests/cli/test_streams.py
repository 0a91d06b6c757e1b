"""`tap-analytics streams`: what `--discover` knows, as a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.sandbox import Answer
from tests.conftest import STREAMS, catalog

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import Run, TapRunner


@pytest.fixture
def streams(tap: TapRunner) -> Callable[..., Run]:
    def run(*arguments: str, **settings: Any) -> Run:  # noqa: ANN401 - JSON
        run = tap.run("streams", *arguments, *tap.write(config=tap.settings(**settings)))
        tap.look_for_secrets(run)
        return run

    return run


def rows(run: Run) -> dict[str, list[str]]:
    lines = (re.split(r" {2,}", line.strip()) for line in run.stdout.splitlines())
    return {name: rest for name, *rest in lines if rest and name != "stream"}


def test_those_that_are_there_at_once_take_no_request(api: Sandbox, streams: Callable[..., Run]) -> None:
    run = streams()
    assert (run.code, api.requests) == (0, [])
    assert list(rows(run)) == STREAMS
    assert rows(run)["deals"] == ["32", "id", "updated_at", "offset", "builtin"]
    assert run.stdout.endswith(f"{len(STREAMS)} streams.\n")


def test_each_says_how_it_was_found(api: Sandbox, streams: Callable[..., Run]) -> None:
    def lists(request: Request) -> Answer | None:
        page = int(request.params.get("page", 1))
        people = [{"id": number} for number in range(page * 2, page * 2 + 2)] if page < 3 else []
        found: dict[str, list[dict[str, Any]]] = {"/calls": [{"id": request.path}], "/people": people}
        key = next((each for each in found if request.path.endswith(each)), None)
        if key is None:
            return None
        return Answer(200, {"items": found[key], "page": page, "pages": 2} if key == "/people" else found[key])

    api.intercept(lists)
    columns = {"id": {"data_type": "bigint"}, "at": {"data_type": "timestamp"}}
    new = {"cursor_path": "at", "start_param": "since"}
    told = {"name": "told", "columns": columns, "schema": {"properties": {"id": {"type": "integer"}}}}
    found = rows(
        streams(
            resources=[
                "companies",
                {**told, "endpoint": {"path": "/told", "paginator": "single_page", "incremental": new}},
                {"name": "people", "primary_key": "id", "endpoint": "/people"},
                {"name": "calls", "endpoint": "/v1/companies/{resources.companies.id}/calls"},
            ]
        )
    )
    assert found == {
        "companies": ["29", "id", "updated_at", "offset", "builtin"],
        "told": ["2", "none", "at", "single_page", "declared"],
        "people": ["1", "id", "none", "page_number", "inferred, pages detected"],
        "calls (of companies)": ["1", "none", "none", "one so far", "inferred"],
    }


def test_one_whose_fields_are_not_known_is_named_and_fails(streams: Callable[..., Run]) -> None:
    run = streams(resources=["deals", {"name": "broken", "endpoint": "/nothing"}])
    assert run.code == 1
    assert rows(run)["broken"] == ["?", "none", "none", "not known", "failed"]
    assert rows(run)["deals"][-1] == "builtin"
    assert "broken: /nothing failed at offset 0: 404 Not Found" in run.stdout
    assert run.stdout.endswith("2 streams; the fields of 1 are not known.\n")


def test_a_catalog_says_which_fields_there_are(tap: TapRunner, streams: Callable[..., Run]) -> None:
    entries = catalog("deals")
    for entry in entries["streams"]:
        entry["schema"]["properties"] = {"id": {"type": "integer"}, "updated_at": {"type": "string"}}
    assert rows(streams(*tap.write(catalog=entries)))["deals"] == ["2", "id", "updated_at", "offset", "catalog"]


def test_options_may_stand_before_the_word_as_meltano_has_them(tap: TapRunner) -> None:
    run = tap.run(*tap.write(config=tap.settings(), state={}), "streams")
    assert (run.code, len(rows(run))) == (0, len(STREAMS))
