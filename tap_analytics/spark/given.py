"""The configuration and the catalog that Spark is given: a file or JSON; keys come from the environment."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tap_analytics.http.auth.secrets import header_secrets, secrets
from tap_analytics.resources.dlt_shape.variables import pieces
from tap_analytics.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PREFIX = "TAP_ANALYTICS_"
# The settings whose values are secrets.
SECRETS = tuple(name for name, setting in SETTINGS["properties"].items() if setting.get("secret"))


def document(text: str) -> dict[str, Any]:
    """Return the JSON object in an option, or in the file that the option names.

    Raises:
        ValueError: There is no JSON object; the message says what to do.
    """
    is_inline = text.lstrip().startswith("{")
    try:
        words = json.loads(text if is_inline else Path(text).read_text(encoding="utf-8"))
    except OSError as error:
        message = f"cannot be read ({error.strerror}); it takes a path on the machine of the driver, or JSON"
        raise ValueError(message) from None
    except (ValueError, RecursionError):
        words = None
    if not isinstance(words, dict):
        message = "is not a JSON object"
        raise ValueError(message)  # noqa: TRY004 - it is the value that is wrong
    return words


def holds_secrets(given: Mapping[str, Any]) -> bool:
    """Return whether a secret is written in a configuration; the name of a variable of the environment is none."""
    plain = _without_variables(given)
    templates = (value for entry in _entries(plain) for value in _endpoint(entry, "headers").values())
    auths = ({"client": {"auth": _endpoint(entry, "auth")}} for entry in _entries(plain))
    accounts = plain.get("accounts")
    each_own = [each for each in accounts if isinstance(each, dict)] if isinstance(accounts, list) else []
    found = [*secrets(plain), *(text for each in (*auths, *each_own) for text in secrets(each))]
    return any(found) or any(map(any, header_secrets(map(str, templates))))


def with_environment(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration with the secrets that the environment of the driver holds under the names of settings."""
    if "client" in given:
        return dict(given)
    return dict(given) | {
        name: os.environ[PREFIX + name.upper()] for name in SECRETS if PREFIX + name.upper() in os.environ
    }


def variables_of(given: Mapping[str, Any], known: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables of the environment that a configuration names, as far as they are known."""
    return {name: known[name] for name in _names(given) if name in known}


def _names(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON may be anything
    """Give the names of variables in all texts of a value."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _names(part)
    elif isinstance(value, str) and "$" in value:
        yield from (name for _, name in pieces(value) if name)


def _without_variables(value: Any) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return a value without texts that consist of a variable of the environment."""
    if isinstance(value, dict):
        return {name: _without_variables(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_without_variables(part) for part in value]
    is_variable = isinstance(value, str) and "$" in value and not any(text for text, name in pieces(value) if not name)
    return "" if is_variable else value


def _entries(given: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give the entries of resources, and their defaults."""
    resources = given.get("resources")
    listed = [given.get("resource_defaults"), *(resources if isinstance(resources, list) else ())]
    yield from (entry for entry in listed if isinstance(entry, dict))


def _endpoint(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    endpoint = entry.get("endpoint")
    words = endpoint.get(name) if isinstance(endpoint, dict) else None
    return words if isinstance(words, dict) else {}
