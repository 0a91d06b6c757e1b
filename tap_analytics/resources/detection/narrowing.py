"""Finds which of many parameters an API heeds: sends all of them, then halves."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")


def narrow(items: Sequence[Item], is_heeded: Callable[[Sequence[Item]], bool | None]) -> Sequence[Item]:
    """Return the item that is heeded; none if all are ignored, several if no request can tell them apart.

    Args:
        items: The items to be sent together, the likeliest first.
        is_heeded: Returns whether some of them change the answer; None if the API refuses them.
    """
    if not items or (heeded := is_heeded(items)) is False:
        return ()
    while heeded and len(items) > 1:
        half = items[: len(items) // 2]
        heeded = is_heeded(half)
        if heeded is not None:
            items, heeded = half if heeded else items[len(items) // 2 :], True
        else:
            items = half
    return items
