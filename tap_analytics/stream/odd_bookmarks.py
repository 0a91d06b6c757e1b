"""What is odd about the bookmark that a stream begins at, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tap_analytics.state.bookmarks import State
    from tap_analytics.state.replication import ReplicationKey


def oddity(state: State, replication_key: str, key: ReplicationKey) -> str:
    """Return what is odd about the bookmark in a state; nothing at all where it is as it should be."""
    value, of = state.get("replication_key_value"), state.get("replication_key")
    if value and of != replication_key:
        return (
            f"The bookmark in the state is one of `{of}`, not of `{replication_key}`: it is not used, and all rows "
            "are read"
        )
    if value and key.is_ahead(value, datetime.now(UTC)):
        return (
            "The bookmark in the state is in the future: rows that changed before it are not read. If it is wrong, "
            "remove it from the state, or run Meltano once with `--full-refresh`"
        )
    return ""
