"""The place in the body of a request that says which page is asked for: keys, and numbers of elements of a list."""

from __future__ import annotations

from typing import Any

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.patterns import pattern

_KEY = pattern(r"""\$?\[(['"])(.+?)\1\]|\[(\d{1,6})\]|((?:[^.\[]|\[(?!['"]|\d+\]))+)""")


def steps_in(path: str) -> list[str | int]:
    """Return the steps of a path: names with dots between them, `['a.b']` for one with dots, `[6]` for an element."""
    found = _KEY.finditer(path.removeprefix("$."))
    return [int(match[3]) if match[3] is not None else match[2] or match[4] for match in found]


def leads_into(document: object, path: str) -> bool:
    """Return whether a value can be put at a path of a document; objects are made on the way, elements are not."""
    steps = steps_in(path)
    for number, step in enumerate(steps):
        if isinstance(step, int):
            if not isinstance(document, list) or step >= len(document):
                return False
            document = document[step]
        elif isinstance(document, dict) and step in document:
            document = document[step]
        else:
            return not isinstance(document, list) and not any(isinstance(each, int) for each in steps[number:])
    return bool(steps)


def put(document: Any, path: str, value: object) -> None:  # noqa: ANN401 - an object or a list of JSON
    """Put a value at a path of a document, and make the objects in between.

    Raises:
        FatalAPIError: The document lacks an element of a list.
    """
    *outer, last = steps_in(path)
    for step in outer:
        _check(document, step, path)
        within = document.get(step) if isinstance(document, dict) else document[step]
        if not isinstance(within, dict | list):
            within = document[step] = {}
        document = within
    _check(document, last, path)
    document[last] = value


def _check(document: object, step: str | int, path: str) -> None:
    if isinstance(step, int):
        is_there = isinstance(document, list) and step < len(document)
    else:
        is_there = isinstance(document, dict)
    if is_there:
        return
    message = f"the body of the request has no place `{path}`; check the paginator, and what `json` leaves out"
    raise FatalAPIError(message)
