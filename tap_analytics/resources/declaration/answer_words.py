"""The words of an endpoint about its responses: format, names of columns, keys and outer fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.config.faults import TEXT, in_backticks, without_nulls
from tap_analytics.pagination.paginators import PAGINATORS
from tap_analytics.records.envelope.column_lists import ColumnLists
from tap_analytics.records.envelope.columns import ColumnGroup, Columns, names_of
from tap_analytics.records.envelope.nested import Nesting
from tap_analytics.records.formats.formats import FORMATS, format_of
from tap_analytics.records.formats.json_body import JsonFormat
from tap_analytics.records.paths import MISSING, syntax_fault, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_analytics.config.faults import Schema
    from tap_analytics.records.formats.format import Format

Words = dict[str, Any]
Found = tuple[list[ColumnGroup], list[str]]

REQUEST, PATH, CELL = "request", "path", "value"
_LIST: Schema = {"type": ["string", "array"], "minLength": 1, "items": TEXT, "minItems": 1}
_SOURCE: Schema = _LIST | {"type": ["string", "array", "object"], "minProperties": 1}

_OF_JSON: Mapping[str, Schema] = {
    "columns_path": _SOURCE | {"title": "a path, a list of paths, or an object of paths by list of cells"},
    "key_field": _LIST | {"title": "a name, or a list of names"},
    "column_lists": {
        "type": ["boolean", "object"],
        "title": "true, or an object of paths by field",
        "minProperties": 1,
        "additionalProperties": TEXT,
    },
    "outer_fields": {
        "type": "object",
        "title": "an object of paths by field",
        "minProperties": 1,
        "additionalProperties": TEXT,
    },
}

# Other words that make records of something else than a list of objects.
_SHAPES = ("columns_path", "column_names", "key_field")

WORDS: Mapping[str, Schema] = {
    "format": {"enum": [each.type for each in FORMATS]},
    **{option.name: option.metadata["schema"] for each in FORMATS for option in each.options()},
    **_OF_JSON,
}


def read(words: Words, place: str) -> tuple[Words, list[str]]:
    """Return what an endpoint says about its answers, by the fields of a `Resource`, and a sentence for each fault."""
    given = without_nulls({word: words.get(word) for word in WORDS})
    faults = [*_faults(given, place), *_of_file(words, given, place)]
    groups, wrong = _groups(words, place) if "columns_path" in given else ([], [])
    if "column_names" in given:
        groups = [ColumnGroup(names=tuple(given["column_names"]))]
    columns = Columns(tuple(groups)) if groups else None
    faults += [*wrong, *_outer_faults(words, given, columns, place)]
    if faults:
        return {}, faults
    return {
        "format": format_of(given),
        "answer_columns": columns,
        "key_fields": _as_tuple(given.get("key_field", [])),
        "column_lists": _column_lists(given.get("column_lists")),
        "outer_fields": given.get("outer_fields", {}),
    }, []


def is_one_page(words: Words) -> bool:
    """Return whether the list has one page if no paginator is declared: it is a file, or one object."""
    return bool(words.get("key_field") or words.get("column_lists")) or _kind(words).is_file


def _column_lists(given: Any) -> ColumnLists | None:  # noqa: ANN401 - a truth value, or an object
    return ColumnLists(paths=given if isinstance(given, dict) else {}) if given else None


def _kind(words: Words) -> type[Format]:
    """Return the format that an endpoint declares."""
    return next((each for each in FORMATS if each.type == words.get("format")), JsonFormat)


def _faults(given: Words, place: str) -> Iterator[str]:
    if "columns_path" in given and "column_names" in given:
        yield f"`{place}.columns_path` and `{place}.column_names` both name the columns; remove one of them"
    if given.get("column_lists") and (other := next((word for word in _SHAPES if word in given), "")):
        yield f"`{place}.column_lists` and `{place}.{other}` both say what records are made of; remove one of them"
    keys = _as_tuple(given.get("key_field", []))
    if len(set(keys)) < len(keys):
        yield f"`{place}.key_field` has a name twice; each key is a field of its own"
    for word in given.keys() - {"format"} - _words_of(_kind(given)):
        fitting = " or ".join(f"`{each.type}`" for each in FORMATS if word in _words_of(each))
        yield f"`{place}.{word}` belongs to the format {fitting}; set `format`, or remove it"
    if (name := given.get("encoding")) and not _is_encoding(name):
        yield f"`{place}.encoding` must be the name of an encoding of text, such as `utf-8`, `utf-16` or `latin-1`"


def _outer_faults(words: Words, given: Words, columns: Columns | None, place: str) -> Iterator[str]:
    """Yield a sentence for each path in `outer_fields` that leads to no object around the records."""
    paths = given.get("outer_fields", {})
    # Records that are made of something else do not stand within objects of a list.
    is_made = any(given.get(word) for word in ("key_field", "column_lists"))
    usual = Nesting.of("" if is_made else words.get("data_selector") or "", paths)
    if columns and usual.with_columns(columns) is None:
        usual = Nesting.of("", paths)
    unplaced = usual.unplaced
    for name, path in paths.items():
        if fault := syntax_fault(path):
            yield f"`{place}.outer_fields.{name}` {fault}"
        elif path in unplaced:
            yield (
                f"`{place}.outer_fields.{name}` leads to no object around the records; begin it as `data_selector` "
                "begins, such as `data[*].id` for the records at `data[*].lines[*]`, or name a field beside the list"
            )


def _words_of(kind: type[Format]) -> set[str]:
    """Return the words that go with a format."""
    return {option.name for option in kind.options()} | (set() if kind.is_file else {*_OF_JSON, "column_names"})


def _is_encoding(name: str) -> bool:
    try:
        return isinstance("".encode(name), bytes)  # a codec that is not for text fails, or returns something else
    except (LookupError, ValueError):
        return False


def _of_file(words: Words, given: Words, place: str) -> Iterator[str]:
    """Yield a sentence for each word about the body that makes no sense for a file of records."""
    kind = _kind(given)
    if not kind.is_file:
        return
    if words.get("data_selector") not in (None, "$"):
        yield f"`{place}.data_selector` leads into JSON; a file of `{kind.type}` is all records, so set it to null"
    paginator = words.get("paginator") or {}
    fitting = [each.type for each in PAGINATORS if not each.reads_body]
    if paginator.get("type") in {each.type for each in PAGINATORS if each.reads_body}:
        yield (
            f"`{place}.paginator.type` reads the body, where a file of `{kind.type}` says nothing of pages; "
            f"it is one of {in_backticks(fitting)}"
        )
    yield from (
        f"`{place}.paginator.{name}` leads into JSON; a file of `{kind.type}` has nothing beside its records"
        for name, value in paginator.items()
        if name.endswith("_path") and not name.endswith("_body_path") and value and paginator["type"] in fitting
    )


def _as_tuple(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - text, or a list of texts
    return (value,) if isinstance(value, str) else tuple(value)


def _groups(words: Words, place: str) -> Found:
    """Return the places of the names of columns, and a sentence for each fault in their declaration."""
    given, at = words["columns_path"], f"{place}.columns_path"
    if not isinstance(given, dict):
        return [ColumnGroup(path=path) for path in _as_tuple(given)], []
    if given.keys() == {REQUEST}:
        sources = [({REQUEST: path}, path.rpartition(".")[2]) for path in _as_tuple(given[REQUEST] or [])]
        return _sources(words, sources, at)
    return _sources(words, [(source, field) for field, source in given.items()], at)


def _sources(words: Words, sources: list[tuple[Any, str]], at: str) -> Found:
    groups, faults = [], [] if sources else [f"`{at}.{REQUEST}` must be a path into the request, or a list of them"]
    for source, field in sources:
        if isinstance(source, str) and source:
            groups.append(ColumnGroup(path=source, field=field))
        elif isinstance(source, dict) and _is_path(source, PATH):
            groups.append(ColumnGroup(path=source[PATH], field=field, cell=source.get(CELL, "")))
        elif isinstance(source, dict) and _is_path(source, REQUEST):
            names = _of_request(words, source[REQUEST])
            cell = source.get(CELL, "")
            groups.append(ColumnGroup(names=names or (), path=source[REQUEST], field=field, cell=cell))
            if not names:
                faults.append(
                    f"`{at}` names `{source[REQUEST]}` of the request, but neither `json`, `data` nor `params` has a "
                    "list of names there"
                )
        else:
            faults.append(
                f"`{at}.{field}` must be a path, or an object with `{PATH}`, or with `{REQUEST}`, a path into the "
                f"request; `{CELL}` may say where each cell has its value"
            )
    return groups, faults


def _is_path(source: Words, word: str) -> bool:
    """Return whether an object has the place of the names under this word, and no words that are not allowed."""
    return (
        word in source
        and source.keys() <= {word, CELL}
        and all(each and isinstance(each, str) for each in source.values())
    )


def _of_request(words: Words, path: str) -> tuple[str, ...] | None:
    """Return the names in the body of a request at a path, or in a parameter, separated by commas."""
    for part in ("json", "data", "params"):
        found = value_at(words.get(part), path)
        if isinstance(found, str):
            found = [name.strip() for name in found.split(",")]
        if found is not MISSING and isinstance(found, list):
            names = names_of(found)
            return names if names and not any("{" in name for name in names) else None
    return None
