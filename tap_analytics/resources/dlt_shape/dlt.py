"""Translates a configuration in dlt's own shape, `client` and `resources`, to settings of the tap."""

from __future__ import annotations

import json
import os
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.config.faults import TEXT, faults_in, object_of, without_nulls
from tap_analytics.config.nesting import MOST_LEVELS, MOST_VALUES, nesting_fault
from tap_analytics.http.auth.authenticators import AUTHENTICATORS
from tap_analytics.resources.code import is_code
from tap_analytics.resources.declaration import dlt_auth
from tap_analytics.resources.declaration.vocabulary import (
    HEADERS,
    paginator_faults,
    without_null_options,
)
from tap_analytics.resources.dlt_shape import dlt_session, foreign
from tap_analytics.resources.dlt_shape.dlt_entries import with_resources, without_unknown
from tap_analytics.resources.dlt_shape.dlt_maximum import with_whole_pages
from tap_analytics.resources.dlt_shape.dlt_names import NAMES, credentials, of_settings
from tap_analytics.resources.dlt_shape.translation import Translation
from tap_analytics.resources.dlt_shape.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Config = dict[str, Any]

CLIENT = object_of(
    base_url=TEXT,
    headers=HEADERS,
    auth={"type": "object", "title": "an object with its `type`, or the name of a type"},
    paginator={"type": "object", "title": "the name of a paginator, or an object with its `type`"},
    session=object_of(
        **{name: {} for name in dlt_session.SETTINGS}, **{name: {} for name in dlt_session.WITHOUT_EFFECT}
    )
    | {"title": 'an object, such as `{"timeout": 60}`, or code such as `steps.py:session`'},
) | {"required": ["base_url"]}

_CREDENTIALS = (*AUTHENTICATORS.credentials, "api_key_location")


def load(path: str | Path) -> Config:
    """Return the configuration in a JSON or YAML file; dates in YAML stay text, as in JSON.

    Raises:
        ConfigValidationError: The file cannot be read, or holds no object. The message quotes nothing of it.
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


def translate(config: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Translation:
    """Return a configuration in dlt's shape as settings of the tap."""
    rest = {name: value for name, value in config.items() if name != "client"}
    variables = Variables(os.environ if environment is None else environment)
    told = Translation(rest, secrets=variables.secrets, names=NAMES)
    client = without_unknown(_long(config["client"]), CLIENT, "client", told)
    if isinstance(client, dict):
        client = {key: variables.fill(part, f"client.{key}") for key, part in client.items()}
        told.names_of_faults, told.credentials = of_settings(client, rest), credentials(client)
        told.names = {**NAMES, "api_key": told.names_of_faults.get("api_key", "api_key")}
    wrong = list(_client_faults(client))
    wrong += foreign.advice(config["client"], rest.get("resource_defaults"), rest.get("resources"))
    is_sound = not wrong and not variables.faults
    flat = _connection(client, keyless=not any(rest.get(name) for name in _CREDENTIALS)) if is_sound else {}
    wrong += [
        f"`{name}` is set, and `client` says it too; remove one of them"
        for name in flat
        if rest.get(name) not in (None, "", {})
    ]
    told.settings = with_resources(rest, _lent(client) if is_sound else {}, variables, told) | flat
    told.faults = [*variables.faults, *wrong]
    return told


def _is_json(file: Path, text: str) -> bool:
    return file.suffix == ".json" or (file.suffix not in {".yaml", ".yml"} and text.lstrip()[:1] in {"{", "["})


def _from_yaml(text: str) -> Any:  # noqa: ANN401 - YAML may be anything
    """Return what a YAML document holds.

    Raises:
        ConfigValidationError: It is too large, counting its aliases, or too deep.
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
    """Reads YAML into values of JSON: a date stays the text that is written."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the name and the type are those of the base class
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _long(client: object) -> Any:  # noqa: ANN401 - what is no object is told as such
    """Return the client with `auth` and `paginator` as objects; `auth` without a type is `bearer`, as in dlt."""
    if not isinstance(client, dict):
        return client
    words = without_nulls(client)
    for key in ("auth", "paginator"):
        if isinstance(words.get(key), str):
            words[key] = {"type": words[key]}
    if isinstance(paginator := words.get("paginator"), dict):
        words["paginator"] = with_whole_pages(without_null_options(paginator))
    if isinstance(words.get("auth"), dict):
        words["auth"] = {"type": "bearer"} | without_nulls(words["auth"])
    return words


def _client_faults(client: object) -> Iterator[str]:
    if isinstance(client, dict) and is_code(client.get("session")):
        client = {key: part for key, part in client.items() if key != "session"}
    yield from faults_in(client, CLIENT | {"title": "an object"}, "client")
    if not isinstance(client, dict):
        return
    if isinstance(client.get("paginator"), dict):
        yield from paginator_faults(client["paginator"], "client.paginator")
    if not isinstance(auth := client.get("auth"), dict):
        return
    yield from dlt_auth.faults(auth, "client.auth")
    names = client["headers"] if isinstance(client.get("headers"), dict) else {}
    if auth["type"] == "http_basic" and any(str(name).lower() == "authorization" for name in names):
        yield "`client.headers` sets `Authorization`, and `client.auth` sets it too; remove one of them"


def _connection(client: Config, *, keyless: bool) -> Config:
    """Return the settings that a sound client stands for."""
    auth = client.get("auth")
    unsigned = {"api_key_location": "none" if keyless else None}
    said = dlt_auth.settings(auth) if auth and not _is_own(auth) else unsigned
    return without_nulls(
        {"api_url": client["base_url"], "headers": client.get("headers")} | dlt_session.settings(client) | said
    )


def _lent(client: Config) -> Config:
    """Return the words of a client that go to each resource: its paginator, and code that signs requests."""
    lent = {"paginator": client.get("paginator")}
    if _is_own(client.get("auth")):
        lent["auth"] = client["auth"]
    return without_nulls(lent)


def _is_own(auth: object) -> bool:
    return isinstance(auth, dict) and is_code(auth.get("type"))
