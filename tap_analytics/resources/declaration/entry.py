"""One entry of `resources`, in dlt's words: its long form, its defaults, and the resource that it declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.config.faults import faults_in, suggestion, without_nulls
from tap_analytics.records.paths import first_name
from tap_analytics.records.steps import STEPS
from tap_analytics.resources import columns
from tap_analytics.resources.code import Loader
from tap_analytics.resources.declaration import declared_schema, values
from tap_analytics.resources.declaration import endpoint as endpoints
from tap_analytics.resources.declaration.vocabulary import DEFAULTS, RESOURCE
from tap_analytics.resources.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tap_analytics.records.steps import Step

Words = dict[str, Any]

# The parts of an endpoint that are merged with the defaults key by key; in dlt's shape, those that dlt merges.
BY_KEY = ("params", "headers", "incremental", "empty_when", "json", "paginator")
BY_KEY_IN_DLT = ("params", "json")
_LONGEST_NAME = 63


def structure_faults(words: object, place: str, *, below: Words | None = None) -> list[str]:
    """Return a sentence for each unknown key of an entry, and for each value that does not fit.

    Args:
        words: The entry in its long form.
        place: Where it stands in the configuration.
        below: The defaults below it; None if the entry is the defaults themselves.
    """
    if not isinstance(words, dict):
        return [f"`{place}` must be {'an object' if below is None else 'a name, or an object'}"]
    given = _present(words)
    faults = faults_in(given, DEFAULTS if below is None else RESOURCE, place)
    # Most paginators are written as text, which has no keys.
    way = f"`{place}.write_disposition"
    faults = [fault.replace(f"{way}.disposition` must", f"{way}` must") for fault in faults]
    if isinstance(endpoint := given.get("endpoint"), dict):
        paginator = ((below or {}).get("endpoint") or {}).get("paginator") or {}
        faults += endpoints.structure_faults(endpoint, f"{place}.endpoint", paginator_type=paginator.get("type"))
    if isinstance(hints := given.get("columns"), dict | list):
        faults += columns.read(hints, f"{place}.columns")[1]
    name = given.get("name")
    if isinstance(name, str) and not (len(name) <= _LONGEST_NAME and name.isprintable() and name == name.strip()):
        faults.append(
            f"`{place}.name` must be a name of at most {_LONGEST_NAME} characters, without control characters"
        )
    return faults


def _present(words: Words) -> Words:
    """Return an entry without the keys that are null, those of its endpoint included."""
    deep = {"endpoint", "headers", "paginator", "incremental", "empty_when", "write_disposition"}
    return {
        key: _present(value) if key in deep and isinstance(value, dict) else value
        for key, value in without_nulls(words).items()
    }


def over(words: Words, below: Words, *, by_key: Collection[str] = BY_KEY) -> Words:
    """Return an entry whose keys replace those of the entry below; null removes a key.

    A paginator of another type, a schema, a write disposition, and each part of an endpoint that `by_key` does not name
    are replaced as a whole; other objects are merged key by key.
    """
    laid = below | words
    if isinstance(upper := words.get("endpoint"), dict) and isinstance(lower := below.get("endpoint"), dict):
        both = {
            key: lower[key] | upper[key]
            for key in by_key
            if key != "paginator"
            and isinstance(upper.get(key), dict)
            and isinstance(lower.get(key), dict)
            and upper[key]
        }
        laid["endpoint"] = lower | upper | both
        if "paginator" in by_key and (old := lower.get("paginator")) and (new := upper.get("paginator")):
            laid["endpoint"]["paginator"] = old | new if new.get("type", old["type"]) == old["type"] else new
    upper, lower = (columns.by_name(each.get("columns")) for each in (words, below))
    if isinstance(upper, dict) and isinstance(lower, dict):
        laid["columns"] = lower | {name: lower.get(name, {}) | hints for name, hints in upper.items()}
    return laid


def is_elsewhere(words: Words, builtin: Resource) -> bool:
    """Return whether an entry has another path than the builtin stream whose name it has."""
    path = str((words.get("endpoint") or {}).get("path") or builtin.path)
    return f"/{path.removeprefix('/')}" != builtin.path


def words_of(resource: Resource, *, is_elsewhere: bool = False) -> Words:
    """Return a resource in dlt's words, as the base of an entry; without its fields if the entry has another path."""
    if is_elsewhere:
        # The key of a snapshot is added to each record that lacks it.
        own = {"id": {"data_type": "text"}, "current_timestamp": {"data_type": "timestamp"}}
        hints = {} if resource.incremental else {"columns": own}
        return words_of(msgspec.structs.replace(resource, schema=None)) | hints
    new = resource.incremental
    endpoint = {
        "path": resource.path,
        "params": {name: list(value) if isinstance(value, tuple) else value for name, value in resource.params.items()},
        "headers": dict(resource.headers),
        "data_selector": resource.data_selector,
        "paginator": resource.paginator.words() if resource.paginator else None,
        "incremental": without_nulls(msgspec.structs.asdict(new)) if new else None,
        "empty_when": resource.empty_when.words() or None,
        # Not a word of a declaration: an entry that changes a statistics stream keeps it one.
        "is_entity": resource.is_entity or None,
    }
    return without_nulls(
        {
            "name": resource.name,
            "endpoint": without_nulls(endpoint),
            "primary_key": [*resource.primary_key] or None,
            "write_disposition": {"disposition": resource.write_disposition},
            "schema": resource.schema,
            "selected": resource.selected,
            "children": resource.children,
            "include_from_parent": [*resource.include_from_parent] or None,
        }
    )


def read(
    words: Words, place: str, *, below: Words | None = None, is_of_dlt: bool = False
) -> tuple[Resource | None, list[str]]:
    """Return the resource that an entry declares, or None, and a sentence for each contradiction.

    Args:
        words: The entry over its defaults; its structure has been checked.
        place: Where it stands in the configuration.
        below: The built-in resource that it changes, in the same words.
        is_of_dlt: Whether `incremental` may stand beside `replace`, which then reads all rows from the first value on.
    """
    declared = _present(words)
    faults = [] if is_of_dlt else [f"`{place}.{fault}" for fault in _replacing_faults(declared)]
    given = _whole(words, below or {}, is_of_dlt=is_of_dlt)
    hints, _ = columns.read(given.get("columns", {}), place)
    schema, more = declared_schema.read(given.get("schema"), f"{place}.schema")
    fields, wrong = endpoints.read({"path": given["name"]} | given.get("endpoint", {}), f"{place}.endpoint")
    keys, ambiguous = _keys(given, hints, place)
    steps, unloaded = _steps(given, f"{place}.processing_steps")
    records, none = values.read(given.get("values"), f"{place}.values", keys=keys)
    faults += more + wrong + ambiguous + unloaded + none
    if not fields:
        return None, faults
    resource = Resource(
        name=given["name"],
        primary_key=keys,
        write_disposition=_disposition(given) or ("merge" if keys else "append"),
        columns=hints,
        # Values of the configuration are for requests of children; they are no data of their own.
        selected=given.get("selected", records is None),
        values=records,
        steps=steps,
        **_family(given),
        **fields,
    )
    found = _contradictions(resource, schema, is_ready="schema" not in declared)
    faults += [f"`{place}.{fault}" for fault in found]
    laid = resource.laid_over(schema) if schema is not None and not faults else None
    return msgspec.structs.replace(resource, schema=laid), faults


def _family(given: Words) -> Words:
    """Return what an entry says about its children and its parent, by the fields of a `Resource`."""
    return {
        "children": given.get("children", "changed"),
        "include_from_parent": tuple(given.get("include_from_parent", ())),
        "parents_per_request": given.get("parents_per_request", 1),
        "parents_separator": given.get("parents_separator", ","),
    }


def _whole(words: Words, below: Words, *, is_of_dlt: bool) -> Words:
    """Return an entry with the words of the built-in resource that it changes; with `replace` it is not incremental."""
    given = _present(over(words, below))
    if not is_of_dlt and _disposition(given) == "replace":
        given["endpoint"] = {key: part for key, part in given.get("endpoint", {}).items() if key != "incremental"}
    return given


def _disposition(given: Words) -> Any:  # noqa: ANN401 - one of dlt's words; it was checked
    """Return how the records of an entry are written; None if it does not say."""
    return given.get("write_disposition", {}).get("disposition")


def _replacing_faults(declared: Words) -> Iterator[str]:
    endpoint = declared.get("endpoint", {})
    params = without_nulls(endpoint.get("params", {})).values()
    is_new_only = "incremental" in endpoint or any(
        isinstance(value, dict) and value.get("type") == "incremental" for value in params
    )
    if is_new_only and _disposition(declared) == "replace":
        yield (
            "write_disposition` is `replace`, which needs every row, but `incremental` reads the new ones only; "
            "use `merge`, or set `incremental` to null"
        )


def _keys(given: Words, hints: Mapping[str, columns.Column], place: str) -> tuple[tuple[str, ...], list[str]]:
    """Return the primary key that is named, or that the columns mark, and what is wrong with it."""
    named, marked = tuple(given.get("primary_key", ())), tuple(name for name in hints if hints[name].primary_key)
    if named and marked and set(named) != set(marked):
        return (), [f"`{place}.primary_key` names other fields than those that `columns` mark; name it in one place"]
    return named or marked, []


def _steps(given: Words, place: str) -> tuple[tuple[Step, ...], list[str]]:
    """Return the steps for each record, and what is wrong with their code."""
    loader = Loader()
    steps = tuple(
        STEPS[kind](loader.function(step[kind], f"{place}[{number}].{kind}"))
        for number, step in enumerate(given.get("processing_steps", ()))
        # Several words in one step are applied in this order, as in dlt, not in the order in which they are written.
        for kind in STEPS
        if kind in step
    )
    return steps, loader.faults


def _contradictions(resource: Resource, schema: Words | None, *, is_ready: bool) -> Iterator[str]:
    """Yield a sentence for each contradiction in an entry, without the place that it begins with.

    `is_ready` says that the schema is not the entry's own, but that of the built-in stream of its name.
    """
    if resource.write_disposition == "merge" and not resource.primary_key:
        yield "primary_key` is missing; `write_disposition` is `merge`, which needs one (or use `append`)"
    if resource.include_from_parent and not resource.parents:
        yield "include_from_parent` needs a parent; name it in the path, as `{resources.<resource>.<field>}`"
    yield from _group_faults(resource)
    stamps = resource.incremental.stamps if resource.incremental else ()
    fields = [*resource.columns, *resource.inherited, *stamps]
    if schema is None:
        yield from _nested_keys(resource, {*fields, *resource.key_fields})
        return
    fields = [*schema["properties"], *fields]
    where = "the ready stream of this name (a list of your own needs another `name`)" if is_ready else "`schema`"
    for key in resource.primary_key:
        if key not in fields:
            yield f"primary_key` is not among the fields of {where}{suggestion(key, fields)}"
    cursor = resource.incremental.cursor_path if resource.incremental else None
    if cursor and (name := first_name(cursor)) not in fields:
        yield f"endpoint.incremental.cursor_path` is not among the fields of {where}{suggestion(name, fields)}"


def _group_faults(resource: Resource) -> Iterator[str]:
    """Yield a sentence for each word that cannot stand beside requests for several records of the parent."""
    if resource.parents_per_request == 1:
        return
    if not resource.parents:
        yield "parents_per_request` needs a parent; name it in the request, as `{resources.<resource>.<field>}`"
    if resource.include_from_parent:
        yield (
            "include_from_parent` cannot stand beside `parents_per_request`: no answer says which record of the parent "
            "a row is of; remove one of them"
        )
    if resource.incremental:
        yield (
            "endpoint.incremental` cannot stand beside `parents_per_request`, since no bookmark of a single parent is "
            "known; set `incremental` to null, or remove the other"
        )


def _nested_keys(resource: Resource, fields: Collection[str]) -> Iterator[str]:
    """Yield a sentence for each key that is a path into a record, though none of the known fields has such a name."""
    # Columns, and fields that code adds to a record, may have any name.
    is_free = resource.steps or resource.values or resource.answer_columns or resource.format.type == "csv"
    for key in () if is_free else resource.primary_key:
        if key not in fields and ("." in key or key.startswith("$")):
            yield (
                f"primary_key` names `{key}`, but a key must be a field of the record itself; lift it there by "
                "`outer_fields` or `processing_steps`, or declare the field in `columns` if it has this very name"
            )
