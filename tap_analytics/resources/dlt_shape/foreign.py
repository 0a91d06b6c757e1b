"""Whether a configuration has words of generated pages, which `from-dlt` writes as dlt has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_shape import generated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


_BESIDE_ENDPOINT = dict.fromkeys(generated.BESIDE_ENDPOINT, "endpoint")
_OF_ENDPOINT = {**generated.ENDPOINT, "error_handler": "response_actions", "partition_router": "params"}
_OF_PAGINATOR = {name: new for words in generated.PAGINATOR.values() for name, new in words.items()} | {
    "cursor_value": "cursor_path",
    "stop_condition": "has_more_path",
}


def advice(client: object, defaults: object, entries: object) -> Iterator[str]:
    """Give a sentence that says what to do, where a configuration has words of generated pages."""
    listed = entries if isinstance(entries, list) else []
    found = [*_of_client(client), *(word for entry in (defaults, *listed) for word in _of_entry(entry))]
    if names := ", ".join(f"`{word}`" for word in dict.fromkeys(found)):
        yield f"dlt does not have {names}; `tap-analytics from-dlt FILE` writes the configuration in words that it has"


def _of_client(client: object) -> Iterator[str]:
    if not isinstance(client, dict):
        return
    yield from _among(client, {**generated.CLIENT, "params": "resource_defaults"})
    yield from _of_auth(client.get("auth"))
    yield from _of_paginator(client.get("paginator"))


def _of_auth(auth: object) -> Iterator[str]:
    words: Mapping[str, Any] = auth if isinstance(auth, dict) else {"type": auth or ""}
    kind = str(words.get("type", "bearer"))
    if kind.lower() in generated.AUTH_TYPES.keys() - {"oauth2"} or kind.lower() in {"none", "no_auth"}:
        yield kind
    yield from _among(words, generated.AUTH.get(generated.AUTH_TYPES.get(kind, kind), {}), but=("token_url",))


def _of_paginator(paginator: object) -> Iterator[str]:
    words: Mapping[str, Any] = paginator if isinstance(paginator, dict) else {"type": paginator}
    kind = words.get("type")
    if isinstance(kind, str) and kind.lower() in generated.PAGINATOR_TYPES.keys() - {"json_response"}:
        yield kind
    yield from _among(words, _OF_PAGINATOR)


def _of_entry(entry: object) -> Iterator[str]:
    if not isinstance(entry, dict):
        return
    yield from _among(entry, {**generated.RESOURCE, **_BESIDE_ENDPOINT})
    if not isinstance(endpoint := entry.get("endpoint"), dict):
        return
    yield from _among(endpoint, _OF_ENDPOINT)
    yield from _of_paginator(endpoint.get("paginator"))
    if isinstance(new := endpoint.get("incremental"), dict):
        yield from _among(new, generated.INCREMENTAL)


def _among(words: Mapping[str, Any], known: Mapping[str, str], *, but: Iterable[str] = ()) -> Iterator[str]:
    yield from (word for word in words if word in known and word not in but)
