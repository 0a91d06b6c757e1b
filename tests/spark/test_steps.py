"""The steps of a stream: each row is in one of them, up to the clock of the server."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError, FatalAPIError

from tap_analytics.source import Source
from tap_analytics.spark.options import Options
from tap_analytics.spark.steps import Steps
from tests import accounted
from tests.spark.frames import options_of, settings
from tests.windowed import contacts, load_skewed

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox

pytest.importorskip("pyarrow", reason="the extra `arrow` is not installed")
START = "2024-01-01T00:00:00Z"


def steps(api: Sandbox, *resources: object, config: Any = None, **options: Any) -> Steps:  # noqa: ANN401
    source = Source(settings(api, *resources, window_rows=100, **(config or {})) | {"api_key": api.api_key})
    return Steps(source, Options.of(options_of(api, *resources, config=config, **options)))


def test_the_present_is_that_of_the_server_less_what_comes_late(api: Sandbox) -> None:
    api.intercept(lambda request: replace(api.answer(request), headers={"Date": "Wed, 01 Jan 2025 10:00:00 GMT"}))
    assert steps(api).present() == "2025-01-01T10:00:00Z"
    assert steps(api, lag="PT1H").present() == "2025-01-01T09:00:00Z"
    assert steps(api, end="2024-06-01").present() == "2024-06-01T00:00:00Z"


def test_the_clock_is_heard_anew_for_each_step(api: Sandbox) -> None:
    hours = iter(range(10, 20))
    api.intercept(
        lambda request: replace(api.answer(request), headers={"Date": f"Wed, 01 Jan 2025 {next(hours)}:00:00 GMT"})
    )
    one = steps(api)
    assert [one.present() for _ in range(2)] == ["2025-01-01T10:00:00Z", "2025-01-01T11:00:00Z"]


def test_a_step_ends_at_the_present_or_is_as_long_as_it_may_be(api: Sandbox) -> None:
    assert steps(api).after(None, START) == START
    assert steps(api).after(START, "2024-01-05T00:00:00Z") == "2024-01-05T00:00:00Z"
    short = steps(api, start=START, max_window="P2D")
    assert short.after(START, "2024-01-05T00:00:00Z") == "2024-01-03T00:00:00Z"
    assert short.after("2024-01-04T00:00:00Z", "2024-01-05T00:00:00Z") == "2024-01-05T00:00:00Z"
    assert short.after(START, "2023-01-01T00:00:00Z") == START  # a clock that was put back


@pytest.mark.parametrize("resource", ["contacts", None])
def test_each_row_is_in_one_step(api: Sandbox, resource: str | None) -> None:
    expected, found = load_skewed(api), []
    one = steps(api, *([resource] if resource else []))
    for start, end in [(None, "2024-12-01T00:00:00Z"), ("2024-12-01T00:00:00Z", "2026-01-01T00:00:00Z")]:
        parts = one.parts(start, end)
        assert {part.until for part in parts} == {None}
        batches = [batch for part in parts for window in part.windows for batch in one.source.read(window)]
        found += [int(key) for batch in batches for key in batch.column("id").to_pylist()]
    assert sorted(found) == expected
    assert one.parts("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z") == []


def test_an_end_that_cannot_be_reached_is_no_end(api: Sandbox) -> None:
    with pytest.raises(FatalAPIError, match="can only be read up to"):
        steps(api).parts(None, "2999-01-01T00:00:00Z")


def test_accounts_are_read_up_to_the_same_end_or_fail_by_name(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    accounted.set_keys(monkeypatch)
    lists = accounted.serve(api, north=accounted.rows(20), south=accounted.rows(12), west=[])
    config = accounted.config(api, contacts({"initial_value": "2000-01-01"}))
    one, ends = Steps(Source(config), Options(stream="contacts", config={})), [None, "2025-01-10", "2025-02-01"]
    rows = [
        row
        for start, end in itertools.pairwise(ends)
        for part in one.parts(start, str(end))
        for batch in one.source.read(*part.windows)
        for row in batch.to_pylist()
    ]
    assert sorted((row["_account"], int(row["id"])) for row in rows) == accounted.ids_in(**lists)
    config["accounts"] = [config["accounts"][0] | {"end_date": "2025-01-05"}, *config["accounts"][1:]]
    early = Steps(Source(config), Options(stream="contacts", config={}))
    with pytest.raises(FatalAPIError, match=r"account `north`: contacts: .* can only be read up to 2025-01-05"):
        early.parts(None, "2025-02-01")


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"split": "offsets"}, "`split` is `offsets`"), ({"max_window": "P1D"}, "`max_window` is given")],
)
def test_options_that_are_not_for_steps_are_refused(api: Sandbox, options: dict[str, str], reason: str) -> None:
    with pytest.raises(ConfigValidationError, match=reason):
        steps(api, **options)


def test_a_stream_that_says_nothing_of_time_is_refused(api: Sandbox) -> None:
    with pytest.raises(ConfigValidationError, match="nothing says when its rows change"):
        steps(api, "account_overview", stream="account_overview").present()
