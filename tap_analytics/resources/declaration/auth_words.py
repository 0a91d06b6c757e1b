"""The words of an endpoint that say how it is signed, where that differs from the other endpoints."""

# ruff: noqa: PLC0415 - all kinds of credentials are imported where an endpoint has words of its own, as few have

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def faults(auth: dict[str, Any], place: str) -> Iterator[str]:
    """Give a sentence for each fault, missing words too: no setting completes the credentials of a resource."""
    from tap_analytics.resources.declaration import dlt_auth

    yield from dlt_auth.faults(auth, place, is_whole=True)


def settings(auth: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that these words, which have been checked, stand for."""
    from tap_analytics.resources.declaration import dlt_auth

    return dlt_auth.settings(auth)
