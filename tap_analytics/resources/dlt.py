"""A configuration in dlt's own shape, `client` and `resources` -> settings of the tap."""

from __future__ import annotations

import json
import os
import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.config.faults import TEXT, faults_in, object_of, without_nulls
from tap_analytics.config.nesting import MOST_LEVELS, MOST_VALUES, nesting_fault
from tap_analytics.http.authenticators import AUTHENTICATORS
from tap_analytics.resources.dlt_auth import AUTHS, NO_SESSION
from tap_analytics.resources.vocabulary import HEADERS, paginator_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Config = dict[str, Any]

# Upper case only, as variables are named: a password that begins with `$` is seldom such a name, and a fault shows it.
_VARIABLE = re.compile(r"\$(?:\{(?P<braced>[A-Z_][A-Z0-9_]*)\}|(?P<plain>[A-Z_][A-Z0-9_]*))")

CLIENT = object_of(
    base_url=TEXT,
    headers=HEADERS,
    auth={"type": "object", "title": "an object with its `type`, or the name of a type"},
    paginator={"type": "object", "title": "the name of a paginator, or an object with its `type`"},
    session=NO_SESSION,
) | {"required": ["base_url"]}

_AUTH_TYPE = {"enum": list(AUTHS)}
_CREDENTIALS = (*AUTHENTICATORS.credentials, "api_key_location")


def load(path: str | Path) -> Config:
    """Return the configuration in a JSON or YAML file; dates in YAML stay text, as in JSON.

    Raises:
        ConfigValidationError: The file cannot be read, or holds no object. What is in it is not shown.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
        config = json.loads(text) if _is_json(file, text) else _from_yaml(text)
    except OSError as error:
        fault = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        fault = "is not text in UTF-8"
    except json.JSONDecodeError as error:
        fault = f"is not JSON: line {error.lineno}, column {error.colno}"
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        fault = f"is not YAML{f': line {mark.line + 1}, column {mark.column + 1}' if mark else ''}"
    except RecursionError:
        fault = f"is nested more than {MOST_LEVELS} levels deep"
    except ConfigValidationError as error:
        fault = str(error)
    except ValueError:
        fault = "is not a configuration; write it as a JSON or YAML object"
    else:
        if isinstance(config, dict):
            return config
        fault = "is not a configuration; write it as a JSON or YAML object"
    message = f"`{file}` {fault}"
    raise ConfigValidationError(message)


def translate(config: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> tuple[Config, list[str]]:
    """Return a configuration in dlt's shape as settings of the tap, and a sentence for each thing that is wrong.

    One without `client` comes back as it is. A secret, or the value of a header, that is `$NAME` or `${NAME}` as a
    whole is taken from the environment.
    """
    if "client" not in config:
        return dict(config), []
    rest = {name: value for name, value in config.items() if name != "client"}
    variables = os.environ if environment is None else environment
    client, faults = _filled(_long(config["client"]), "client", variables)
    faults += _client_faults(client)
    if faults:
        return rest, faults
    flat = _connection(client, keyless=not any(rest.get(name) for name in _CREDENTIALS))
    faults += [
        f"`{name}` is set, and `client` says it too; remove one of them"
        for name in flat
        if rest.get(name) not in (None, "", {})
    ]
    rest, wrong = _with_resources(rest, client.get("paginator"), variables)
    return rest | flat, faults + wrong


def _is_json(file: Path, text: str) -> bool:
    return file.suffix == ".json" or (file.suffix not in {".yaml", ".yml"} and text.lstrip()[:1] in {"{", "["})


def _from_yaml(text: str) -> Any:  # noqa: ANN401 - YAML may be anything
    """Return what a YAML document holds.

    Raises:
        ConfigValidationError: It is too large, with all that its aliases stand for, or too deep.
    """
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if fault := nesting_fault(node, _yaml_children, most=MOST_VALUES):
            raise ConfigValidationError(fault)
        return None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _yaml_children(node: object) -> Iterable[Any]:
    if isinstance(node, yaml.MappingNode):
        return chain.from_iterable(node.value)
    return node.value if isinstance(node, yaml.SequenceNode) else ()


class _Loader(yaml.SafeLoader):
    """Reads YAML to what JSON can say: a date stays the text that it is written as."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the name and the type are those of the base class
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _long(client: object) -> Any:  # noqa: ANN401 - what is no object is told as such
    """Return the client with `auth` and `paginator` as objects; a type that is not named is `bearer`, as in dlt."""
    if not isinstance(client, dict):
        return client
    words = without_nulls(client)
    for key in ("auth", "paginator"):
        if isinstance(words.get(key), str):
            words[key] = {"type": words[key]}
    if isinstance(words.get("auth"), dict):
        words["auth"] = {"type": "bearer"} | without_nulls(words["auth"])
    return words


def _filled(words: Any, place: str, variables: Mapping[str, str]) -> tuple[Any, list[str]]:  # noqa: ANN401
    """Return `headers` and the secrets of `auth` with their values from the environment."""
    faults: list[str] = []
    if not isinstance(words, dict):
        return words, faults
    filled = dict(words)
    for part in ("auth", "headers"):
        if not isinstance(given := words.get(part), dict):
            continue
        filled[part] = dict(given)
        for key, value in given.items():
            match = _VARIABLE.fullmatch(value) if isinstance(value, str) else None
            if match is None or (part == "auth" and not _is_secret(key)):
                continue
            name = match["braced"] or match["plain"]
            if variables.get(name):
                filled[part][key] = variables[name]
            else:
                faults.append(f"`{place}.{part}` needs the environment variable `{name}`, which is not set")
    return filled, faults


def _is_secret(key: object) -> bool:
    return any(auth.schema["properties"].get(key, {}).get("writeOnly") for auth in AUTHS.values())


def _client_faults(client: object) -> Iterator[str]:
    yield from faults_in(client, CLIENT | {"title": "an object"}, "client")
    if not isinstance(client, dict):
        return
    if isinstance(client.get("paginator"), dict):
        yield from paginator_faults(client["paginator"], "client.paginator")
    if not isinstance(auth := client.get("auth"), dict):
        return
    if auth["type"] == "api_key" and auth.get("location") == "cookie":
        yield "`client.auth.location` is not supported: a key goes into a header or the query, not into a cookie"
    elif not isinstance(auth["type"], str) or auth["type"] not in AUTHS:
        yield from faults_in(auth["type"], _AUTH_TYPE, "client.auth.type")
    else:
        yield from faults_in(_without_type(auth), AUTHS[auth["type"]].schema, "client.auth")
    if {"access_token_url", "token_url"} <= auth.keys():
        yield "`client.auth.access_token_url` and `client.auth.token_url` are both set; remove one of them"
    names = client["headers"] if isinstance(client.get("headers"), dict) else {}
    if auth["type"] == "http_basic" and any(str(name).lower() == "authorization" for name in names):
        yield "`client.headers` sets `Authorization`, and `client.auth` sets it too; remove one of them"


def _without_type(words: Config) -> Config:
    return {key: value for key, value in words.items() if key != "type"}


def _connection(client: Config, *, keyless: bool) -> Config:
    """Return the settings that a sound client stands for."""
    auth = client.get("auth")
    said: Config = AUTHS[auth["type"]].settings(auth) if auth else {"api_key_location": "none" if keyless else None}
    headers = {**client.get("headers", {}), **said.pop("headers", {})} or client.get("headers")
    return without_nulls({"api_url": client["base_url"], "headers": headers} | said)


def _with_resources(rest: Config, paginator: object, variables: Mapping[str, str]) -> tuple[Config, list[str]]:
    """Return the resources as dlt means them: a path is the name unless it is said, a paginator that of the client."""
    words = dict(rest)
    faults: list[str] = []
    defaults = words.get("resource_defaults") or {}
    if isinstance(defaults, dict):
        defaults, faults = _entry_filled(defaults, "resource_defaults", variables)
        if paginator is not None:
            endpoint = defaults.get("endpoint") or {}
            below = (
                {"paginator": paginator, "path": endpoint} if isinstance(endpoint, str) else {"paginator": paginator}
            )
            defaults["endpoint"] = below | endpoint if isinstance(endpoint, dict) else below
        words["resource_defaults"] = defaults
    if isinstance(entries := words.get("resources"), list):
        words["resources"] = []
        for index, raw in enumerate(entries):
            entry, wrong = _entry_filled(_with_path(raw), f"resources[{index}]", variables)
            words["resources"].append(entry)
            faults += wrong
    return words, faults


def _with_path(raw: object) -> object:
    """Return an entry that says its path: in dlt no resource is built in, whatever its name."""
    entry = {"name": raw} if isinstance(raw, str) else raw
    if not isinstance(entry, dict) or not isinstance(name := entry.get("name"), str):
        return entry
    endpoint = entry.get("endpoint") or {}
    return entry | {"endpoint": {"path": name} | without_nulls(endpoint)} if isinstance(endpoint, dict) else entry


def _entry_filled(entry: Any, place: str, variables: Mapping[str, str]) -> tuple[Any, list[str]]:  # noqa: ANN401
    if not isinstance(entry, dict) or not isinstance(entry.get("endpoint"), dict):
        return dict(entry) if isinstance(entry, dict) else entry, []
    endpoint, faults = _filled(entry["endpoint"], f"{place}.endpoint", variables)
    return entry | {"endpoint": endpoint}, faults
