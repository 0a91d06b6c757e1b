"""Reads the `endpoint` of a resource, in dlt's words: its request, its pages, and what is new."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from msgspec.structs import replace

from tap_analytics.config.faults import faults_in, suggestion, without_nulls
from tap_analytics.config.headers import fits_header
from tap_analytics.http.actions import ResponseAction
from tap_analytics.http.request.links import is_whole, origin
from tap_analytics.http.request.placeholders import as_template, bind, is_link, names_in, placeholders, texts_in
from tap_analytics.pagination.paginators import page_placeholders
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.reading.declared_job import placeholders_of
from tap_analytics.records.envelope.empty_when import EmptyWhen
from tap_analytics.records.paths import syntax_fault
from tap_analytics.resources import resource as resources
from tap_analytics.resources.code import Loader
from tap_analytics.resources.declaration import answer_words, auth_words, body_words, incremental, job_words, vocabulary
from tap_analytics.state.bounds import PLACEHOLDERS, bound_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tap_analytics.state.replication import Incremental

Words = dict[str, Any]
Texts = list[tuple[str, str]]

_OF_PARENT = re.compile(r"resources\.(?P<resource>[^.]+)\.(?P<field>.+)")
_IN_NAME = re.compile(r"(?<!\{)\{(?:resources|incremental)\.")
_NO_HEADER = "has a name or value with characters that an HTTP header cannot carry"
_LITERAL_BRACES = "write each brace that is meant as such twice, `{{` and `}}`"


def structure_faults(words: Words, place: str, *, paginator_type: str | None) -> Iterator[str]:
    """Yield a sentence for each part of an endpoint that does not fit its own keys.

    Args:
        words: The endpoint as it is declared, which may lie over another.
        place: Where it stands in the configuration.
        paginator_type: The type of a paginator that names none.
    """
    if isinstance(auth := words.get("auth"), dict):
        yield from auth_words.faults(auth, f"{place}.auth")
    if isinstance(actions := words.get("response_actions"), list):
        yield from _action_faults(actions, f"{place}.response_actions")
    if isinstance(paginator := words.get("paginator"), dict):
        typed = ({"type": paginator_type} if paginator_type else {}) | paginator
        yield from vocabulary.paginator_faults(typed, f"{place}.paginator")
    if isinstance(new := words.get("incremental"), dict):
        partial = {key: part for key, part in vocabulary.INCREMENTAL.items() if key != "required"}
        yield from faults_in(new, partial, f"{place}.incremental")
    if isinstance(job := words.get("job"), dict):
        yield from job_words.structure_faults(job, f"{place}.job")
    if isinstance(empty := words.get("empty_when"), dict):
        yield from faults_in(empty, vocabulary.EMPTY_WHEN, f"{place}.empty_when")
    if isinstance(params := words.get("params"), dict):
        yield from _param_faults(params, f"{place}.params")
    if isinstance(selector := words.get("data_selector"), str) and (fault := syntax_fault(selector)):
        yield f"`{place}.data_selector` {fault}"
    if isinstance(headers := words.get("headers"), dict) and not all(
        not isinstance(value, str) or (vocabulary.HEADER_NAME.fullmatch(str(name)) and fits_header(value))
        for name, value in headers.items()
    ):
        yield f"`{place}.headers` {_NO_HEADER}"


def _action_faults(actions: list[Any], place: str) -> Iterator[str]:
    """Yield a sentence for each action without status and content; only code can do without them."""
    for number, action in enumerate(actions):
        if isinstance(action, dict) and isinstance(action.get("action"), str) and action.keys() == {"action"}:
            yield f"`{place}[{number}]` must be {vocabulary.ACTION['title']}"


def _param_faults(params: Words, place: str) -> Iterator[str]:
    for name, value in without_nulls(params).items():
        kind = str(value.get("type")) if isinstance(value, dict) else ""
        yield from faults_in(value, vocabulary.PARAMS.get(kind, vocabulary.PARAM), f"{place}.{name}")


def read(words: Words, place: str) -> tuple[Words, list[str]]:
    """Return the fields of a `Resource` that an endpoint declares, and a sentence for each contradiction.

    If its path or a placeholder is wrong, the rest of it is not checked.
    """
    given = without_nulls(words.get("params", {}))
    resolved = {name: value for name, value in given.items() if _type(value) == "resolve"}
    new, faults = _incremental(words, given, place)
    address, query = _without_query(words["path"])
    params = query | {str(name): _text(value) for name, value in given.items() if not _type(value)}
    headers = {str(name): value for name, value in words.get("headers", {}).items()}
    job = job_words.read(words["job"]) if "job" in words else None
    kept = [*placeholders_of(job), *page_placeholders(words.get("paginator") or {})]
    actions, unloaded = _actions(words, f"{place}.response_actions")
    shape, wrong = answer_words.read(words, place)
    faults += [*body_words.faults(words, place), *_name_faults(params, headers, words, place), *unloaded, *wrong]
    known = [*PLACEHOLDERS, *resolved, *params, *kept]
    if wrong := [f"`{place}.path` {fault}" for fault in _path_faults(address, known, params)]:
        return {}, faults + wrong
    path, params = _bound(address, params)
    texts, names = [*_texts(params, headers, words), *job_words.texts(job)], [*PLACEHOLDERS, *resolved, *kept]
    is_incremental = "incremental" in words or any(_type(value) == "incremental" for value in given.values())
    if wrong := list(_placeholder_faults([("path", path), *texts], place, names, is_incremental=is_incremental)):
        return {}, faults + wrong
    named = _placeholders_of(path, texts)
    new = new and replace(new, written=tuple(name for name in named if bound_of(name) != name) or None)
    faults += _unused_params(resolved, named, new, params, place)
    fields = _paging(words) | _answers(words, address) | shape | {"path": path, "params": params, "headers": headers}
    fields["unencoded"] = tuple(words.get("unencoded_params", ()))
    faults += body_words.unencoded_faults(fields["unencoded"], params, new, place)
    fields |= {"method": words.get("method", "GET"), "json": words.get("json"), "data": words.get("data")}
    fields |= {"incremental": new, "job": job, "actions": actions, "parents": tuple(_parents(named, resolved))}
    return fields | {"auth": auth_words.settings(words["auth"]) if "auth" in words else None}, faults


def _name_faults(
    params: Mapping[str, resources.Param], headers: Mapping[str, str], words: Words, place: str
) -> Iterator[str]:
    """Yield a sentence for each part of a request with a placeholder in a name, which would not be replaced."""
    parts = {"params": params, "headers": headers, "json": names_in(words.get("json")), "data": words.get("data")}
    for part, names in parts.items():
        if not isinstance(names, str) and any(_IN_NAME.search(str(name)) for name in names or ()):
            yield f"`{place}.{part}` has a placeholder in a name, where only values may have one"


def _unused_params(
    resolved: Words, named: list[str], new: Incremental | None, params: Mapping[str, resources.Param], place: str
) -> Iterator[str]:
    """Yield a sentence for each parameter that is not used, or is sent twice."""
    yield from (
        f"`{place}.params.{name}` stands nowhere in the path; write `{{resources.<resource>.<field>}}` where it belongs"
        for name in resolved
        if name not in named
    )
    yield from (
        f"`{place}.params.{name}` is sent as a bound of `incremental` too; remove one of them"
        for name in ((new.start_param, new.end_param) if new else ())
        if name in params
    )


def _actions(words: Words, place: str) -> tuple[tuple[ResponseAction, ...], list[str]]:
    """Return the actions for single responses, and what is wrong with the code that they name."""
    loader = Loader()
    actions = []
    for number, given in enumerate(words.get("response_actions", ())):
        references = given["action"] if isinstance(given["action"], list) else []
        code = tuple(loader.function(each, f"{place}[{number}].action") for each in references)
        actions.append(ResponseAction(**{**given, "action": "" if code else given["action"], "run": code}))
    return tuple(actions), loader.faults


def _type(value: object) -> str | None:
    return value["type"] if isinstance(value, dict) else None


def _text(value: object) -> resources.Param:
    """Return a parameter as it is sent: truth values as JSON writes them, a list as one parameter for each value."""
    if isinstance(value, list):
        return tuple(str(_text(each)) for each in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _incremental(words: Words, params: Words, place: str) -> tuple[Incremental | None, list[str]]:
    """Return the declared `incremental`, which may stand in a parameter, in dlt's older way."""
    ways = {f"{place}.incremental": words["incremental"]} if "incremental" in words else {}
    for name, value in params.items():
        if _type(value) == "incremental":
            ways[f"{place}.params.{name}"] = {key: part for key, part in value.items() if key != "type"} | {
                "start_param": name
            }
    if len(ways) > 1:
        return None, [f"`{list(ways)[-1]}` declares a second `incremental`; keep one, with `start_param`"]
    return next((incremental.read(new, at) for at, new in ways.items()), (None, []))


def _path_faults(path: str, names: list[str], params: Mapping[str, resources.Param]) -> Iterator[str]:
    if path.startswith("//") or (is_whole(path) and origin(path) is None):
        yield "must be a path below `api_url`, such as `/v1/contacts`, or a whole `http` or `https` URL"
    elif "#" in path:
        yield "must have no fragment; remove what begins with `#`"
    elif any(character.isspace() or not character.isprintable() for character in path):
        yield "has characters that a path cannot have; write it like `/v1/contacts`"
    faults = list(_unknown_placeholders(path, names))
    yield from faults
    lists = [name for name in ([] if faults else placeholders(path)) if isinstance(params.get(name), tuple)]
    yield from (
        f"has `{{{name}}}`, but `params.{name}` is a list; declare the list as the `values` of a resource of its own, "
        "and write `{resources.NAME.id}` for one of them"
        for name in lists
    )


def _placeholder_faults(texts: Texts, place: str, names: list[str], *, is_incremental: bool) -> Iterator[str]:
    for part, text in texts:
        faults = list(_unknown_placeholders(text, names))
        if not faults and not is_incremental and set(PLACEHOLDERS) & set(map(bound_of, placeholders(text))):
            faults = ["has a bound of `incremental`, which is not declared; set `incremental.cursor_path`"]
        if not faults and part.startswith("params.") and as_template(text) != text:
            faults = [f"has braces around what is no placeholder; {_LITERAL_BRACES}"]
        yield from (f"`{place}.{part}` {fault}" for fault in faults)


def _unknown_placeholders(text: str, names: list[str] | tuple[str, ...]) -> Iterator[str]:
    """Yield what is wrong with the placeholders of a text; the text may be a secret, and is not shown."""
    try:
        found = placeholders(text)
    except ValueError:
        yield f"has a brace without its partner; {_LITERAL_BRACES}"
        return
    for name in found:
        if bound_of(name) not in names and not _OF_PARENT.fullmatch(name):
            known = [*names, "resources.<resource>.<field>"]
            listed = ", ".join(f"`{{{each}}}`" for each in known)
            near = suggestion(name, known)
            there = f"{near} There" if near else "; there"
            yield f"has a placeholder that is not known{there} are {listed}; {_LITERAL_BRACES}"


def _each(value: resources.Param) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _bound(path: str, params: dict[str, resources.Param]) -> tuple[str, dict[str, resources.Param]]:
    """Return the path from the root on, with the parameters that it names filled in, and the other parameters."""
    inside = {name: value for name in placeholders(path) if isinstance(value := params.get(name), str)}
    rooted = path if path.startswith("/") or not path or is_whole(path) or is_link(path) else f"/{path}"
    return bind(rooted, inside), {name: value for name, value in params.items() if name not in inside}


def _paging(words: Words) -> Words:
    """Return selector and paginator; None if they are not declared."""
    paginator = words.get("paginator")
    usual = SinglePagePaginator() if answer_words.is_one_page(words) else None
    return {
        "data_selector": words.get("data_selector"),
        "paginator": vocabulary.paginator_of(paginator) if paginator else usual,
    }


def _without_query(path: str) -> tuple[str, dict[str, resources.Param]]:
    """Return a path without its query string, and the parameters of the query string."""
    bare, _, query = path.partition("?")
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return bare, {name: each[0] if len(each) == 1 else tuple(each) for name, each in values.items()}


def _texts(params: Mapping[str, resources.Param], headers: Mapping[str, str], words: Words) -> Texts:
    """Return the texts of a request that may have placeholders, each with the part of the request."""
    texts = [(f"params.{name}", text) for name, value in params.items() for text in _each(value)]
    texts += [("headers", text) for text in headers.values()]
    return texts + [(part, text) for part in ("json", "data") for text in texts_in(words.get(part))]


def _placeholders_of(path: str, texts: Texts) -> list[str]:
    """Return the placeholders of a request, each once."""
    return list(dict.fromkeys(name for text in (path, *(text for _, text in texts)) for name in placeholders(text)))


def _answers(words: Words, path: str) -> Words:
    """Return what responses may hold in place of a list.

    dlt reads a path that ends in a value as one record. Here it is a list like any other, which may also be one object.
    """
    last = next(reversed(placeholders(path)), None)
    ends_in_value = last is not None and path.rstrip("/").endswith(f"{{{last}}}")
    return {
        "is_entity": ends_in_value or bool(words.get("is_entity")),
        "empty_when": EmptyWhen.of(words.get("empty_when")),
    }


def _parents(names: Iterable[str], resolved: Words) -> Iterator[resources.Parent]:
    """Yield each value of the parent's records that a request needs."""
    for name in names:
        if match := _OF_PARENT.fullmatch(name):
            yield resources.Parent(**match.groupdict(), placeholder=name)
        elif name in resolved:
            yield resources.Parent(resource=resolved[name]["resource"], field=resolved[name]["field"], placeholder=name)
