"""A moment that is counted from the present is written where it stands in a configuration of dlt's shape."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tap_analytics.resources.dlt_shape.variables import Variables

NOW = datetime(2024, 3, 31, 10, 20, 30, 400_000, UTC)


def fill(text: str) -> tuple[object, list[str]]:
    variables = Variables({"KEY": "${now}"}, now=NOW)
    return variables.fill(text, "resources[0].endpoint.params"), variables.faults


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${now}", "2024-03-31T10:20:30Z"),
        ("${today}", "2024-03-31T00:00:00Z"),
        ("${now-7d}", "2024-03-24T10:20:30Z"),
        ("${today+1w-2h}", "2024-04-06T22:00:00Z"),
        ("${today-90m-30s}", "2024-03-30T22:29:30Z"),
        ("${today-1mo|%Y-%m-%d}", "2024-02-29"),
        ("${today-3mo|%Y-%m-%d}", "2023-12-31"),
        ("${today-1y|%Y-%m-%d}", "2023-03-31"),
        ("${today+1mo|%d|%m}", "30|04"),
        ("${today|%-d.%-m.%y, 100%%}", "31.3.24, 100%"),
        ("since ${today|%Y-%m-%d} to ${now|%H:%M}", "since 2024-03-31 to 10:20"),
        ("${now|epoch}", 1711880430),
        ("${now|epoch_ms}", 1711880430400),
        ("after ${now|epoch}", "after 1711880430"),
        ("$${now}", "${now}"),
        # What a variable holds is no moment.
        ("$KEY", "${now}"),
        ("{now} ${nowhere}", "{now} ${nowhere}"),
    ],
)
def test_a_moment_is_written(text: str, filled: object) -> None:
    assert fill(text) == (filled, [])


@pytest.mark.parametrize(
    "text",
    [
        "${now-7days}",
        "${now 7d}",
        "${today-}",
        "${now|}",
        "${today-7d|%Q}",
        "${today|YYYY-MM-DD}",
        "${now|%Y-%}",
        "${now-9999y}",
        "${now-999999999w}",
    ],
)
def test_what_is_no_moment_is_told_with_its_place(text: str) -> None:
    (filled, faults) = fill(text)
    assert filled == text
    (fault,) = faults
    assert fault.startswith(
        f"`resources[0].endpoint.params` has `{text}`, which is no moment; write it like `${{now-7d}}`"
    )


def test_all_moments_of_a_configuration_are_counted_from_one_present() -> None:
    variables = Variables({})
    assert variables.fill("${now|%f}", "x") == variables.fill(["${now|%f}"], "x")[0]
