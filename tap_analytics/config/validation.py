"""Settings as given -> settings as used: text made numbers, or every fault told at once, with no value shown."""

from __future__ import annotations

import difflib
import json
import math
import os
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from tap_analytics.config.headers import fits_header, is_header_name
from tap_analytics.instants import parse_date, rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Config = dict[str, Any]

_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off")
_DATES = ("start_date", "end_date")
_URLS = ("api_url", "token_url")
_KINDS = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a JSON object",
    "array": "a JSON array",
    "string": "text",
}
_AS_DESCRIBED = "as `tap-analytics --about` describes it"
_PARAMS = ("limit_param", "offset_param", "start_param", "end_param")


class Credentials(Protocol):
    """What the kinds of credentials that there are say of the settings, in sentences as `faults` returns them."""

    def missing(self, config: Config) -> Iterable[str]:
        """Return a sentence where credentials are missing, in part or altogether, or where there are too many."""

    def faults(self, config: Config) -> Iterable[str]:
        """Return a sentence for each thing that is wrong with settings whose types are right."""

    def query_settings(self, config: Config) -> Iterable[str]:
        """Return the settings that name a query parameter in which a credential is sent."""


def from_environment(schema: Mapping[str, Any], prefix: str) -> Config:
    """Return the settings found in the environment, as text: `TAP_ANALYTICS_PAGE_SIZE` is `page_size`."""
    names = {prefix + name.upper(): name for name in schema["properties"]}
    return {name: os.environ[variable] for variable, name in names.items() if variable in os.environ}


def normalize(given: Mapping[str, Any], schema: Mapping[str, Any]) -> Config:
    """Return the settings with defaults in, numbers in text made numbers, dates in UTC, URLs without end slash.

    A value that does not fit its setting is left as it is, for `faults` to tell.
    """
    properties = schema["properties"]
    defaults = {name: setting["default"] for name, setting in properties.items() if "default" in setting}
    present = {name: value for name, value in given.items() if value is not None and value != ""}
    config = defaults | {name: _coerce(value, properties.get(name, {})) for name, value in present.items()}
    for name in _DATES:
        if isinstance(date := config.get(name), str) and (moment := parse_date(date)):
            config[name] = rfc3339(moment)
    for name in _URLS:
        if isinstance(url := config.get(name), str):
            config[name] = url.strip().rstrip("/")
    return config


def faults(config: Config, schema: Mapping[str, Any], credentials: Credentials) -> list[str]:
    """Return a sentence for each setting that is wrong: its name, what is wrong, what to do, never its value."""
    properties = schema["properties"]
    wrong = {
        name: fault
        for name, value in config.items()
        if (fault := _fault(name, value, properties.get(name), list(properties)))
    }
    sound = {name: value for name, value in config.items() if name not in wrong}
    return [*wrong.values(), *_missing(config, credentials), *_contradictions(sound, credentials)]


def _coerce(value: Any, setting: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a setting may be anything
    kinds = setting.get("type", [])
    is_text = isinstance(value, str)
    if "integer" in kinds and not (is_text and "string" in kinds):
        return _integer(value)
    if "number" in kinds and not (is_text and "string" in kinds):
        return _number(value)
    if not isinstance(value, str):
        # YAML reads `off` as false.
        return "off" if value is False and "off" in setting.get("enum", ()) else value
    if "boolean" in kinds and value.lower() in (*_TRUE, *_FALSE):
        return value.lower() in _TRUE
    if "object" in kinds or "array" in kinds:
        return _parsed(value)
    return value


def _integer(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,18}\s*", value):
        return int(value)
    number = _number(value)
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _number(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    except OverflowError:
        return math.inf
    return value if isinstance(value, str) and not math.isfinite(number) else number


def _parsed(text: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _fault(name: str, value: object, setting: Mapping[str, Any] | None, known: list[str]) -> str | None:
    if setting is None:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else "`tap-analytics --about` lists them"
        return f"`{name}` is not a setting; {hint}"
    if error := best_match(Draft7Validator(_repaired(setting)).iter_errors(value)):
        # In a setting that is secret, a name within it may be a secret that was pasted into the wrong place.
        place = "" if setting.get("secret") else "".join(f".{key}" for key in error.absolute_path)
        return f"`{name}{place}` must be {_expected(error.schema if place else setting)}"
    if (isinstance(value, float) and not math.isfinite(value)) or (name in _DATES and parse_date(str(value)) is None):
        return f"`{name}` must be {_expected(setting)}"
    if name in _URLS and (fault := _url_fault(str(value))):
        return f"`{name}` {fault}"
    if isinstance(value, str) and not _is_unicode(value):
        return f"`{name}` must be text in UTF-8; check how it is encoded"
    return None


def _repaired(schema: Any) -> Any:  # noqa: ANN401
    """Return a schema without the alternatives that are none: the SDK's own `stream_maps` has a bare "null" in it."""
    if not isinstance(schema, dict):
        return schema
    repaired = {name: _repaired(part) for name, part in schema.items()}
    if isinstance(alternatives := schema.get("anyOf"), list):
        repaired["anyOf"] = [_repaired(each) for each in alternatives if isinstance(each, dict)]
    return repaired


def _expected(setting: Mapping[str, Any]) -> str:
    """Return what a setting accepts, in words."""
    if "enum" in setting:
        return "one of " + ", ".join(f"`{value}`" for value in setting["enum"])
    if setting.get("format") == "date-time":
        return "a date such as `2024-01-31` or `2024-01-31T12:00:00Z`"
    kind = next((words for name, words in _KINDS.items() if name in setting.get("type", [])), "")
    values = setting.get("additionalProperties")
    if kind == _KINDS["object"] and isinstance(values, dict) and values.get("type") == ["string"]:
        return f"{kind} whose values are text"
    if "minimum" in setting and "maximum" in setting:
        return f"{kind} from {setting['minimum']} to {setting['maximum']}"
    if "minimum" in setting:
        return f"{kind} of {setting['minimum']} or more"
    return (
        f"{kind} greater than {setting['exclusiveMinimum']}" if "exclusiveMinimum" in setting else kind or _AS_DESCRIBED
    )


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
    """Return whether text can be encoded: half a surrogate pair cannot, nor what was no UTF-8 in the environment."""
    return not re.search(r"[\ud800-\udfff]", text)
