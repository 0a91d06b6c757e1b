"""The options of the data source: what each takes, and all that is wrong at once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.spark.options import OPTIONS, Options
from tap_analytics.state.durations import Duration

USUAL = {"stream": "contacts", "config": '{"api_url": "http://a"}'}


def faults(**given: str) -> str:
    with pytest.raises(ConfigValidationError) as refused:
        Options.of(USUAL | given)
    return "\n".join(refused.value.errors)


def test_options_are_read() -> None:
    options = Options.of(
        USUAL | {"rows": "500", "max_window": "P1D", "lag": "90", "decimals": "38, 9", "split": "none", "readers": "2"}
    )
    assert (options.stream, options.config, options.rows) == ("contacts", {"api_url": "http://a"}, 500)
    assert (options.max_window, options.lag) == (Duration(days=1), Duration(seconds=Decimal(90)))
    assert (options.decimals, options.split, options.readers) == ((38, 9), "none", 2)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ConfigValidationError) as refused:
        Options.of({"strem": "contacts", "rows": "0"})
    assert [each.split(":")[0] for each in refused.value.errors] == [
        "`strem` is not an option; did you mean `stream`?",
        "the option `stream` is missing",
        "the option `config` is missing",
        "the option `rows` must be a whole number of 1 or more",
    ]


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("split", "any", "must be one of `auto`, `windows`, `offsets`, `parents`, `none`"),
        ("readers", "two", "whole number"),
        ("start", "soon", "date-time"),
        ("end", "soon", "date-time"),
        ("max_window", "long", "duration"),
        ("lag", "P", "duration"),
        ("decimals", "39,9", "at most 38 digits"),
        ("decimals", "9,10", "at most 38 digits"),
        ("catalog", "[]", "cannot be read"),
        ("path", "somewhere", "`path` is not an option; there are `stream`"),
        ("page_size", "5", "`page_size` is a setting of the tap, not an option; put it into `config`"),
    ],
)
def test_what_an_option_does_not_take_is_refused(name: str, value: str, fault: str) -> None:
    assert fault in faults(**{name: value})


def test_an_end_is_behind_its_start() -> None:
    assert "must be before `end`" in faults(start="2024-01-02", end="2024-01-02")
    assert "must be before `end`" in faults(start="5", end="2024-01-02")


@pytest.mark.parametrize("name", ["api_key", "client_secret", "password", "headers"])
def test_a_secret_is_no_option_and_is_not_shown(name: str) -> None:
    told = faults(**{name: "hidden-value"})
    assert f"`TAP_ANALYTICS_{name.upper()}`" in told
    assert "hidden-value" not in told


def test_a_secret_within_the_configuration_is_refused_unless_that_is_a_file(tmp_path: Path) -> None:
    config: Any = '{"api_url": "http://a", "api_key": "hidden-value"}'
    told = faults(config=config)
    assert "holds a secret" in told
    assert "hidden-value" not in told
    (tmp_path / "config.json").write_text(config)
    assert Options.of(USUAL | {"config": str(tmp_path / "config.json")}).config["api_key"] == "hidden-value"
    assert "hidden-value" not in repr(Options.of(USUAL | {"config": str(tmp_path / "config.json")}))


def test_a_limit_of_requests_needs_the_number_of_readers() -> None:
    config = '{"api_url": "http://a", "requests_per_second": 5}'
    assert "`readers` is missing" in faults(config=config)
    assert Options.of(USUAL | {"config": config, "readers": "2"}).reader_settings == {"requests_per_second": 2.5}
    assert Options.of(USUAL | {"readers": "2"}).reader_settings == {}
    assert Options.of(USUAL | {"config": config, "split": "none"}).readers is None


def test_the_page_has_every_option() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "spark.md").read_text(encoding="utf-8")
    assert [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")][: len(OPTIONS)] == [*OPTIONS]
