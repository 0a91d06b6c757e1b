"""`tap-analytics streams`: shows as a table the streams that `--discover` finds."""

from __future__ import annotations

import json
import logging
from typing import IO, TYPE_CHECKING, Any

import click

from tap_analytics.cli import files
from tap_analytics.cli.command import plain_failures
from tap_analytics.cli.options import config_option
from tap_analytics.report import tables as printed
from tap_analytics.resources.detection.detector import finds_paginator
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from tap_analytics.client import AnalyticsStream

_TITLES = ("stream", "fields", "keys", "bookmark", "pages", "how it was found")
NONE = "none"


@click.command()
@config_option
@click.option("--catalog", type=click.File(), help="A catalog, whose streams are shown.")
@click.option("--state", hidden=True, help="Nothing; Meltano hands it to whatever it invokes.")
@click.pass_context
def streams(
    context: click.Context,
    given: Any,  # noqa: ANN401 - the SDK's, of a private type
    catalog: IO[str] | None,
    state: str | None,  # noqa: ARG001
) -> None:
    """Show the streams that there are, one line for each: how many fields it has, its keys, and how it is read.

    As with `--discover`, records are asked for if a stream does not declare its fields.
    """
    logging.getLogger().setLevel(logging.WARNING)
    with plain_failures(TapAnalytics.logger):
        known = json.loads(files.catalog_file(catalog, option="--catalog").read()) if catalog else None
        tap = TapAnalytics(config=given.config, catalog=known, parse_env_config=given.parse_env, setup_mapper=False)
        found = tap.discover()
    rows = [_row(stream, tap) for stream in found.values()]
    printed.show(_TITLES, rows, redactor=tap.redactor, figures={"fields"})
    for failure in dict.fromkeys(map(str, tap.undiscovered.values())):
        printed.say(failure, redactor=tap.redactor)
    count = "1 stream" if len(rows) == 1 else f"{len(rows)} streams"
    failed = f"; the fields of {len(tap.undiscovered)} are not known" if tap.undiscovered else ""
    printed.say(f"{count}{failed}.", redactor=tap.redactor)
    context.exit(1 if tap.undiscovered else 0)


def _row(stream: AnalyticsStream, tap: TapAnalytics) -> tuple[str, ...]:
    """Return the row of the table for a stream."""
    is_known = stream.name not in tap.undiscovered
    pages, way = _pages(stream, tap)
    origin = _origin(stream, has_catalog=tap.input_catalog is not None) if is_known else "failed"
    name = f"{stream.name} (of {stream.resource.parent})" if stream.resource.parent else stream.name
    return (
        name,
        f"{len(stream.effective_schema['properties']):,}" if is_known else "?",
        ", ".join(stream.primary_keys) or NONE,
        stream.replication_key or NONE,
        pages,
        f"{origin}{way}",
    )


def _origin(stream: AnalyticsStream, *, has_catalog: bool) -> str:
    """Return where the fields of a stream come from."""
    resource = stream.resource
    if has_catalog:
        return "catalog"
    if resource.schema is None:
        return "inferred"
    return "builtin" if resource.is_builtin else "declared"


def _pages(stream: AnalyticsStream, tap: TapAnalytics) -> tuple[str, str]:
    """Return how a stream is paged, and a note if that was found out instead of declared."""
    if stream.resource.values is not None:
        return NONE, ""
    if found := tap.detector.words_of(stream.name).get("paginator"):
        return str(found["type"]), ", pages detected"
    seen = tap.detector.proofs.get(stream.name)
    if not finds_paginator(stream.listing) or seen == "":
        return str(stream.listing.paginator.words()["type"]), ""
    return "not known" if seen is None else "one so far", ""
