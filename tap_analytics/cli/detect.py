"""`tap-analytics detect URL`: finds out how a list is read, and prints a configuration that reads it."""

from __future__ import annotations

import json
import logging
import pathlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import click
from singer_sdk.exceptions import ConfigValidationError, FatalAPIError

from tap_analytics.cli import files
from tap_analytics.cli.command import plain_failures
from tap_analytics.cli.commented import text_of
from tap_analytics.cli.findings import Findings
from tap_analytics.http.auth.secrets import named_secrets
from tap_analytics.resources.detection.detector import Detector
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_analytics.cli.commented import Path

Words = dict[str, Any]

_SECRET = "key|token|secret|password|auth|cookie|session"  # noqa: S105 - names of secrets

# What a message contains if the server refuses a missing or wrong key, and what is then said to do.
_WANTS_KEY = re.compile(r": 40[13] ")
_VARIABLE = re.compile(r"\$([A-Z_][A-Z0-9_]*)")
_KEY = "Here a key goes into the URL, `--param`, `--header` or `--bearer`"


@click.command()
@click.argument("target", metavar="URL|RESOURCE", required=False)
@click.option(
    "--header",
    "headers",
    multiple=True,
    help="`Name: value`; `$NAME` in the value is that variable of the environment.",
)
@click.option("--param", "params", multiple=True, help="`name=value`, besides those in the URL.")
@click.option("--bearer", help="A bearer token; `$NAME` is that variable of the environment.")
@click.option("--json", "body", help="A JSON body: the list is asked for with POST.")
@click.option("--selector", help="The path of the records in the response, if it is not found: `$` is all of it.")
@click.option("--config", type=click.Path(dir_okay=False), help="The configuration file that declares RESOURCE.")
@click.option(
    "--openapi", type=click.Path(dir_okay=False), help="An OpenAPI 3 document; each list in it becomes an entry."
)
@click.option("--output", type=click.Path(dir_okay=False), help="A file to write the configuration to.")
def detect(  # noqa: PLR0913, PLR0917 - one for each option
    target: str | None,
    headers: Sequence[str],
    params: Sequence[str],
    bearer: str | None,
    body: str | None,
    selector: str | None,
    config: str | None,
    openapi: str | None,
    output: str | None,
) -> None:
    """Find out how the list at a URL is read, and print a configuration that reads it.

    With `--config`, find out how a RESOURCE of that configuration is read, and print its entry. With `--openapi`, print
    an entry for each list that the document describes, below the URL or the server that it names.

    Nothing is written but what is printed, unless `--output` names a file.
    """
    logging.getLogger().setLevel(logging.WARNING)
    with plain_failures(TapAnalytics.logger):
        _check(target, config=config, openapi=openapi)
        client = Client(headers=headers, params=params, bearer=bearer)
        if openapi:
            text = _of_document(openapi, target, client)
        elif config:
            text = _of_resource(str(target), config)
        else:
            text = _of_url(str(target), client, _endpoint(body, selector))
        if output:
            _write(text, output)
        click.echo(text, nl=False)
        if not config:
            names = dict.fromkeys(_VARIABLE.findall(text))
            given = f", with {', '.join(names)} set" if names else ""
            click.echo(f"# Run it{given}: tap-analytics --config {output or 'FILE'}")


def _write(text: str, output: str) -> None:
    try:
        pathlib.Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        fault = f"{output} cannot be written: {error.strerror}"
        raise ConfigValidationError(fault, errors=[fault]) from None


def _check(target: str | None, *, config: str | None, openapi: str | None) -> None:
    """Raise ConfigValidationError for arguments that contradict each other."""
    fault = ""
    if config and openapi:
        fault = "`--config` and `--openapi` are both set; remove one of them"
    elif config and (target is None or "://" in target):
        fault = "`--config` needs the name of a resource in it: `tap-analytics detect RESOURCE --config FILE`"
    elif not (config or openapi) and (target is None or not re.match(r"https?://[^/]", target)):
        fault = "the argument must be a URL that begins with `http://` or `https://`, or name a resource of `--config`"
    if fault:
        raise ConfigValidationError(fault, errors=[fault])


@dataclass(frozen=True, kw_only=True)
class Client:
    """Headers, parameters and a token for the requests, as they were typed."""

    headers: Sequence[str]
    params: Sequence[str]
    bearer: str | None

    def words(self, base_url: str) -> Words:
        """Return the `client` of a configuration.

        Raises:
            ConfigValidationError: An option is not written as it must be.
        """
        client: Words = {"base_url": base_url}
        if self.headers:
            client["headers"] = _pairs(self.headers, ":", "--header")
        if self.bearer:
            client["auth"] = {"type": "bearer", "token": self.bearer}
        return client


def _endpoint(body: str | None, selector: str | None) -> Words:
    """Return the words of an endpoint that `--json` and `--selector` stand for.

    Raises:
        ConfigValidationError: The body is no JSON.
    """
    said: Words = {"data_selector": selector} if selector else {}
    try:
        return said | ({} if body is None else {"method": "POST", "json": json.loads(body)})
    except ValueError:
        fault = "`--json` must be JSON, such as `{}`"
    raise ConfigValidationError(fault, errors=[fault])


def _of_url(url: str, client: Client, said: Words) -> str:
    config = configuration_of(url, client)
    entry = config["resources"][0]
    entry["endpoint"] |= said
    try:
        findings, found = _find(config, entry)
    except FatalAPIError as error:
        fault = f"{error}. {_KEY}" if _WANTS_KEY.search(str(error)) else str(error)
        raise FatalAPIError(fault) from None
    comments = {("resources", 0, *path): lines for path, lines in findings.comments.items()}
    return text_of(without_secrets({**config, "resources": [found]}), comments)


def _of_resource(name: str, path: str) -> str:
    config = files.with_code(files.document(path), beside=path)
    entry = _entry(config, name, path)
    findings, found = _find(config, entry)
    comments: dict[Path, Sequence[str]] = {(): [f"In place of `{name}` in {path}:"]}
    comments |= {("resources", 0, *place): lines for place, lines in findings.comments.items()}
    return text_of({"resources": [_entry_without_secrets(found)]}, comments)


def _of_document(path: str, url: str | None, client: Client) -> str:
    from tap_analytics.resources.openapi.document import Document  # noqa: PLC0415 - it needs what is not always installed
    from tap_analytics.resources.openapi.entries import Entries  # noqa: PLC0415

    entries = Entries(Document.read(path), base_url=url)
    config = {"client": client.words(entries.base_url) | entries.auth, "resources": entries.words}
    if client.params:
        config["resource_defaults"] = {"endpoint": {"params": _pairs(client.params, "=", "--param")}}
    return text_of(config, entries.comments)


def _find(config: Words, entry: Words) -> tuple[Findings, Words]:
    """Return what was found out about an entry, and the entry with that added."""
    # One request at a time and few retries: many of the requests that are tried fail.
    tap = TapAnalytics(
        config={"max_retries": 2, "backoff_factor": 0.1, **config, "concurrency": 1},
        parse_env_config="client" not in config,  # the key may be there
        setup_mapper=False,
    )
    tap.detector = Detector(tap.logger, is_thorough=True)
    findings = Findings(tap=tap, name=entry["name"])
    return findings, findings.over(entry)


def _entry(config: Mapping[str, Any], name: str, path: str) -> Words:
    """Return the entry of a resource as it stands in a configuration, with its endpoint as an object.

    Raises:
        ConfigValidationError: There is no entry of that name.
    """
    given = config.get("resources")
    entries = [{"name": each} if isinstance(each, str) else each for each in given if each] if given else []
    named = {each["name"]: each for each in entries if isinstance(each, dict) and "name" in each}
    if name not in named:
        listed = ", ".join(f"`{each}`" for each in named) or "no entry with a name"
        fault = f"{path} has no resource `{name}` under `resources`; there is {listed}"
        raise ConfigValidationError(fault, errors=[fault])
    endpoint = named[name].get("endpoint") or {}
    return {**named[name], "endpoint": {"path": endpoint} if isinstance(endpoint, str) else dict(endpoint)}


def configuration_of(url: str, client: Client) -> Words:
    """Return a configuration of dlt's shape for a URL and options.

    Raises:
        ConfigValidationError: An option is not written as it must be.
    """
    parts = urlsplit(url)
    folder, _, last = parts.path.rstrip("/").rpartition("/")
    ends_in_slash = "/" if last and parts.path.endswith("/") else ""
    endpoint: Words = {"path": f"{last}{ends_in_slash}" or "/"}
    given = dict(parse_qsl(parts.query, keep_blank_values=True)) | _pairs(client.params, "=", "--param")
    if given:
        endpoint["params"] = given
    base_url = f"{parts.scheme}://{parts.netloc}{folder}"
    return {
        "client": client.words(base_url),
        "resources": [{"name": last.partition(".")[0] or "records", "endpoint": endpoint}],
    }


def without_secrets(config: Words) -> Words:
    """Return a configuration in which variables of the environment stand in place of secrets."""
    client, (entry,) = config["client"], config["resources"]
    hidden = {"headers": _variables(client.get("headers", {}), ".")} if "headers" in client else {}
    if "auth" in client:
        hidden["auth"] = _variables(client["auth"], "token")
    return {"client": client | hidden, "resources": [_entry_without_secrets(entry)]}


def _entry_without_secrets(entry: Words) -> Words:
    endpoint = entry["endpoint"]
    hidden = {
        part: _variables(endpoint[part], secret)
        for part, secret in {"params": _SECRET, "headers": _SECRET, "auth": r"^(?!type$|name$|location$)"}.items()
        if isinstance(endpoint.get(part), dict)
    }
    if "json" in endpoint:
        hidden["json"] = _body_without_secrets(endpoint["json"])
    return entry | {"endpoint": endpoint | hidden}


def _body_without_secrets(words: Any, name: str = "") -> Any:  # noqa: ANN401 - JSON may be anything
    """Return a body in which credentials, at any depth, are replaced by variables of the environment."""
    if isinstance(words, dict):
        return {each: _body_without_secrets(value, each) for each, value in words.items()}
    if isinstance(words, list):
        return [_body_without_secrets(value, name) for value in words]
    is_secret = isinstance(words, str) and "$" not in words and any(named_secrets(words, name))
    return _variables({name: words}, ".")[name] if is_secret else words


def _variables(values: Mapping[str, Any], secret: str) -> dict[str, Any]:
    """Return values in which those with the name of a secret are replaced by a variable of the environment."""
    return {
        name: f"${re.sub('[^A-Z0-9]', '_', name.upper())}"
        if isinstance(value, str) and re.search(secret, name, re.IGNORECASE) and "$" not in value and "{" not in value
        else value
        for name, value in values.items()
    }


def _pairs(options: Sequence[str], sign: str, option: str) -> dict[str, str]:
    pairs = [each.partition(sign) for each in options]
    if not all(name.strip() and found for name, found, _ in pairs):
        fault = f"`{option}` must be a name, `{sign}` and a value"
        raise ConfigValidationError(fault, errors=[fault])
    return {name.strip(): value.strip() for name, _, value in pairs}
