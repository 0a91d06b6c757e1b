"""The `values` of a resource: records that stand in the configuration, in a file, or are made by code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.resources.code import Loader, is_code

if TYPE_CHECKING:
    from collections.abc import Sequence

Records = tuple[dict[str, Any], ...]

# The field of a plain value, where no primary key names another.
FIELD = "id"


def read(given: object, place: str, *, keys: Sequence[str]) -> tuple[Records | None, list[str]]:
    """Return the records of a resource that has `values`, None where it has none, and what is wrong with them.

    A plain value is a record with one field: the primary key, or `id`.
    """
    if given is None:
        return None, []
    values, faults = _of_code(given, place) if is_code(given) else _as_list(given, place)
    name = keys[0] if len(keys) == 1 else FIELD
    records = []
    for number, value in enumerate(values, 1):
        if isinstance(value, dict):
            records.append(value)
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            records.append({name: value})
        else:
            faults.append(f"`{place}` must hold text, numbers and objects only; value {number} is none of these")
    return (None, faults) if faults else (tuple(records), [])


def _of_code(given: Any, place: str) -> tuple[list[Any], list[str]]:  # noqa: ANN401 - text
    """Return what a function returns or yields; dlt's resources yield pages as lists too."""
    loader = Loader()
    function = loader.function(given, place)
    if loader.faults:
        return [], loader.faults
    try:
        made = list(function())
    except (FatalAPIError, TypeError) as error:
        return [], [f"`{place}` must name a function that returns a list: {error}"]
    return [value for part in made for value in (part if isinstance(part, list) else [part])], []


def _as_list(given: object, place: str) -> tuple[list[Any], list[str]]:
    """Return a list as it stands, or as a file holds it: as JSON, or a value in each line."""
    if isinstance(given, list):
        return given, []
    try:
        text = Path(str(given)).read_text(encoding="utf-8-sig")
    except OSError as error:
        return [], [f"`{place}` names a file that cannot be read: {error.strerror}"]
    except UnicodeDecodeError:
        return [], [f"`{place}` names a file that is not text in UTF-8"]
    if not text.lstrip().startswith("["):
        return [line.strip() for line in text.splitlines() if line.strip()], []
    try:
        return list(json.loads(text)), []
    except (ValueError, RecursionError):
        return [], [f"`{place}` names a file that is not JSON"]
