"""`tap-analytics detect URL`: how a list is read that nobody has declared, as a configuration that reads it."""

from __future__ import annotations

import logging
import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import click
import yaml
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.cli.command import plain_failures
from tap_analytics.json_types import is_date_time
from tap_analytics.resources.selection import KEYS
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_analytics.client import AnalyticsStream

Words = dict[str, Any]

# Records that are looked at for a key.
LOOKED_AT = 500
_CHANGED = (
    "updated_at",
    "updatedAt",
    "modified_at",
    "modifiedAt",
    "last_modified",
    "lastModified",
    "updated",
    "modified",
)


@click.command()
@click.argument("url")
@click.option("--header", "headers", multiple=True, help="`Name: value`; `$NAME` as the value is that variable.")
@click.option("--param", "params", multiple=True, help="`name=value`, besides those in the URL.")
@click.option("--bearer", help="A bearer token; `$NAME` is that variable of the environment.")
@click.option("--output", type=click.Path(dir_okay=False), help="A file to write the configuration to.")
def detect(url: str, headers: Sequence[str], params: Sequence[str], bearer: str | None, output: str | None) -> None:
    """Find out how the list at a URL is read, and print a configuration that reads it.

    Nothing is written but what is printed, unless `--output` names a file.
    """
    logging.getLogger().setLevel(logging.WARNING)
    with plain_failures(TapAnalytics.logger):
        config = declared(url, headers=headers, params=params, bearer=bearer)
        tap = TapAnalytics(config={**config, "concurrency": 1}, setup_mapper=False)
        name = config["resources"][0]["name"]
        stream = tap.discover(name)[name]
        tap.check_discovered(name)
        found = detected(config["resources"][0], tap.detector.known(name), stream)
        shown = without_secrets({**config, "resources": [found]})
        text = yaml.safe_dump(shown, sort_keys=False, allow_unicode=True)
        if output:
            Path(output).write_text(text, encoding="utf-8")
        click.echo(text, nl=False)
        click.echo(
            f"# {len(stream.schema['properties'])} fields; it is read by: tap-analytics --config {output or 'FILE'}"
        )


def declared(url: str, *, headers: Sequence[str], params: Sequence[str], bearer: str | None) -> Words:
    """Return a configuration of dlt's shape that says no more than a URL and options do.

    Raises:
        ConfigValidationError: An option is not written as it must be.
    """
    parts = urlsplit(url)
    folder, _, last = parts.path.rpartition("/")
    endpoint: Words = {"path": last or "/"}
    if given := dict(parse_qsl(parts.query, keep_blank_values=True)) | _pairs(params, "=", "--param"):
        endpoint["params"] = given
    client: Words = {"base_url": f"{parts.scheme}://{parts.netloc}{folder}"}
    if headers:
        client["headers"] = _pairs(headers, ":", "--header")
    if bearer:
        client["auth"] = {"type": "bearer", "token": bearer}
    return {"client": client, "resources": [{"name": last.partition(".")[0] or "records", "endpoint": endpoint}]}


def detected(entry: Words, found: Mapping[str, Any], stream: AnalyticsStream) -> Words:
    """Return an entry with what was found of its resource: how it is read, its key, and when its records changed."""
    fields = stream.schema["properties"]
    records = list(islice(stream.request_records(None), LOOKED_AT))
    words = entry | {"endpoint": entry["endpoint"] | found}
    keys = (key for key in KEYS if records and len({record.get(key) for record in records} - {None}) == len(records))
    if key := next(keys, None):
        words |= {"primary_key": key, "write_disposition": "merge"}
    if cursor := next((name for name in _CHANGED if name in fields and is_date_time(fields[name])), None):
        words["endpoint"] |= {"incremental": {"cursor_path": cursor}}
    return words


def without_secrets(config: Words) -> Words:
    """Return a configuration whose secrets are variables of the environment, those that were typed too."""
    client, (entry,) = config["client"], config["resources"]
    hidden = {"headers": _variables(client.get("headers", {}), ".")} if "headers" in client else {}
    if "auth" in client:
        hidden["auth"] = _variables(client["auth"], "token")
    endpoint = entry["endpoint"]
    params = {"params": _variables(endpoint["params"], "key|token|secret|password")} if "params" in endpoint else {}
    return {"client": client | hidden, "resources": [entry | {"endpoint": endpoint | params}]}


def _variables(values: Mapping[str, str], secret: str) -> dict[str, str]:
    """Return values in which those whose names say that they are secret are named instead of shown."""
    return {
        name: f"${re.sub('[^A-Z0-9]', '_', name.upper())}"
        if re.search(secret, name, re.IGNORECASE) and not value.startswith("$")
        else value
        for name, value in values.items()
    }


def _pairs(options: Sequence[str], sign: str, option: str) -> dict[str, str]:
    pairs = [each.partition(sign) for each in options]
    if not all(name.strip() and found for name, found, _ in pairs):
        fault = f"`{option}` must be a name, `{sign}` and a value"
        raise ConfigValidationError(fault, errors=[fault])
    return {name.strip(): value.strip() for name, _, value in pairs}
