"""Turns an entry into its long form, in which each part is an object or a list, and numbers are numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.config.coercion import coerce
from tap_analytics.resources.code import is_code
from tap_analytics.resources.declaration import job_words
from tap_analytics.resources.declaration.vocabulary import (
    ACTION,
    INCREMENTAL,
    PAGINATORS,
    RESOURCE,
    without_null_options,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

Words = dict[str, Any]

# The key that plain text stands for, in words where dlt allows text in place of an object.
_SHORT_FOR = {"endpoint": "path", "paginator": "type", "write_disposition": "disposition"}


def long_form(raw: object) -> object:
    """Return an entry in its long form, with numbers as numbers; any other value stays as it is."""
    if not isinstance(raw, dict):
        return {"name": raw} if isinstance(raw, str) else raw
    keys = raw.get("primary_key")
    if keys in ("", [], [""]):  # dlt reads it as no key
        keys, raw = None, raw | {"primary_key": None}
    words = _long(raw | ({"primary_key": [keys]} if isinstance(keys, str) else {}), RESOURCE)
    if isinstance(words.get("endpoint"), dict):
        words["endpoint"] = _long_endpoint(words["endpoint"])
    return words


def _long_endpoint(raw: Words) -> Words:
    words = _long(raw, {"properties": {}})
    if isinstance(method := words.get("method"), str):
        words["method"] = method.upper()
    if isinstance(actions := words.get("response_actions"), list):
        words["response_actions"] = [_long_action(each) for each in actions]
    if isinstance(paginator := words.get("paginator"), dict):
        options = PAGINATORS.get(str(paginator.get("type")), {})
        known = {"properties": _any_option() | options.get("properties", {})}
        words["paginator"] = coerce(without_null_options(paginator), known)
    if isinstance(incremental := words.get("incremental"), dict):
        words["incremental"] = coerce(incremental, INCREMENTAL)
    if isinstance(job := words.get("job"), dict):
        words["job"] = job_words.long_form(job)
    if isinstance(empty := words.get("empty_when"), dict):
        words["empty_when"] = {key: _as_list(value, are_numbers=key == "status") for key, value in empty.items()}
    return words


def _long_action(raw: object) -> object:
    """Return an action as an object, in which code is a list."""
    action = {"action": raw} if is_code(raw) else raw
    if not isinstance(action, dict):
        return action
    return coerce(action | ({"action": [action["action"]]} if is_code(action.get("action")) else {}), ACTION)


def _as_list(value: object, *, are_numbers: bool) -> object:
    """Return a value of `empty_when` as a list, with numbers as numbers; YAML reads the word `null` as None."""
    if value is None:
        return None
    each = ["null" if one is None else one for one in (value if isinstance(value, list) else [value])]
    return [int(one) if are_numbers and isinstance(one, str) and one.isdecimal() else one for one in each]


def _any_option() -> Words:
    """Return the schemas of all options, since a paginator may get its type from the defaults."""
    return {name: schema for options in PAGINATORS.values() for name, schema in options.get("properties", {}).items()}


def _long(words: Words, schema: Mapping[str, Any]) -> Words:
    long = {
        key: {_SHORT_FOR[key]: value} if key in _SHORT_FOR and isinstance(value, str) else value
        for key, value in words.items()
    }
    return coerce(long, schema)
