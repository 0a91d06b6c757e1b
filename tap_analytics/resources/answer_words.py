"""The words of an endpoint that say what a response looks like: names of columns, and fields that are keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.config.faults import TEXT, without_nulls
from tap_analytics.records.columns import ColumnGroup, Columns, names_of
from tap_analytics.records.paths import MISSING, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_analytics.config.faults import Schema

Words = dict[str, Any]
Found = tuple[list[ColumnGroup], list[str]]

REQUEST = "request"
_LIST: Schema = {"type": ["string", "array"], "minLength": 1, "items": TEXT, "minItems": 1}
_SOURCE: Schema = _LIST | {"type": ["string", "array", "object"], "minProperties": 1}

WORDS: Mapping[str, Schema] = {
    "columns_path": _SOURCE | {"title": "a path, a list of paths, or an object of paths by list of cells"},
    "column_names": {"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True, "title": "a list of names"},
    "key_field": _LIST | {"title": "a name, or a list of names"},
}


def read(words: Words, place: str) -> tuple[Words, list[str]]:
    """Return what an endpoint says of the shape of its answers, by the names of fields of a `Resource`; and faults."""
    given = without_nulls({word: words.get(word) for word in WORDS})
    faults = list(_faults(given, place))
    groups, wrong = _groups(words, place) if "columns_path" in given else ([], [])
    if "column_names" in given:
        groups = [ColumnGroup(names=tuple(given["column_names"]))]
    return {
        "answer_columns": Columns(tuple(groups)) if groups else None,
        "key_fields": _listed(given.get("key_field", [])),
    }, faults + wrong


def _faults(given: Words, place: str) -> Iterator[str]:
    if "columns_path" in given and "column_names" in given:
        yield f"`{place}.columns_path` and `{place}.column_names` both name the columns; remove one of them"
    keys = _listed(given.get("key_field", []))
    if len(set(keys)) < len(keys):
        yield f"`{place}.key_field` has a name twice; each key is a field of its own"


def _listed(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - text, or a list of texts
    return (value,) if isinstance(value, str) else tuple(value)


def _groups(words: Words, place: str) -> Found:
    """Return where the names of columns are, and what is wrong with what is said of it."""
    given, at = words["columns_path"], f"{place}.columns_path"
    if not isinstance(given, dict):
        return [ColumnGroup(path=path) for path in _listed(given)], []
    if given.keys() == {REQUEST}:
        sources = [({REQUEST: path}, path.rpartition(".")[2]) for path in _listed(given[REQUEST] or [])]
        return _sources(words, sources, at)
    return _sources(words, [(source, field) for field, source in given.items()], at)


def _sources(words: Words, sources: list[tuple[Any, str]], at: str) -> Found:
    groups, faults = [], [] if sources else [f"`{at}.{REQUEST}` must be a path into the request, or a list of them"]
    for source, field in sources:
        if isinstance(source, str) and source:
            groups.append(ColumnGroup(path=source, field=field))
        elif isinstance(source, dict) and source.keys() == {REQUEST} and isinstance(source[REQUEST], str):
            names = _of_request(words, source[REQUEST])
            groups.append(ColumnGroup(names=names or (), path=source[REQUEST], field=field))
            if not names:
                faults.append(
                    f"`{at}` names `{source[REQUEST]}` of the request, but neither `json`, `data` nor `params` has a "
                    "list of names there"
                )
        else:
            faults.append(f"`{at}.{field}` must be a path, or an object with `{REQUEST}`, a path into the request")
    return groups, faults


def _of_request(words: Words, path: str) -> tuple[str, ...] | None:
    """Return the names that a request has at a path of its body, or in a parameter, where commas part them."""
    for part in ("json", "data", "params"):
        found = value_at(words.get(part), path)
        if isinstance(found, str):
            found = [name.strip() for name in found.split(",")]
        if found is not MISSING and isinstance(found, list):
            names = names_of(found)
            return names if names and not any("{" in name for name in names) else None
    return None
