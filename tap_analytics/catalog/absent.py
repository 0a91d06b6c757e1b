"""What is said of streams that a catalog selects and the configuration does not have, and of a catalog without any."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from singer_sdk.singerlib import Catalog


NOTHING_SELECTED = (
    "No stream is selected, so nothing was read: the catalog has `selected` false for all. In Meltano, an exclusion "
    "alone selects nothing: `meltano select EXTRACTOR STREAM '*'` includes a stream"
)


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


def nothing_read(catalog: Catalog | None, streams: Container[str]) -> str:
    """Return a warning that no stream is read, with the reason."""
    if catalog is None or any(name in streams for name in catalog):
        return NOTHING_SELECTED
    return "Nothing was read: the catalog has no stream of the configuration; make it anew with `--discover`"
