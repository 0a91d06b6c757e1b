"""Builtins that call a function of the file for each element: `map`, `filter` and `sorted` with a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python import operators
from tap_analytics.resources.dlt_python.values import Arguments, Imported, Unknown, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tap_analytics.resources.dlt_python.scope import Scope


def calls(result: Callable[[Any, Arguments, Scope], Any]) -> Mapping[str, Callable[[Arguments, Scope], Any]]:
    """Return these builtins by their paths.

    Args:
        result: Returns what a call gives.
    """

    def each_of(function: object, elements: Sequence[Any], arguments: Arguments, scope: Scope) -> list[Any]:
        line = arguments.line
        return [result(function, Arguments([each], Words(line=line), line), scope) for each in elements]

    def map_each(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401 - a list, or why there is none
        elements = _elements(arguments, 1)
        return (
            elements if isinstance(elements, Unknown) else each_of(arguments.positional[0], elements, arguments, scope)
        )

    def filter_each(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401 - likewise
        elements = _elements(arguments, 1)
        if isinstance(elements, Unknown):
            return elements
        function = arguments.positional[0]
        found = elements if function is None else each_of(function, elements, arguments, scope)
        holds = [operators.truth(each) for each in found]
        if None in holds:
            return Unknown(arguments.line, "depends on a condition that only running the code tells")
        return [each for each, keeps in zip(elements, holds, strict=True) if keeps]

    def sort_each(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401 - likewise
        elements = _elements(arguments, 0)
        if isinstance(elements, Unknown):
            return elements
        key = arguments.named.get("key")
        keys = elements if key is None else each_of(key, elements, arguments, scope)
        return _in_order(elements, keys, arguments)

    of_function = {"builtins.filter": filter_each, "builtins.map": map_each, "builtins.sorted": sort_each}
    return of_function | {"builtins.next": _next}


def _next(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401, ARG001 - any value, or why there is none
    """Return the first of what a comprehension gives, or else the default."""
    elements, *default = arguments.positional or [None]
    if isinstance(elements, list) and (elements or default):
        return [*elements, *default][0]
    unknown = Unknown(arguments.line, "calls `next`, which only running it tells")
    return elements if isinstance(elements, Unknown) else unknown


def _in_order(elements: Sequence[Any], keys: Sequence[Any], arguments: Arguments) -> Any:  # noqa: ANN401 - likewise
    """Return elements in the order of their keys."""
    kinds, is_reverse = {type(each) for each in keys}, arguments.named.get("reverse", False)
    if not isinstance(is_reverse, bool) or not (kinds <= {str} or kinds <= {int, float}):
        return Unknown(arguments.line, "calls `sorted` with what only running the code tells")
    places = sorted(range(len(keys)), key=keys.__getitem__, reverse=is_reverse)
    return [elements[place] for place in places]


def _elements(arguments: Arguments, index: int) -> list[Any] | Unknown:
    """Return the elements of the argument at this place."""
    given = arguments.positional[index] if len(arguments.positional) > index else None
    if isinstance(given, Imported):
        given = None
    found = operators.elements_of(given)
    return operators.unreadable(given, arguments.line) if found is None else found
