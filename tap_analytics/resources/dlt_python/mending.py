"""Words that dlt does not have -> dlt's words, if the meaning is plain; others are named and left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.resources.declaration import vocabulary
from tap_analytics.resources.dlt_python import mending_auth, mending_paginator, mending_values, sessions
from tap_analytics.resources.dlt_python.notes import Notes
from tap_analytics.resources.dlt_python.values import Incremental, Text, Unknown, Words, text_of, variable
from tap_analytics.resources.dlt_shape import dlt, generated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.resources.dlt_python.values import Remark

_HARMLESS = frozenset({"description", "rate_limit", "schedule", "sync_mode", "sync_modes", "title"})
_AT_TOP = frozenset({"client", "resource_defaults", "resources"})


def mend(words: Words) -> list[Remark]:
    """Mend a configuration where it stands, and return what was done and what was left out."""
    notes = Notes()
    _fill_templates(words, "", notes)
    mending_values.name_by_key(words, "", notes)
    client, defaults = words.get("client"), words.get("resource_defaults")
    entries = words.get("resources")
    if isinstance(client, Words):
        _mend_client(client, words, notes)
    if isinstance(defaults, Words):
        _mend_entry(defaults, "resource_defaults", words, notes)
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, Words):
            _mend_entry(entry, f"resources[{index}]", words, notes)
            _find_parents(entry, f"resources[{index}]", entries or [], notes)
    for key in [key for key in words if key not in _AT_TOP | {"max_retries", "backoff_factor"}]:
        notes.unknown(words, key, "", loses=key not in _HARMLESS)
    return notes.remarks


def _mend_client(client: Words, words: Words, notes: Notes) -> None:
    notes.rename(client, generated.CLIENT, "client")
    if isinstance(address := client.get("base_url"), str):
        for name in generated.placeholders(address):
            sentence = f"`client.base_url` has `{{{name}}}`, which nothing fills; write its value"
            notes.say(client.line_of("base_url"), sentence, loses=True)
    _put_default_params(sessions.mend(client, notes), words)
    if isinstance(auth := client.get("auth"), Words):
        mending_auth.mend(auth, client, "client.auth", notes)
    if isinstance(paginator := client.get("paginator"), Words):
        _put_default_params(mending_paginator.mend(paginator, "client.paginator", notes), words)
    _mend_session(client, words, notes)
    if isinstance(params := client.pop("params", None), Words):
        notes.say(client.line_of("params"), "`client.params` are those of `resource_defaults.endpoint` in dlt's words")
        _put_default_params(params, words)
    _leave_out(client, dlt.CLIENT["properties"], "client", notes)


def _mend_session(client: Words, words: Words, notes: Notes) -> None:
    """Write how long to wait and how often to try again, if a client says it itself."""
    if isinstance(seconds := client.get("timeout"), int | float) and "session" not in client:
        line = client.line_of("timeout")
        del client["timeout"]
        client.put("session", Words({"timeout": seconds}, line=line), line)
        notes.say(line, "`client.timeout` belongs into `session`")
    for key in ("retry", "retries", "retry_policy", "retry_config"):
        if isinstance(retries := client.get(key), Words):
            del client[key]
            _mend_retries(retries, client, f"client.{key}", words, notes)


def _put_default_params(params: Words, words: Words) -> None:
    """Lay parameters below those of every endpoint."""
    if not params:
        return
    defaults = words.setdefault("resource_defaults", Words(line=words.line))
    if isinstance(defaults.get("endpoint"), str):
        defaults.put("endpoint", Words({"path": defaults["endpoint"]}, line=defaults.line_of("endpoint")))
    _put_params(params, defaults.setdefault("endpoint", Words(line=defaults.line)))


def _put_params(params: Words, endpoint: Words) -> None:
    if params:
        known = endpoint.get("params")
        below = Words(params, line=params.line, lines=params.lines)
        if isinstance(known, Words):
            below.take(known)
        endpoint.put("params", below, params.line)


def _mend_entry(entry: Words, place: str, words: Words, notes: Notes) -> None:
    notes.rename(entry, generated.RESOURCE, place)
    mending_values.mend_disposition(entry, place, notes)
    _move_into_endpoint(entry, place, notes)
    if isinstance(endpoint := entry.get("endpoint"), Words):
        _mend_endpoint(endpoint, f"{place}.endpoint", words, notes)
    _leave_out(entry, vocabulary.RESOURCE["properties"], place, notes)


def _move_into_endpoint(entry: Words, place: str, notes: Notes) -> None:
    beside = [key for key in generated.BESIDE_ENDPOINT if key in entry]
    if not beside:
        return
    endpoint = entry.setdefault("endpoint", Words(line=entry.line))
    if isinstance(endpoint, str):
        endpoint = Words({"path": endpoint}, line=entry.line_of("endpoint"))
        entry.put("endpoint", endpoint)
    if not isinstance(endpoint, Words):
        return
    for key in beside:
        line, value = entry.line_of(key), entry.pop(key)
        notes.say(line, f"`{place}.{key}` belongs into `endpoint`")
        if key not in endpoint:
            endpoint.put(key, value, line)


def _mend_endpoint(endpoint: Words, place: str, words: Words, notes: Notes) -> None:
    notes.rename(endpoint, generated.ENDPOINT, place)
    _mend_selector(endpoint, place, notes)
    if isinstance(new := endpoint.get("incremental"), Words):
        if isinstance(new, Incremental):
            new.pop("type", None)
        notes.rename(new, generated.INCREMENTAL, f"{place}.incremental")
        _leave_out(new, vocabulary.INCREMENTAL["properties"], f"{place}.incremental", notes)
    if isinstance(paginator := endpoint.get("paginator"), Words):
        _put_params(mending_paginator.mend(paginator, f"{place}.paginator", notes), endpoint)
    if isinstance(router := endpoint.get("partition_router"), Words):
        _mend_router(router, endpoint, f"{place}.partition_router", notes)
    if isinstance(params := endpoint.get("params"), Words):
        mending_values.mend_params(params, f"{place}.params", notes)
    _mend_handlers(endpoint, place, words, notes)
    if isinstance(actions := endpoint.get("response_actions"), list):
        mending_values.mend_actions(actions, f"{place}.response_actions", notes)
    _leave_out(endpoint, vocabulary.ENDPOINT["properties"], place, notes)


def _mend_selector(endpoint: Words, place: str, notes: Notes) -> None:
    """Write a list of names as one path; an empty list is the body itself."""
    selector = endpoint.get("data_selector")
    if isinstance(selector, list) and all(isinstance(name, str) for name in selector):
        endpoint.put("data_selector", ".".join(selector) or "$")
        notes.say(endpoint.line_of("data_selector"), f"`{place}.data_selector` is one path in dlt's words, not a list")


def _mend_router(router: Words, endpoint: Words, place: str, notes: Notes) -> None:
    """Write the parent of a resource as the parameter that is resolved from it."""
    parent, field, name = (router.get(key) for key in ("parent_stream", "parent_key", "partition_field"))
    if isinstance(parent, str) and isinstance(field, str) and isinstance(name, str):
        line = endpoint.line_of("partition_router")
        resolve = Words({"type": "resolve", "resource": parent, "field": field}, line=line)
        _put_params(Words({name: resolve}, line=line), endpoint)
        del endpoint["partition_router"]
        notes.say(line, f"`{place}` is a parameter of the type `resolve` in dlt's words")


def _mend_handlers(endpoint: Words, place: str, words: Words, notes: Notes) -> None:
    """Write how failures are handled: how often a request is tried again, or what is done with single responses."""
    handlers = endpoint.get("error_handler")
    if isinstance(handlers, Words):
        del endpoint["error_handler"]
        _mend_retries(handlers, endpoint, f"{place}.error_handler", words, notes)
    elif isinstance(handlers, list) and "response_actions" not in endpoint:
        endpoint.move("error_handler", "response_actions")
        line = endpoint.line_of("response_actions")
        notes.say(line, f"`{place}.error_handler` is `response_actions` in dlt's words")


def _mend_retries(retries: Words, endpoint: Words, place: str, words: Words, notes: Notes) -> None:
    """Write how often a request is tried again as settings of the tap, and other statuses as response actions."""
    for key in ("max_retries", "backoff_factor"):
        if isinstance(number := retries.get(key), int | float):
            words.put(key, max(number, words.get(key, number)), retries.line_of(key))
            notes.say(retries.line_of(key), f"`{place}.{key}` is the setting `{key}` of the tap, for all resources")
    statuses = retries.get("retry_on_status_codes")
    others = [
        status
        for status in (statuses if isinstance(statuses, list) else [])
        if isinstance(status, int) and status not in generated.RETRIED
    ]
    if others:
        line = retries.line_of("retry_on_status_codes")
        actions = [Words({"status_code": status, "action": "retry"}, line=line) for status in others]
        known = endpoint.get("response_actions")
        endpoint.put("response_actions", [*(known if isinstance(known, list) else []), *actions], line)
        notes.say(line, f"`{place}.retry_on_status_codes` has statuses that are `response_actions`")


def _find_parents(entry: Words, place: str, entries: list[Any], notes: Notes) -> None:
    """Name the parent for a placeholder that nothing fills, if its name is that of one resource."""
    endpoint = entry.get("endpoint")
    if not isinstance(endpoint, Words) or not isinstance(path := endpoint.get("path"), str):
        return
    params = endpoint.get("params")
    for name in generated.placeholders(path):
        if isinstance(params, Words) and name in params:
            continue
        stem = name.removesuffix("_id")
        parents = [
            each
            for each in entries
            if isinstance(each, Words) and each is not entry and each.get("name") in generated.plurals(stem)
        ]
        if stem != name and len(parents) == 1:
            key = parents[0].get("primary_key", "id")
            field = f"{{resources.{parents[0]['name']}.{key if isinstance(key, str) else 'id'}}}"
            endpoint.put("path", path := path.replace(f"{{{name}}}", field))
            notes.say(
                endpoint.line_of("path"), f"`{place}.endpoint.path` takes `{{{name}}}` from `{parents[0]['name']}`"
            )
        else:
            sentence = f"`{place}.endpoint.path` has `{{{name}}}`, which nothing fills; name its parent or its value"
            notes.say(endpoint.line_of("path"), sentence, loses=True)


def _fill_templates(value: Any, place: str, notes: Notes) -> None:  # noqa: ANN401 - any value
    """Make variables of templates that read a setting, at any depth."""
    for key, part, line in _children(value):
        at = f"{place}[{key}]" if isinstance(key, int) else f"{place}.{key}".removeprefix(".")
        if not isinstance(part, str):
            _fill_templates(part, at, notes)
        elif filled := _fill_template(part):
            notes.say(line, f"`{at}` is a template of another tool; its setting is a variable")
            value[key] = filled
        elif generated.TEMPLATE.search(part) and not at.endswith(("cursor_value", "stop_condition")):
            value[key] = Unknown(line, "is a template of another tool")


def _children(value: Any) -> Iterator[tuple[Any, Any, int]]:  # noqa: ANN401
    if isinstance(value, Words):
        yield from [(key, part, value.line_of(key)) for key, part in value.items()]
    elif isinstance(value, list):
        yield from ((index, part, getattr(part, "line", 0)) for index, part in enumerate(list(value)))


def _fill_template(text: str) -> str | Text | None:
    """Return text whose templates read settings only, with variables for them."""
    found = list(generated.OF_CONFIG.finditer(text))
    if not found or generated.TEMPLATE.search(generated.OF_CONFIG.sub("", text)):
        return None
    parts: list[Any] = []
    end = 0
    for each in found:
        parts += [text[end : each.start()], *variable(each["name"]).parts]
        end = each.end()
    return text_of([*parts, text[end:]])


def _leave_out(words: Words, known: Any, place: str, notes: Notes) -> None:  # noqa: ANN401 - names
    for key in [key for key in words if key not in known]:
        notes.unknown(words, key, place, loses=key not in _HARMLESS)
