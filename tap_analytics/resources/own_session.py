"""The session that a configuration names as code -> the object that sends requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import requests

from tap_analytics.resources.code import EXAMPLE, Loader, is_code

if TYPE_CHECKING:
    from requests import Session


def read(given: object, place: str) -> tuple[Session | None, list[str]]:
    """Return the session that a setting names, None where it names none, and what is wrong with it."""
    if given is None:
        return None, []
    if not is_code(given):
        return None, [f"`{place}` must be {EXAMPLE}"]
    loader = Loader()
    session = loader.instance(str(given), place, requests.Session)
    return session, loader.faults
