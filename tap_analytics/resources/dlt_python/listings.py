"""Lists that are read with dlt's `RESTClient` -> configurations."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python.functions import own_nodes
from tap_analytics.resources.dlt_python.values import Incremental, RestClient, Session, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_analytics.resources.dlt_python.scope import Findings, Listing

# Arguments of `RESTClient` for which a configuration has no word.
_NO_WORDS = ("hooks", "session", "paginator_factory", "config")
_OF_RESOURCE = (
    *("primary_key", "write_disposition", "columns", "selected", "parallelized"),
    *("processing_steps", "table_name"),
)
# Functions that are told of a page, and leave it as it is.
_HARMLESS = {"debug", "error", "info", "log", "print", "warning"}
_BOUNDS = {"start_param": "{incremental.start_value}", "end_param": "{incremental.end_value}"}


def configurations(findings: Findings) -> Iterator[tuple[int, Words]]:
    """Yield a configuration for the lists of each `RESTClient`, or of several that are alike, with its line."""
    clients: list[tuple[RestClient, list[Listing]]] = []
    for listing in findings.listings:
        same = (listings for client, listings in clients if client.words == listing.client.words)
        if (listings := next(same, None)) is None:
            clients.append((listing.client, listings := []))
        listings.append(listing)
    lines = [client.words.line for client, _ in clients]
    for index, (client, listings) in enumerate(clients):
        words = Words(line=client.words.line)
        if client.words.line in lines[:index]:
            sentence = "this line reads lists at several addresses; those of the first one are written"
            findings.say(client.words.line, sentence, loses=True)
            continue
        words.put("client", _without_code(client.words, findings))
        entries = [_entry(listing, findings) for listing in listings]
        words.put("resources", entries)
        _tell_apart(entries, findings)
        yield client.words.line, words


def _tell_apart(entries: Sequence[Words], findings: Findings) -> None:
    """Give each list a name of its own: a resource may read several."""
    names: dict[Any, int] = {}
    for each in entries:
        name = each["name"]
        names[name] = names.get(name, 0) + 1
        if names[name] > 1 and isinstance(name, str):
            each.put("name", f"{name}_{names[name]}")
            sentence = (
                f"`{name}` reads several lists, each of which becomes a stream: `{name}_{names[name]}` is one more"
            )
            findings.say(each.line, sentence)


def _without_code(given: Words, findings: Findings) -> Words:
    words = Words(given, line=given.line, lines=given.lines)
    for key in _NO_WORDS:
        if not isinstance(words.get(key), Session) and words.pop(key, None) is not None:
            findings.say(given.line_of(key), f"`{key}` is code that a configuration has no word for; it is left out")
    return words


def _entry(listing: Listing, findings: Findings) -> Words:
    """Return the resource for a list: what its decorator says, and its endpoint."""
    given = listing.resource.words if listing.resource else Words(line=listing.line)
    words = Words({"name": given.get("name") or _name(listing)}, line=given.line, lines=given.lines)
    for key in _OF_RESOURCE:
        if key in given:
            words.put(key, given[key], given.line_of(key))
    endpoint = _without_code(listing.endpoint, findings)
    if listing.resource:
        new = next((each for each in listing.resource.parameters if isinstance(each, Incremental)), None)
        if new is not None:
            _put_incremental(endpoint, new)
        if not all(_yields_pages_only(each, listing.way) for each in listing.way):
            line, name = listing.resource.node.lineno, listing.resource.node.name
            findings.say(line, f"what `{name}` does with its pages is Python; it is left out", loses=True)
    words.put("endpoint", endpoint, listing.line)
    return words


def _name(listing: Listing) -> Any:  # noqa: ANN401 - a path may be anything
    path = listing.endpoint.get("path")
    return path.strip("/").rpartition("/")[2] if isinstance(path, str) else path


def _put_incremental(endpoint: Words, new: Words) -> None:
    """Declare what is new in a list, with the parameters that take its start and its end."""
    declared = Words({key: part for key, part in new.items() if key != "type"}, line=new.line, lines=new.lines)
    params = endpoint.get("params")
    if isinstance(params, Words):
        rest = Words(params, line=params.line, lines=params.lines)
        for word, bound in _BOUNDS.items():
            for name in [name for name, value in params.items() if value == bound]:
                declared.put(word, name, params.line_of(name))
                del rest[name]
        endpoint.put("params", rest)
        if not rest:
            del endpoint["params"]
    endpoint.put("incremental", declared, new.line)


def _yields_pages_only(code: ast.AST, way: Sequence[ast.AST]) -> bool:
    """Return whether a function does nothing with its pages but hand them on, to the next one that is on the way."""
    readers = {"paginate", *(getattr(each, "name", "") for each in way)}
    nodes = list(own_nodes(code))
    loops = [each for each in nodes if isinstance(each, ast.For) and isinstance(each.target, ast.Name)]
    pages = [_name_of(each.target) for each in loops if _is_call(each.iter, readers)]
    rows = {*pages, *(_name_of(each.target) for each in loops if _name_of(each.iter) in pages)}
    handed_on = [
        each.value
        for each in nodes
        if isinstance(each, ast.Yield | ast.YieldFrom | ast.Return) and each.value is not None
    ]
    return all(
        _is_call(value, readers) or (isinstance(value, ast.Name) and value.id in pages) for value in handed_on
    ) and not any(isinstance(each, ast.If) or _changes(each, rows) for each in nodes)


def _changes(node: ast.AST, rows: set[str]) -> bool:
    """Return whether a statement sets a page anew, or may change what is in it."""
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete):
        targets = node.targets if isinstance(node, ast.Assign | ast.Delete) else [node.target]
        return any(_name_of(inner) in rows for each in targets for inner in ast.walk(each))
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or _is_call(call, _HARMLESS):
        return False
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return any(_name_of(each) in rows for each in (owner, *call.args))


def _name_of(node: ast.AST | None) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _is_call(node: ast.expr, names: set[str]) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return bool({getattr(called, "attr", None), getattr(called, "id", None)} & names)
