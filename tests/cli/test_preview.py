"""`tap-analytics preview`: the first rows of a stream and the types of its fields."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.cli.preview import kind
from tap_analytics.sandbox import Answer
from tests.conftest import catalog

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import Run, TapRunner


@pytest.fixture
def preview(tap: TapRunner) -> Callable[..., Run]:
    def run(*arguments: str, environment: dict[str, str] | None = None, **settings: Any) -> Run:  # noqa: ANN401 - JSON
        options = tap.write(config=tap.settings(**settings))
        run = tap.run("preview", *arguments, *options, environment=environment)
        tap.look_for_secrets(run)
        return run

    return run


def cells(run: Run) -> dict[str, list[str]]:
    """Return the type and the values of each field."""
    lines = (re.split(r" {2,}", line.strip()) for line in run.stdout.splitlines())
    return {name: rest for name, *rest in lines if rest and name != "field"}


def test_types_and_values_stand_beside_their_field(api: Sandbox, preview: Callable[..., Run]) -> None:
    run = preview("deals", "--rows", "2")
    assert run.code == 0
    first, second = api.table("deals").rows()[:2]
    shown = cells(run)
    assert shown["id"] == ["string or integer", str(first["id"]), str(second["id"])]
    assert shown["name"] == ["string", first["name"], second["name"]]
    assert shown["updated_at"][0] == "date-time"
    assert shown["products"][0] == "array of object"
    assert "2 rows of deals, 32 fields." in run.stdout


def test_ten_rows_are_shown_unless_told_otherwise(preview: Callable[..., Run]) -> None:
    run = preview("contacts")
    assert "row 10" in run.stdout
    assert "row 11" not in run.stdout


def test_more_rows_than_a_page_are_read_from_the_next(api: Sandbox, preview: Callable[..., Run]) -> None:
    run = preview("contacts", "--rows", "15", page_size=10)
    assert "15 rows of contacts" in run.stdout
    assert len(api.requests) == 2


def test_one_page_is_asked_for_and_no_other_stream(api: Sandbox, preview: Callable[..., Run]) -> None:
    preview("contacts")
    assert [request.resource for request in api.requests] == ["contacts"]


def test_nothing_is_said_but_the_table(preview: Callable[..., Run]) -> None:
    run = preview("contacts", environment={"TAP_ANALYTICS_LOGLEVEL": ""})
    assert run.stderr == ""
    assert '"type"' not in run.stdout


def test_types_of_fields_that_are_not_declared_are_inferred(preview: Callable[..., Run]) -> None:
    people = {"name": "people", "primary_key": "id", "endpoint": "/v1/contacts"}
    broken = {"name": "broken", "primary_key": "id", "endpoint": "/v1/nothing"}
    shown = cells(preview("people", "--rows", "1", resources=[people, broken]))
    assert shown["id"][0] == "integer"
    assert shown["birth_date"][0] == "date"
    assert shown["address"][0] == "object"


def test_children_are_shown_with_what_they_have_of_their_parent(api: Sandbox, preview: Callable[..., Run]) -> None:
    def calls(request: Request) -> Answer | None:
        return Answer(200, {"data": [{"id": request.path}], "total": 1}) if "/calls" in request.path else None

    api.intercept(calls)
    resource = {
        "name": "calls",
        "endpoint": "/v1/companies/{resources.companies.id}/calls",
        "include_from_parent": ["name"],
    }
    shown = cells(preview("calls", "--rows", "2", resources=["companies", resource]))
    assert shown["id"] == ["string", "/v1/companies/1/calls", "/v1/companies/2/calls"]
    assert shown["_companies_name"][1] == api.table("companies").rows()[0]["name"]


def test_long_values_are_cut_and_nothing_breaks_a_line(api: Sandbox, preview: Callable[..., Run]) -> None:
    rows = [{"id": 1, "name": "long " * 100, "industry": "two\nlines", "domain": None, "website": ""}]
    api.intercept(lambda _: Answer(200, {"data": rows, "total": 1}))
    shown = cells(preview("companies"))
    assert shown["name"] == ["string", "long long long long long long…"]
    assert shown["industry"] == ["string", "two lines"]
    assert shown["domain"] == ["string"]
    assert shown["website"] == ["string", '""']


def test_markup_of_terminals_in_values_is_shown_and_not_obeyed(api: Sandbox, preview: Callable[..., Run]) -> None:
    api.intercept(
        lambda _: Answer(200, {"data": [{"id": 1, "name": "[bold]a[/bold]", "domain": "b\x1b[2Jc"}], "total": 1})
    )
    run = preview("companies")
    assert cells(run)["name"] == ["string", "[bold]a[/bold]"]
    assert cells(run)["domain"] == ["string", "b[2Jc"]
    assert "\x1b" not in run.stdout


def test_letters_that_are_joined_stay_joined(api: Sandbox, preview: Callable[..., Run]) -> None:
    api.intercept(lambda _: Answer(200, {"data": [{"id": 1, "name": "👩\u200d👧"}], "total": 1}))
    assert cells(preview("companies"))["name"] == ["string", "👩\u200d👧"]


def test_names_of_fields_are_shown_as_values_are(api: Sandbox, preview: Callable[..., Run]) -> None:
    row = {"id": 1, f"of {api.api_key}": 2, "ev\x1b[2Jil\nx": 3}
    api.intercept(lambda _: Answer(200, {"data": [row], "total": 1}))
    run = preview("odd", resources=[{"name": "odd", "primary_key": "id"}])
    assert cells(run).keys() == {"id", "of ***", "ev[2Jil x"}


def test_the_catalog_says_which_fields_there_are(tap: TapRunner, preview: Callable[..., Run]) -> None:
    entries = catalog("deals")
    for entry in entries["streams"]:
        entry["schema"]["properties"] = {"id": {"type": "integer"}, "updated_at": {"type": "string"}}
    run = preview("deals", "--rows", "1", *tap.write(catalog=entries))
    assert cells(run).keys() == {"id", "updated_at"}


def test_options_may_stand_before_the_word_as_meltano_has_them(tap: TapRunner) -> None:
    options = tap.write(config=tap.settings(), state={})
    for before in (options, [f"{option}={value}" for option, value in zip(options[::2], options[1::2], strict=True)]):
        run = tap.run(*before, "preview", "deals", "--rows", "1")
        assert run.code == 0
        assert "1 row of deals" in run.stdout


def test_an_output_without_the_letters_has_others(preview: Callable[..., Run]) -> None:
    run = preview("contacts", "--rows", "1", environment={"PYTHONIOENCODING": "ascii"})
    assert run.code == 0
    assert "Am?lie Turing" in run.stdout


@pytest.mark.parametrize("output", ["/dev/full", None])
def test_an_output_that_cannot_be_written_is_told_in_one_line(tap: TapRunner, output: str | None) -> None:
    command = shlex.join([sys.executable, "-m", "tap_analytics", *tap.write(config=tap.settings()), "preview", "deals"])
    redirected = f"{command} {f'> {output}' if output else '>&-'}"
    process = subprocess.run(["/bin/sh", "-c", redirected], stderr=subprocess.PIPE, text=True, check=False)
    told = "Error: the output cannot be written: No space left on device\n"
    assert (process.returncode, process.stderr) == ((1, told) if output else (0, ""))


def test_a_narrow_terminal_has_the_rows_one_below_the_other(preview: Callable[..., Run]) -> None:
    run = preview("account_overview", environment={"COLUMNS": "90"})
    assert max(map(len, run.stdout.splitlines())) <= 90
    run = preview("contacts", "--rows", "4", environment={"COLUMNS": "100"})
    assert max(map(len, run.stdout.splitlines())) <= 100
    assert re.findall(r"row \d", run.stdout) == ["row 1", "row 2", "row 3", "row 4"]
    assert len(re.findall(r"^ ?email ", run.stdout, re.MULTILINE)) > 1


def test_a_list_without_rows_shows_its_fields(api: Sandbox, preview: Callable[..., Run]) -> None:
    api.reset(rows={"contacts": 0})
    run = preview("contacts")
    assert run.code == 0
    assert cells(run)["id"] == ["string or integer"]
    assert "No row of contacts" in run.stdout


def test_settings_come_from_the_environment_where_no_file_is_named(api: Sandbox, tap: TapRunner) -> None:
    environment = {"TAP_ANALYTICS_API_URL": api.url, "TAP_ANALYTICS_API_KEY": api.api_key or ""}
    run = tap.run("preview", "deals", "--rows", "1", environment=environment)
    assert run.code == 0
    assert "1 row of deals" in run.stdout


def test_an_unknown_stream_is_told_with_those_there_are(api: Sandbox, preview: Callable[..., Run]) -> None:
    run = preview("contact")
    assert run.code == 1
    assert (
        "there is no stream `contact`. Did you mean `contacts`? The streams are `contacts`, `companies`" in run.stderr
    )
    assert not api.requests


def test_a_failure_is_one_line(preview: Callable[..., Run]) -> None:
    run = preview("contacts", api_key="not-the-key-at-all", environment={"TAP_ANALYTICS_LOGLEVEL": ""})
    assert run.code == 1
    assert len(run.stderr.splitlines()) == 1
    assert "check the credentials" in run.stderr


def test_a_key_in_a_value_is_masked(api: Sandbox, preview: Callable[..., Run]) -> None:
    api.intercept(lambda _: Answer(200, {"data": [{"id": 1, "name": api.api_key}], "total": 1}))
    assert cells(preview("companies"))["name"] == ["string", "***"]


def test_the_command_is_named_in_the_help_of_the_tap(tap: TapRunner) -> None:
    assert "tap-analytics preview" in tap.run("--help").stdout
    assert "--rows" in tap.run("preview", "--help").stdout


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": ["string", "null"]}, "string"),
        ({"type": "integer"}, "integer"),
        ({"type": ["string", "null"], "format": "date-time"}, "date-time"),
        ({"type": ["string", "null"], "format": "email"}, "string"),
        ({"type": ["array", "null"], "items": {"type": ["integer", "string"]}}, "array of integer or string"),
        ({"type": ["array"], "items": {}}, "array"),
        ({"type": ["null"]}, "any"),
        ({}, "any"),
    ],
)
def test_a_type_is_told_in_words(schema: dict[str, Any], told: str) -> None:
    assert kind(schema) == told


@pytest.mark.parametrize("rows", ["1", "10"])
def test_a_page_is_asked_for_once_also_where_its_fields_are_inferred(
    api: Sandbox, preview: Callable[..., Run], rows: str
) -> None:
    people = {"name": "people", "primary_key": "id", "endpoint": "/v1/contacts"}
    assert preview("people", "--rows", rows, resources=[people]).code == 0
    assert len(api.requests) == 1


def test_fields_that_are_not_selected_are_not_shown(tap: TapRunner, preview: Callable[..., Run]) -> None:
    run = preview("contacts", *tap.write(catalog=catalog("contacts", without=("email", "phone"))))
    assert {"id", "emails"} <= cells(run).keys()
    assert not cells(run).keys() & {"email", "phone"}


def test_rows_are_shown_as_stream_maps_make_them(preview: Callable[..., Run]) -> None:
    maps = {"contacts": {"email": None, "half": "id * 0.5", "__filter__": "id > 20", "__alias__": "people"}}
    run = preview("contacts", "--rows", "1", stream_maps=maps)
    assert "email" not in cells(run)
    assert cells(run)["half"][1] == "10.5"
    assert run.stdout.endswith("1 row of people, 31 fields.\n")


def test_a_stream_that_stream_maps_leave_out_is_not_asked_for(api: Sandbox, preview: Callable[..., Run]) -> None:
    run = preview("contacts", stream_maps={"contacts": "__NULL__"})
    assert run.stdout == "No row of contacts: `stream_maps` leaves the stream out.\n"
    assert api.requests == []
