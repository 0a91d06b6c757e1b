"""Settings as given -> settings as used: text made numbers, or every fault told at once, with no value shown."""

from __future__ import annotations

import difflib
import json
import math
import os
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

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


def faults(config: Config, schema: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each setting that is wrong: its name, what is wrong, what to do, never its value."""
    properties = schema["properties"]
    wrong = {
        name: fault
        for name, value in config.items()
        if (fault := _fault(name, value, properties.get(name), list(properties)))
    }
    sound = {name: value for name, value in config.items() if name not in wrong}
    return [*wrong.values(), *_missing(config), *_contradictions(sound)]


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
    """Return whether text can be encoded: half a surrogate pair cannot, nor what was no UTF-8 in the environment."""
    return not re.search(r"[\ud800-\udfff]", text)


def _listed(names: Iterable[str]) -> str:
    return " and ".join(f"`{name}`" for name in sorted(names))
