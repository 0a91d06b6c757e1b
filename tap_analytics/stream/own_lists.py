"""The lists of a stream that is read by itself, outside of the sync of a family: each in its turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tap_analytics.stream.child_lists import ChildLists


def own_lists(_: object) -> ChildLists:
    """Return the lists of a stream, as yet without any."""
    from tap_analytics.stream.child_lists import ChildLists  # noqa: PLC0415 - discovery reads nothing

    return ChildLists()
