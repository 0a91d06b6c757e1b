"""Streams that a catalog selects, and that the configuration does not have: nobody would miss them otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from singer_sdk.singerlib import Catalog


def absent_streams(catalog: Catalog | None, streams: Container[str]) -> str:
    """Return a warning of the streams that a catalog selects besides these; empty if there are none."""
    chosen = [name for name, entry in (catalog or {}).items() if entry.metadata.resolve_selection()[()]]
    absent = [f"`{name}`" for name in chosen if name not in streams]
    if not absent:
        return ""
    return (
        f"the catalog selects {', '.join(absent)}, which the configuration does not have: nothing is read of "
        f"{'it' if len(absent) == 1 else 'them'}; check `resources`, or make the catalog anew with `--discover`"
    )
