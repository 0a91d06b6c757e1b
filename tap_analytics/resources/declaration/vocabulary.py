"""The words of dlt that the tap takes, as JSON Schemas, and those that it refuses, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.config.faults import (
    TEXT,
    Schema,
    expectation,
    faults_in,
    in_backticks,
    object_of,
    refusal,
    without_nulls,
)
from tap_analytics.pagination import paginators
from tap_analytics.pagination.paginator import HEADER, Paginator
from tap_analytics.patterns import pattern
from tap_analytics.records.envelope.empty_when import DATA
from tap_analytics.records.paths import syntax_fault
from tap_analytics.records.signs.sign_names import ENDS, FLAGS
from tap_analytics.records.steps import STEPS
from tap_analytics.resources.code import CODE, EXAMPLE, Loader, is_code
from tap_analytics.resources.declaration import answer_words
from tap_analytics.state.bounds import ENDS_OF_RANGE, MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAMES: Schema = {"type": "array", "items": TEXT, "minItems": 1, "title": "a name, or a list of names"}
_TRUTH: Schema = {"type": "boolean"}
_BOUND: Schema = {"type": ["string", "number"], "title": "a date, text or a number"}
_DURATION: Schema = {"type": ["string", "number"], "title": "a duration such as `P1D` or `PT1H`, or seconds"}
_LAG: Schema = {
    "type": ["number", "string"],
    "minimum": 0,
    "title": "a number of 0 or more, or a duration such as `P3D`",
}
HEADERS: Schema = {
    "type": "object",
    "additionalProperties": {"type": "string"},
    "writeOnly": True,
    "title": "an object whose values are text",
}

INCREMENTAL = object_of(
    cursor_path=TEXT,
    start_param=TEXT,
    end_param=TEXT,
    initial_value=_BOUND,
    end_value=_BOUND,
    lag=_LAG,
    row_order={"enum": ["asc", "desc"]},
    datetime_format=TEXT,
    timezone=TEXT,
    step=_DURATION,
    granularity=_DURATION,
    include_window=object_of(start=TEXT, end=TEXT)
    | {"minProperties": 1, "title": "an object with `start`, `end` or both, and the field that takes each"},
    # The newest cursor is the bookmark.
    last_value_func={"enum": ["max"]},
    on_cursor_value_missing={"enum": list(MISSING)},
    range_start={"enum": list(ENDS_OF_RANGE)},
    range_end={"enum": list(ENDS_OF_RANGE)},
    # These change nothing: rows of one key are one row to a target that merges, and `tap-analytics plan` is for
    # schedulers.
    primary_key={},
    allow_external_schedulers=_TRUTH,
    convert=CODE,
    # The name that `convert` had before.
    transform=CODE,
) | {"required": ["cursor_path"]}

EMPTY_WHEN = object_of(
    status={
        "type": "array",
        "items": {
            "type": "integer",
            "minimum": 400,
            "maximum": 599,
            "not": {"enum": [401, 407, 429]},
            "title": "a status from 400 to 599, other than 401, 407 and 429",
            "description": "it says that the request may not be made, not that there is no record",
        },
        "title": "a status, or a list of them",
    },
    data={"type": "array", "items": {"enum": list(DATA)}, "title": f"one of {in_backticks(DATA)}, or a list of them"},
    message={"type": "array", "items": TEXT, "title": "text, or a list of texts"},
)

PARAMS: Mapping[str, Schema] = {
    "incremental": object_of(
        **{name: hint for name, hint in INCREMENTAL["properties"].items() if name not in {"start_param", "end_param"}},
        type={},
    )
    | {"required": ["cursor_path"]},
    "resolve": object_of(type={}, resource=TEXT, field=TEXT) | {"required": ["resource", "field"]},
}
PARAM: Schema = {
    "type": ["string", "number", "boolean", "array"],
    "items": {"type": ["string", "number", "boolean"]},
    "title": "text, a number, true or false, a list of these, or an object whose `type` is `incremental` or `resolve`; "
    "write JSON as text, with each brace twice",
}

PAGINATORS: Mapping[str, Schema] = {
    **{kind.type: kind.schema() for kind in paginators.PAGINATORS},
    **{name: refusal(reason) for name, reason in paginators.REFUSED_PAGINATORS.items()},
}

# Paginators that dlt has under a new name.
_OLD_NAMES = {"json_response": "json_link"}
# The paginators that read in a header what these options read in the body.
_IN_HEADERS = {"cursor_path": "header_cursor", "next_url_path": "header_link"}
HEADER_NAME = pattern(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

ACTION = object_of(
    status_code={"type": "integer", "minimum": 100, "maximum": 599},
    content=TEXT,
    # Code is a list here, in its long form.
    action={
        "type": ["string", "array"],
        "anyOf": [{"enum": ["ignore", "retry", "fail"]}, {"type": "array", "items": CODE}],
        "title": f"one of `ignore`, `retry`, `fail`, or {EXAMPLE}",
    },
) | {
    "required": ["action"],
    "title": "an object with `status_code`, `content` or both, and its `action`",
}

STEP = object_of(**dict.fromkeys(STEPS, CODE)) | {
    "minProperties": 1,
    "title": f"an object with `filter`, `map` or `yield_map`, and {EXAMPLE}",
}

ENDPOINT = object_of(
    path={"type": "string"},
    method={"enum": ["GET", "POST"]},
    params={"type": "object"},
    unencoded_params=_NAMES | {"title": "a list of names of parameters"},
    headers=HEADERS,
    data_selector=TEXT,
    paginator={"type": "object", "title": "the name of a paginator, or an object with its `type`"},
    incremental={"type": "object"},
    empty_when={"type": "object"},
    job={"type": "object"},
    json={"type": ["object", "array"]},
    data={"type": ["object", "string"], "title": "an object, or text"},
    auth={"type": "object", "title": "an object with its `type`"},
    response_actions={"type": "array", "items": ACTION, "title": "a list of actions"},
    **answer_words.WORDS,
)

# Words about the tables of a destination. They are taken and change nothing: storing is up to the target.
STORAGE = (
    "file_format",
    "max_table_nesting",
    "merge_key",
    "nested_hints",
    "parent_table_name",
    "references",
    "schema_contract",
    "table_format",
    "table_name",
)

RESOURCE = object_of(
    name=TEXT,
    endpoint=ENDPOINT | {"title": "the path, or an object"},
    primary_key=_NAMES,
    write_disposition=object_of(
        disposition={"enum": ["merge", "append", "replace"]},
        # The first two leave one row of each key, the newest, as a Singer target does that is given key properties. A
        # history of rows, which the third makes, is up to the target.
        strategy={"enum": ["delete-insert", "upsert", "scd2"]},
        **{name: {} for name in ("validity_column_names", "active_record_timestamp", "boundary_timestamp")},
        row_version_column_name={},
        deduplicated=_TRUTH,
    )
    | {"required": ["disposition"], "title": "`merge`, `append` or `replace`"},
    schema={"type": ["object", "string"], "title": "a JSON Schema, or the name of a file that holds one"},
    columns={"type": ["object", "array"], "title": "an object of hints by name, or a list of hints with their `name`"},
    selected=_TRUTH,
    # The records of this resource for which its children are read in a later sync.
    children={"enum": ["changed", "all"]},
    include_from_parent=_NAMES | {"title": "a list of names"},
    parents_per_request={"type": "integer", "minimum": 1, "title": "a whole number from 1"},
    parents_separator=TEXT,
    # The records themselves, for resources that are asked for by values that the configuration has.
    values={"type": ["array", "string"], "title": f"a list, a file that holds one, or {EXAMPLE}"},
    # Requests go ahead of the reader as the setting `concurrency` says.
    parallelized=_TRUTH,
    processing_steps={"type": "array", "items": STEP, "title": "a list of steps"},
    **{name: {} for name in STORAGE},
) | {"required": ["name"]}
DEFAULTS = object_of(**{key: hint for key, hint in RESOURCE["properties"].items() if key != "name"})


def without_null_options(paginator: Mapping[str, Any]) -> dict[str, Any]:
    """Return a paginator under its new name, without options that are null.

    `total_path` is empty then: its default is another.
    """
    no_total = {"total_path": ""} if paginator.get("total_path", "") is None else {}
    new_name = _OLD_NAMES.get(str(paginator.get("type")))
    renamed = {"type": new_name} if new_name else {}
    return without_nulls(paginator) | no_total | renamed


def paginator_faults(words: Mapping[str, Any], place: str) -> list[str]:
    """Return a sentence for each option of a paginator that is wrong, its type first."""
    kind = {"enum": [name for name, options in PAGINATORS.items() if "not" not in options]}
    if "type" not in words:
        return [f"`{place}.type` is missing; it is {expectation(kind)}"]
    if is_code(words["type"]):
        return _own_paginator_faults(words, place)
    options = PAGINATORS.get(str(words["type"]), {"not": kind})
    if "description" in options:
        return [f"`{place}.type` names a paginator that is not supported: {options['description']}"]
    if "properties" not in options:
        return faults_in(words["type"], kind, f"{place}.type")
    found = faults_in({name: value for name, value in words.items() if name != "type"}, options, place)
    return [*found, *_path_faults(words, place), *_flag_faults(words, place)]


def _path_faults(words: Mapping[str, Any], place: str) -> Iterator[str]:
    """Give each path into a response that can lead nowhere."""
    for option, path in words.items():
        is_into_response = option.endswith("_path") and not option.endswith("_body_path")
        if not is_into_response or not isinstance(path, str):
            continue
        if path.startswith(HEADER):
            yield from _header_faults(option, path, place)
        elif fault := syntax_fault(path):
            yield f"`{place}.{option}` {fault}"


def _header_faults(option: str, path: str, place: str) -> Iterator[str]:
    """Give what is wrong with an option that leads to a header of the response."""
    if (other := _IN_HEADERS.get(option)) is not None:
        yield f"`{place}.{option}` leads into the body; what follows stands in a header for the paginator `{other}`"
    elif not HEADER_NAME.fullmatch(path.removeprefix(HEADER).strip()):
        yield f"`{place}.{option}` must name a header behind `{HEADER}`, such as `{HEADER}X-Total-Count`"


def _flag_faults(words: Mapping[str, Any], place: str) -> Iterator[str]:
    """Give each flag that says by its name the opposite of what it is declared to say: rows would be lost."""
    for option, opposite, right in (("has_more_path", ENDS, "is_last_path"), ("is_last_path", FLAGS, "has_more_path")):
        name = str(words.get(option) or "").rpartition(".")[2]
        if name in opposite:
            yield f"`{place}.{option}` names `{name}`, which says the opposite; use `{right}` for it"


def _own_paginator_faults(words: Mapping[str, Any], place: str) -> list[str]:
    loader = Loader()
    found = loader.subclass(words["type"], f"{place}.type", Paginator)
    options = {name: value for name, value in words.items() if name != "type"}
    return loader.faults or faults_in(options, found.called.schema(), place)  # type: ignore[attr-defined] # a paginator


def paginator_of(words: Mapping[str, Any]) -> Paginator[Any]:
    """Return the paginator that is declared in these words, which are known to be right: ours, or a class of code."""
    if not is_code(words["type"]):
        return paginators.paginator_of(words)
    options = {name: value for name, value in words.items() if name != "type"}
    made: Paginator[Any] = Loader().subclass(words["type"], "paginator", Paginator)(**options)
    return made
