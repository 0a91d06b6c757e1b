"""The words of dlt that the tap takes, as JSON Schemas, and those that it refuses, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.config.faults import TEXT, Schema, expectation, faults_in, in_backticks, object_of, refusal
from tap_analytics.pagination import paginators
from tap_analytics.pagination.paginator import NO_BODY
from tap_analytics.records.empty_when import DATA

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES: Schema = {"type": "array", "items": TEXT, "minItems": 1, "title": "a name, or a list of names"}
_TRUTH: Schema = {"type": "boolean"}
_BOUND: Schema = {"type": ["string", "number"], "title": "a date, text or a number"}
HEADERS: Schema = {
    "type": "object",
    "additionalProperties": {"type": "string"},
    "writeOnly": True,
    "title": "an object whose values are text",
}

_IN_TARGET = "how records are stored is up to the target; remove it"
_NO_CODE = "no code runs here"

INCREMENTAL = object_of(
    cursor_path=TEXT,
    start_param=TEXT,
    end_param=TEXT,
    initial_value=_BOUND,
    end_value=_BOUND,
    lag={"type": "number", "minimum": 0},
    row_order={"enum": ["asc", "desc"]},
    datetime_format=TEXT,
    timezone=TEXT,
    # These say what the tap does anyway, and are refused where they say something else.
    last_value_func={"enum": ["max"]},
    on_cursor_value_missing={"enum": ["include"]},
    range_start={"enum": ["closed"]},
    range_end={"enum": ["open"]},
    primary_key={},
    allow_external_schedulers=refusal("set `end_value`, or the setting `end_date`"),
    convert=refusal(f"{_NO_CODE}; use `datetime_format`"),
    transform=refusal(f"{_NO_CODE}; use `datetime_format`"),
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
    "title": "text, a number, true or false, a list of these, or an object whose `type` is `incremental` or `resolve`",
}

PAGINATORS: Mapping[str, Schema] = {
    **{kind.type: kind.schema() for kind in paginators.PAGINATORS},
    **{name: refusal(reason) for name, reason in paginators.REFUSED_PAGINATORS.items()},
}

ENDPOINT = object_of(
    path={"type": "string"},
    method={"type": "string"},
    params={"type": "object"},
    headers=HEADERS,
    data_selector=TEXT,
    paginator={"type": "object", "title": "the name of a paginator, or an object with its `type`"},
    incremental={"type": "object"},
    empty_when={"type": "object"},
    json=refusal(NO_BODY),
    data=refusal(NO_BODY),
    auth=refusal("one run signs all its requests alike; read this resource with a configuration of its own"),
    response_actions=refusal(
        f"{_NO_CODE}; declare responses that hold no record with `empty_when`, and deselect a stream that fails"
    ),
)

RESOURCE = object_of(
    name=TEXT,
    endpoint=ENDPOINT | {"title": "the path, or an object"},
    primary_key=_NAMES,
    write_disposition=object_of(
        disposition={"enum": ["merge", "append", "replace"]},
        # Both leave one row of each key, the newest, as a Singer target does that is given key properties.
        strategy={"enum": ["delete-insert", "upsert"]},
        deduplicated=_TRUTH,
    )
    | {"required": ["disposition"], "title": "`merge`, `append` or `replace`"},
    schema={"type": ["object", "string"], "title": "a JSON Schema, or the name of a file that holds one"},
    columns={"type": ["object", "array"], "title": "an object of hints by name, or a list of hints with their `name`"},
    selected=_TRUTH,
    # The records of this resource for which its children are read in a later sync.
    children={"enum": ["changed", "all"]},
    include_from_parent=_NAMES | {"title": "a list of names"},
    # Requests go ahead of the reader as the setting `concurrency` says.
    parallelized=_TRUTH,
    processing_steps=refusal(f"{_NO_CODE}; filter and change records with `stream_maps`"),
    table_name=refusal("a stream has the name of its resource; rename it with `stream_maps`"),
    max_table_nesting=refusal("set `flattening_enabled` and `flattening_max_depth`"),
    schema_contract=refusal("a field that the schema does not have is left out, with a warning"),
    merge_key=refusal("records are merged by `primary_key` alone; remove it"),
    **dict.fromkeys(
        ("parent_table_name", "nested_hints", "table_format", "file_format", "references"), refusal(_IN_TARGET)
    ),
) | {"required": ["name"]}
DEFAULTS = object_of(**{key: hint for key, hint in RESOURCE["properties"].items() if key != "name"})


def paginator_faults(words: Mapping[str, Any], place: str) -> list[str]:
    """Return a sentence for each option of a paginator that is wrong, its type first."""
    kind = {"enum": [name for name, options in PAGINATORS.items() if "not" not in options]}
    if "type" not in words:
        return [f"`{place}.type` is missing; it is {expectation(kind)}"]
    options = PAGINATORS.get(str(words["type"]), {"not": kind})
    if "description" in options:
        return [f"`{place}.type` names a paginator that is not supported: {options['description']}"]
    if "properties" not in options:
        return faults_in(words["type"], kind, f"{place}.type")
    return faults_in({name: value for name, value in words.items() if name != "type"}, options, place)
