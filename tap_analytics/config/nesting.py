"""How deep and how large a document of the user may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MOST_LEVELS = 100
# The message for a body that is nested more deeply than Python can follow.
NESTED_RECORD = "a record is nested too deeply to be read"
# The most values in a document; an alias of YAML may stand for many of them.
MOST_VALUES = 500_000


def json_children(value: object) -> Iterable[Any]:
    """Return the values right within a value."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def nesting_fault(
    document: object, children: Callable[[Any], Iterable[Any]] = json_children, *, most: float = float("inf")
) -> str | None:
    """Return a sentence if a document is nested too deeply or has too many values; None otherwise.

    A value that is reached by several paths counts once for each of them.
    """
    count = 0
    level: list[Iterable[Any]] = [iter([document])]
    while level:
        for value in level[-1]:
            count += 1
            if count > most:
                return f"has more than {most:,} values, with those that its aliases stand for"
            if len(level) > MOST_LEVELS:
                return f"is nested more than {MOST_LEVELS} levels deep"
            level.append(iter(children(value)))
            break
        else:
            level.pop()
    return None
