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

    def mapped(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401 - a list, or why there is none
        elements = _elements(arguments, 1)
        return (
            elements if isinstance(elements, Unknown) else each_of(arguments.positional[0], elements, arguments, scope)
        )

    def filtered(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401 - likewise
        elements = _elements(arguments, 1)
        if isinstance(elements, Unknown):
            return elements
        function = arguments.positional[0]
        found = elements if function is None else each_of(function, elements, arguments, scope)
        holds = [operators.truth(each) for each in found]
        if None in holds:
            return Unknown(arguments.line, "depends on a condition that only running the code tells")
        return [each for each, keeps in zip(elements, holds, strict=True) if keeps]

    def ordered(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401 - likewise
        elements = _elements(arguments, 0)
        if isinstance(elements, Unknown):
            return elements
        key, is_reverse = arguments.named.get("key"), arguments.named.get("reverse", False)
        keys = elements if key is None else each_of(key, elements, arguments, scope)
        kinds = {type(each) for each in keys}
        if isinstance(is_reverse, bool) and (kinds <= {str} or kinds <= {int, float}):
            places = sorted(range(len(keys)), key=keys.__getitem__, reverse=is_reverse)
            return [elements[place] for place in places]
        return Unknown(arguments.line, "calls `sorted` with what only running the code tells")

    return {"builtins.filter": filtered, "builtins.map": mapped, "builtins.sorted": ordered}


def _elements(arguments: Arguments, index: int) -> list[Any] | Unknown:
    """Return the elements of the argument at this place."""
    given = arguments.positional[index] if len(arguments.positional) > index else None
    if isinstance(given, Imported):
        given = None
    found = operators.elements_of(given)
    return operators.unreadable(given, arguments.line) if found is None else found
