"""The words of an endpoint that say how it is signed, where that differs from the other endpoints."""

# ruff: noqa: PLC0415 - all kinds of credentials are imported where an endpoint has words of its own, as few have

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def faults(auth: dict[str, Any], place: str) -> Iterator[str]:
    """Give a sentence for each fault; they must be whole, since no setting adds to the credentials of a resource."""
    from tap_analytics.resources import dlt_auth

    yield from dlt_auth.faults(auth, place, is_whole=True)


def settings(auth: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of credentials that sound words mean."""
    from tap_analytics.resources import dlt_auth

    return dlt_auth.settings(auth)
