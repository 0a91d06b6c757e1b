"""The lists of a stream that is read by itself, outside of the sync of a family: each in its turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tap_analytics.stream.lists.child_lists import ChildLists


def own_lists(_: object, *, is_apart: bool = False) -> ChildLists:
    """Return the lists of a stream, as yet without any; those that are read apart from a sync move no bookmark."""
    from tap_analytics.stream.lists.child_lists import ChildLists  # noqa: PLC0415 - discovery reads nothing

    return ChildLists(is_apart=is_apart)
