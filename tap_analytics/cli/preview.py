"""`tap-analytics preview`: the first rows of a stream and the types of its fields, as a table."""

from __future__ import annotations

import difflib
import json
import logging
from contextlib import closing
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

import click
import msgspec
from msgspec.structs import replace
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.mapper import RemoveRecordTransform

from tap_analytics.cli import files
from tap_analytics.cli.command import plain_failures
from tap_analytics.cli.options import config_option
from tap_analytics.http.remembering import RememberingConnection
from tap_analytics.json_types import kinds_of
from tap_analytics.report import tables as printed
from tap_analytics.resources.resource import context_of
from tap_analytics.resources.sampling import SAMPLE_PARENTS
from tap_analytics.stream.messages.maps import Mapper
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from singer_sdk.mapper import StreamMap

    from tap_analytics.client import AnalyticsStream

# How many characters of a value are shown.
LONGEST = 30

# The least number of records from which types are inferred; nearly every first page has so many.
LEAST = 10

# The most records that are read if a stream map leaves out most of them.
MOST = 1000


@click.command()
@click.argument("stream")
@click.option("--rows", type=click.IntRange(1, 1000), default=10, show_default=True, help="Rows to show.")
@config_option
@click.option("--catalog", type=click.File(), help="A catalog, whose fields are shown.")
@click.option("--state", hidden=True, help="Nothing; Meltano hands it to whatever it invokes.")
def preview(
    stream: str,
    rows: int,
    given: Any,  # noqa: ANN401 - the SDK's, of a private type
    catalog: IO[str] | None,
    state: str | None,  # noqa: ARG001
) -> None:
    """Show the first rows of a STREAM and the types of its fields, one line for each field.

    Rows are shown as a target gets them: with the fields that a catalog selects, after stream maps. No record is
    written, and no bookmark moves.
    """
    logging.getLogger().setLevel(logging.WARNING)
    with plain_failures(TapAnalytics.logger):
        # One request at a time, and a small sample: a preview asks the API for little more than it shows.
        settings = {**given.config, "concurrency": 1, "sample_size": max(rows, LEAST)}
        known = json.loads(files.catalog_file(catalog, option="--catalog").read()) if catalog else None
        tap = TapAnalytics(config=settings, catalog=known, parse_env_config=given.parse_env, setup_mapper=False)
        if stream not in tap.resource_names:
            fault = _unknown(stream, tap.resource_names)
            raise ConfigValidationError(fault, errors=[fault])
        tap.connection = RememberingConnection.of(tap.config, tap.redactor)
        tap.sampled_pages = 1
        streams = tap.discover(stream)
        if tap.input_catalog:
            for each in streams.values():
                each.apply_catalog(tap.input_catalog)
        tap.check_discovered(stream)
        for made in _maps(streams[stream], tap):
            if isinstance(made, RemoveRecordTransform):
                printed.say(f"No row of {stream}: `stream_maps` leaves the stream out.", redactor=tap.redactor)
                continue
            with closing(_rows(streams[stream], streams)) as records:
                mapped = filter(None, map(made.transform, islice(records, MOST)))
                _show(made, list(islice(mapped, rows)), tap)


def _maps(stream: AnalyticsStream, tap: TapAnalytics) -> Sequence[StreamMap]:
    """Return the maps that turn records into those that a target gets: selected fields, after stream maps."""
    mapper = Mapper(tap.config, tap.logger)
    fields = {name: schema for name, schema in stream.schema["properties"].items() if name not in stream.fields.omitted}
    mapper.register_raw_stream_schema(stream.name, {**stream.schema, "properties": fields}, stream.primary_keys)
    return mapper.stream_maps[stream.name]


def _rows(stream: AnalyticsStream, streams: Mapping[str, AnalyticsStream]) -> Generator[dict[str, Any]]:
    """Give the records of a stream; of a child stream, those that belong to the parent's first records."""
    contexts: list[dict[str, Any] | None] = [None]
    if parent := stream.resource.parent:
        contexts = list(islice(_contexts(streams[parent], streams), SAMPLE_PARENTS))
    stream.listing = replace(stream.listing, takes_beginning=True)
    for context in contexts:
        yield from stream.request_records(context)


def _contexts(stream: AnalyticsStream, streams: Mapping[str, AnalyticsStream]) -> Iterator[dict[str, Any]]:
    """Give the context that each of the first records of a stream has for requests of its children."""
    parent, resources = streams.get(stream.resource.parent or ""), [each.resource for each in streams.values()]
    for context in islice(_contexts(parent, streams), SAMPLE_PARENTS) if parent else [{}]:
        for record in stream.request_records(context or None):
            yield {**context, **context_of(record, stream.name, resources)}


def _show(stream: StreamMap, records: Sequence[Mapping[str, Any]], tap: TapAnalytics) -> None:
    fields = stream.transformed_schema["properties"]
    heads = [(name, kind(schema)) for name, schema in fields.items()]
    shown = [[_cut(tap.redactor.line(_text(record.get(name)), limit=LONGEST)) for name in fields] for record in records]
    for columns in _blocks(heads, shown):
        titles = ("field", "type", *(f"row {number + 1}" for number in columns))
        cells = [(*head, *(shown[number][place] for number in columns)) for place, head in enumerate(heads)]
        printed.show(titles, cells, redactor=tap.redactor)
    count = "No row" if not records else f"{len(records)} row{'s' if len(records) > 1 else ''}"
    printed.say(f"{count} of {stream.stream_alias}, {len(fields)} fields.", redactor=tap.redactor)


def _blocks(heads: Sequence[tuple[str, str]], shown: Sequence[Sequence[str]]) -> Iterator[range]:
    """Give the rows of each table: as many side by side as the terminal has room for."""
    width = printed.width()
    if width is None or not shown:
        yield range(len(shown))
        return
    room = width - sum(max(len(head[column]) for head in heads) + 2 for column in (0, 1))
    first = number = 0
    used = 0
    for number, cells in enumerate(shown):
        needed = max(map(len, cells)) + 3
        if used + needed > room and number > first:
            yield range(first, number)
            first, used = number, 0
        used += needed
    yield range(first, number + 1)


def _text(value: object) -> str:
    """Return a value as it is shown: null is blank, empty text has quotes."""
    if value is None or value == "":
        return "" if value is None else '""'
    return value if isinstance(value, str) else _ENCODER.encode(value).decode()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _unknown(name: str, names: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean `{close[0]}`?" if close else ""
    return f"there is no stream `{name}`.{hint} The streams are {', '.join(f'`{each}`' for each in names)}"


def kind(field: Mapping[str, Any]) -> str:
    """Return the type of a field, in words: `string or integer`, `date-time`, `array of object`."""
    if field.get("format") in {"date", "date-time"}:
        return str(field["format"])
    kinds = " or ".join(each for each in kinds_of(field) if each != "null") or "any"
    items = field.get("items")
    return f"{kinds} of {kind(items)}" if isinstance(items, dict) and items else kinds


_ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=str)
