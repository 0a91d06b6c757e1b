"""Settings as given -> settings as used, or a sentence for each fault in them, with no value shown."""

from __future__ import annotations

import os
import re
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tap_analytics.config.coercion import coerce
from tap_analytics.config.faults import Wording, faults_in, suggestion
from tap_analytics.instants import parse_date, rfc3339
from tap_analytics.json_types import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Config = dict[str, Any]

_DATES = ("start_date", "end_date")
_URLS = ("api_url", "token_url")
_PARAMS = ("limit_param", "offset_param", "start_param", "end_param")

# A setting may come from the environment, where lists and objects are written as JSON.
_WORDING = Wording(types={**WORDS, "object": "a JSON object", "array": "a JSON array"}, has_suggestions=False)


def from_environment(schema: Mapping[str, Any], prefix: str) -> Config:
    """Return the settings found in the environment, as text: `TAP_ANALYTICS_PAGE_SIZE` is `page_size`."""
    names = {prefix + name.upper(): name for name in schema["properties"]}
    return {name: os.environ[variable] for variable, name in names.items() if variable in os.environ}


def normalize(given: Mapping[str, Any], schema: Mapping[str, Any]) -> Config:
    """Return the settings as they are used: with defaults, numbers as numbers, dates in UTC, URLs without end slash.

    A value that does not fit its setting stays as it is, for `faults` to name.
    """
    defaults = {name: setting["default"] for name, setting in schema["properties"].items() if "default" in setting}
    present = {name: value for name, value in given.items() if value is not None and value != ""}
    config = defaults | coerce(present, schema)
    for name in _DATES:
        if isinstance(date := config.get(name), str) and (moment := parse_date(date)):
            config[name] = rfc3339(moment)
    for name in _URLS:
        if isinstance(url := config.get(name), str):
            config[name] = url.strip().rstrip("/")
    return config


def faults(config: Config, schema: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each setting that is wrong: its name, what is wrong, what to do, never its value."""
    settings = schema["properties"]
    wrong = {
        name: found
        for name, value in config.items()
        if (found := _faults_of(name, value, settings.get(name), settings))
    }
    sound = {name: value for name, value in config.items() if name not in wrong}
    return [*chain.from_iterable(wrong.values()), *_missing(config), *_contradictions(sound)]


def _faults_of(name: str, value: object, setting: Mapping[str, Any] | None, known: Iterable[str]) -> list[str]:
    if setting is None:
        return [f"`{name}` is not a setting{suggestion(name, known) or '; `tap-analytics --about` lists them'}"]
    if faults := faults_in(value, _plain(setting), name, _WORDING):
        return faults
    if name in _URLS and (fault := _url_fault(str(value))):
        return [f"`{name}` {fault}"]
    if isinstance(value, str) and not _is_unicode(value):
        return [f"`{name}` must be text in UTF-8; check how it is encoded"]
    return []


def _plain(schema: Any) -> Any:  # noqa: ANN401 - a part of a schema may be anything
    """Return the schema of a setting without titles, which are names here, and with nothing but schemas in its `anyOf`.

    The SDK's own `stream_maps` has a bare "null" among its alternatives.
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


def _missing(config: Config) -> Iterator[str]:
    if "api_url" not in config:
        yield "`api_url` is missing; set it to the base URL of the API, such as `https://api.example.com`"
    keyless = config.get("api_key_location") == "none"
    oauth = {name for name in ("client_id", "client_secret") if name in config}
    if "api_key" in config and oauth:
        yield f"`api_key` and {_listed(oauth)} are both set; set one kind of credentials only"
    elif keyless and (oauth or "api_key" in config):
        yield f"`api_key_location` is `none`, but {_listed(oauth or {'api_key'})} is set; remove one of them"
    elif len(oauth) == 1:
        (absent,) = {"client_id", "client_secret"} - oauth
        yield f"`{absent}` is missing; OAuth2 needs both `client_id` and `client_secret`"
    elif not keyless and not oauth and "api_key" not in config:
        yield (
            "credentials are missing; set `api_key`, or `client_id` and `client_secret` "
            "(for an API that wants no key, set `api_key_location` to `none`)"
        )


def _contradictions(config: Config) -> Iterator[str]:
    start, end = config.get("start_date"), config.get("end_date")
    if start and end and parse_date(start) >= parse_date(end):  # type: ignore[operator] # both were parsed before
        yield "`start_date` must be before `end_date`"
    if config.get("api_key_location") == "header" and not _is_token(config.get("api_key_name", "")):
        yield "`api_key_name` must be the name of an HTTP header, such as `X-Api-Key`"
    if config.get("api_key_location") in {"header", "bearer"} and not fits_header(config.get("api_key", "")):
        yield "`api_key` has characters that no HTTP header can carry; check it for line breaks and spaces at its ends"
    if not fits_header(config.get("user_agent", "")):
        yield "`user_agent` has characters that an HTTP header cannot carry"
    if not all(_is_token(name) and fits_header(value) for name, value in config.get("headers", {}).items()):
        yield "`headers` has a name or value with characters that an HTTP header cannot carry"
    yield from _same_names(config)


def _same_names(config: Config) -> Iterator[str]:
    used: dict[str, str] = {}
    names = [*_PARAMS, *(["api_key_name"] if "api_key" in config and config.get("api_key_location") == "query" else [])]
    for setting in names:
        if (param := config.get(setting)) in used:
            yield f"`{used[param]}` and `{setting}` name the same query parameter; give each its own"
        elif param is not None:
            used[param] = setting


def fits_header(value: str) -> bool:
    """Return whether an HTTP header can carry the text as its value."""
    return value == value.strip() and re.fullmatch(r"[\t\x20-\x7e\x80-\xff]*", value) is not None


def _is_token(name: str) -> bool:
    return re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) is not None


def _is_unicode(text: str) -> bool:
    """Return whether text can be encoded; bytes of the environment that are no UTF-8 cannot."""
    return not re.search(r"[\ud800-\udfff]", text)


def _listed(names: Iterable[str]) -> str:
    return " and ".join(f"`{name}`" for name in sorted(names))
