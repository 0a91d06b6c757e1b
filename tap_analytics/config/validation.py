"""Turns the settings that are given into those that are used, or gives a sentence for each fault, without values."""

from __future__ import annotations

import os
import re
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from tap_analytics.config.coercion import coerce
from tap_analytics.config.faults import Wording, faults_in, suggestion
from tap_analytics.config.headers import fits_header, is_header_name
from tap_analytics.instants import parse_date, rfc3339
from tap_analytics.json_types import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Config = dict[str, Any]

_DATES = ("start_date", "end_date")
_URLS = ("api_url", "token_url")
# A user name or a password may be empty if the other is set. The prefix of a token may be empty.
_PARTNERS = {"username": "password", "password": "username"}
_MAY_BE_EMPTY = ("token_prefix",)
_PARAMS = ("limit_param", "offset_param", "start_param", "end_param")

# A setting may come from the environment, where lists and objects are written as JSON.
_WORDING = Wording(types={**WORDS, "object": "a JSON object", "array": "a JSON array"}, has_suggestions=False)


class Credentials(Protocol):
    """What is wrong with the credentials in the settings, in sentences like those of `faults`."""

    def missing(self, config: Config) -> Iterable[str]:
        """Return a sentence if credentials are missing or incomplete, or if there is more than one kind."""

    def faults(self, config: Config) -> Iterable[str]:
        """Return a sentence for each thing that is wrong with settings whose types are right."""

    def query_settings(self, config: Config) -> Iterable[str]:
        """Return the settings that name a query parameter in which a credential is sent."""


def from_environment(schema: Mapping[str, Any], prefix: str) -> Config:
    """Return the settings in the environment, as text: `TAP_ANALYTICS_PAGE_SIZE` sets `page_size`."""
    names = {prefix + name.upper(): name for name in schema["properties"]}
    return {name: os.environ[variable] for variable, name in names.items() if variable in os.environ}


def normalize(given: Mapping[str, Any], schema: Mapping[str, Any]) -> Config:
    """Return the settings as they are used: with defaults, numbers as numbers, dates in UTC, URLs without end slash.

    A value that does not fit its setting stays as it is, for `faults` to name.
    """
    defaults = {name: setting["default"] for name, setting in schema["properties"].items() if "default" in setting}
    present = {name: value for name, value in given.items() if value is not None and not _is_unset(name, given)}
    config = defaults | coerce(present, schema)
    for name in _DATES:
        if isinstance(date := config.get(name), str) and (moment := parse_date(date)):
            config[name] = rfc3339(moment)
    for name in _URLS:
        if isinstance(url := config.get(name), str):
            config[name] = url.strip().rstrip("/")
    return config


def _is_unset(name: str, given: Mapping[str, Any]) -> bool:
    """Return whether a setting is empty text and counts as not set: the environment has no other way to unset one."""
    has_partner = name in _PARTNERS and bool(given.get(_PARTNERS[name]))
    return given[name] == "" and name not in _MAY_BE_EMPTY and not has_partner


def faults(config: Config, schema: Mapping[str, Any], credentials: Credentials) -> list[str]:
    """Return a sentence for each setting that is wrong: its name, what is wrong, what to do, never its value."""
    wrong = _wrong(config, schema)
    sound = {name: value for name, value in config.items() if name not in wrong}
    return [
        *chain.from_iterable(wrong.values()),
        *_missing(config, credentials),
        *_contradictions(sound, credentials),
    ]


def type_faults(config: Config, schema: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each setting of the wrong type; missing and contradictory ones are not looked for."""
    return list(chain.from_iterable(_wrong(config, schema).values()))


def _wrong(config: Config, schema: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the faults of each wrong setting, by its name."""
    settings = schema["properties"]
    found = {name: _faults_of(name, value, settings.get(name), settings) for name, value in config.items()}
    return {name: faults for name, faults in found.items() if faults}


def _faults_of(name: str, value: object, setting: Mapping[str, Any] | None, known: Iterable[str]) -> list[str]:
    if setting is None:
        return [f"`{name}` is not a setting{suggestion(name, known) or '; `tap-analytics --about` lists them'}"]
    if faults := faults_in(value, _plain(setting), name, _WORDING):
        return faults
    # Some token endpoints want the name of a tenant, or the grant, in the query.
    url = str(value).partition("?")[0] if name == "token_url" and "#" not in str(value) else str(value)
    if name in _URLS and (fault := _url_fault(url)):
        return [f"`{name}` {fault}"]
    if isinstance(value, str) and not _is_unicode(value):
        return [f"`{name}` must be text in UTF-8; check how it is encoded"]
    return []


def _plain(schema: Any) -> Any:  # noqa: ANN401 - a part of a schema may be anything
    """Return the schema of a setting without titles, which would be shown as what fits, and with a valid `anyOf`.

    The `anyOf` of the SDK's own `stream_maps` contains a bare "null", which is no schema.
    """
    if not isinstance(schema, dict):
        return schema
    plain = {name: _plain(part) for name, part in schema.items() if name != "title" or not isinstance(part, str)}
    if isinstance(alternatives := schema.get("anyOf"), list):
        plain["anyOf"] = [_plain(each) for each in alternatives if isinstance(each, dict)]
    return plain


def _url_fault(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not a URL; write it like `https://api.example.com`"
    if parts.scheme not in {"http", "https"}:
        return "must begin with `https://` or `http://`"
    if not host or any(character.isspace() for character in url):
        return "is not a URL; write it like `https://api.example.com`"
    if "?" in url or "#" in url:
        return "must have no query string; the key belongs in `api_key`"
    if parts.username is not None or parts.password is not None:
        return "must have no user name or password in it; send them by `headers`"
    return None


def _missing(config: Config, credentials: Credentials) -> Iterator[str]:
    if "api_url" not in config:
        yield "`api_url` is missing; set it to the base URL of the API, such as `https://api.example.com`"
    yield from credentials.missing(config)


def _contradictions(config: Config, credentials: Credentials) -> Iterator[str]:
    start, end = config.get("start_date"), config.get("end_date")
    if start and end and parse_date(start) >= parse_date(end):  # type: ignore[operator] # both were parsed before
        yield "`start_date` must be before `end_date`"
    yield from credentials.faults(config)
    if not fits_header(config.get("user_agent", "")):
        yield "`user_agent` has characters that an HTTP header cannot carry"
    if not all(is_header_name(name) and fits_header(value) for name, value in config.get("headers", {}).items()):
        yield "`headers` has a name or value with characters that an HTTP header cannot carry"
    yield from _same_names(config, credentials.query_settings(config))


def _same_names(config: Config, more: Iterable[str]) -> Iterator[str]:
    used: dict[str, str] = {}
    for setting in (*_PARAMS, *more):
        if (param := config.get(setting)) in used:
            yield f"`{used[param]}` and `{setting}` name the same query parameter; give each its own"
        elif param is not None:
            used[param] = setting


def _is_unicode(text: str) -> bool:
    """Return whether text can be encoded; Python cannot encode bytes of the environment that are not UTF-8."""
    return not re.search(r"[\ud800-\udfff]", text)
