"""Translates the resources of a configuration in dlt's shape to entries of the tap with the same meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.config.faults import Schema, suggestion, without_nulls
from tap_analytics.resources import columns
from tap_analytics.resources.code import is_code
from tap_analytics.resources.declaration import dlt_auth
from tap_analytics.resources.declaration.vocabulary import DEFAULTS, ENDPOINT, RESOURCE
from tap_analytics.resources.dlt_shape.dlt_maximum import with_whole_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.resources.dlt_shape.translation import Translation
    from tap_analytics.resources.dlt_shape.variables import Variables

Config = dict[str, Any]

# The parts of an endpoint that may hold variables, and whether braces are placeholders there.
_FILLED = {
    "path": True,
    "params": True,
    "headers": True,
    "json": True,
    "data": True,
    "auth": False,
    "incremental": False,
}


def with_resources(rest: Config, lent: Config, variables: Variables, told: Translation) -> Config:
    """Return the resources as dlt means them: the default path is the name, and words of the client apply to each."""
    words = dict(rest)
    defaults = words.get("resource_defaults") or {}
    if isinstance(defaults, dict):
        defaults = _prepare(defaults, "resource_defaults", DEFAULTS, variables, told)
        if lent:
            endpoint = defaults.get("endpoint") or {}
            endpoint = {"path": endpoint} if isinstance(endpoint, str) else endpoint
            defaults["endpoint"] = lent | dlt_auth.with_null_auth(endpoint) if isinstance(endpoint, dict) else lent
        words["resource_defaults"] = defaults
    if isinstance(entries := words.get("resources"), list):
        places = [(raw, f"resources[{index}]") for index, raw in enumerate(entries)]
        entries = [_prepare(_with_path(raw), place, RESOURCE, variables, told) for raw, place in places]
        entries = [_apart(entry, defaults) for entry in entries]
        words["resources"] = [_with_disposition(entry, defaults, told) for entry in entries]
    return words


def _apart(entry: Any, defaults: Any) -> Any:  # noqa: ANN401
    """Return an entry that the defaults do not apply to if it is code with its own records, as in dlt."""
    is_own = isinstance(entry, dict) and isinstance(defaults, dict) and is_code(entry.get("values"))
    return dict.fromkeys(defaults) | entry if is_own else entry


def _with_path(raw: object) -> object:
    """Return an entry with its path: dlt has no built-in resources, so that the name alone says nothing more.

    An entry that is code gives its records itself, and is selected like any other.
    """
    if is_code(raw):
        return {"name": str(raw).rpartition(":")[2], "values": raw, "selected": True}
    entry = {"name": raw} if isinstance(raw, str) else raw
    if not isinstance(entry, dict) or not isinstance(name := entry.get("name"), str):
        return entry
    if is_code(code := entry.get("python")):
        return {"values": code, "selected": True} | {key: part for key, part in entry.items() if key != "python"}
    endpoint = entry.get("endpoint")
    endpoint = {"path": endpoint} if isinstance(endpoint, str) else endpoint or {}
    if not isinstance(endpoint, dict):
        return entry
    return entry | {"endpoint": {"path": name} | without_nulls(dlt_auth.with_null_auth(endpoint))}


def _prepare(entry: Any, place: str, schema: Schema, variables: Variables, told: Translation) -> Any:  # noqa: ANN401
    """Return an entry with the variables of the environment filled in, and without unknown keys."""
    if not isinstance(entry, dict):
        return entry
    entry = without_unknown(entry, schema, place, told)
    if not isinstance(endpoint := entry.get("endpoint"), dict):
        return entry
    endpoint = without_unknown(endpoint, ENDPOINT, f"{place}.endpoint", told)
    filled = {
        key: variables.fill(part, f"{place}.endpoint.{key}", is_template=_FILLED[key]) if key in _FILLED else part
        for key, part in endpoint.items()
    }
    if "paginator" in filled:
        filled["paginator"] = with_whole_pages(filled["paginator"])
    return entry | {"endpoint": filled}


def without_unknown(words: Any, schema: Schema, place: str, told: Translation) -> Any:  # noqa: ANN401
    """Return words without keys that dlt does not know: it ignores them, and so does the tap, with a warning."""
    if not isinstance(words, dict):
        return words
    known = schema["properties"]
    told.warnings += [
        f"`{place}.{key}` is not known, and changes nothing{suggestion(key, known)}"
        for key in words
        if key not in known
    ]
    return {key: value for key, value in words.items() if key in known}


def _with_disposition(entry: Any, defaults: Any, told: Translation) -> Any:  # noqa: ANN401
    """Return an entry that appends its rows if it should merge but has no key, as dlt does."""
    if not isinstance(entry, dict) or not isinstance(defaults, dict):
        return entry
    laid = defaults | entry
    way = laid.get("write_disposition")
    if _is_new_only(laid, defaults) and "replace" in (way, way.get("disposition") if isinstance(way, dict) else way):
        told.remarks.append(
            f"`{entry.get('name')}` replaces what is stored, so each sync reads all from `initial_value` on"
        )
    merges = way == "merge" or (isinstance(way, dict) and way.get("disposition") == "merge")
    if not merges or laid.get("primary_key") not in (None, "", [], [""]) or _marks_key(laid.get("columns")):
        return entry
    told.remarks.append(f"`{entry.get('name')}` has no `primary_key` to merge by; its rows are appended")
    return entry | {"write_disposition": "append"}


def _is_new_only(*entries: Mapping[str, Any]) -> bool:
    """Return whether any of these entries declares `incremental`."""
    endpoints = [endpoint for each in entries if isinstance(endpoint := each.get("endpoint"), dict)]
    return any(endpoint.get("incremental") for endpoint in endpoints)


def _marks_key(hints: object) -> bool:
    """Return whether columns mark a field as part of the primary key."""
    named = columns.by_name(hints)
    return isinstance(named, dict) and any(
        isinstance(each, dict) and each.get("primary_key") for each in named.values()
    )
