"""Settings and connections as the tap makes them, for tests of code that takes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.config.validation import normalize
from tap_analytics.http.connection import Connection
from tap_analytics.report.redaction.redact import Redactor
from tap_analytics.settings import SETTINGS

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox


def settings_of(url: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401 - any setting
    """Return the settings of a tap with their defaults; it waits for no retry."""
    return normalize({"api_url": url, "backoff_factor": 0, **given}, SETTINGS)


def connection_of(settings: dict[str, Any]) -> Connection:
    return Connection.of(settings, Redactor([settings["api_key"]] if settings.get("api_key") else []))


def connect(api: Sandbox, **given: Any) -> Connection:  # noqa: ANN401 - any setting
    """Return a connection to the sandbox, with its key."""
    return connection_of(settings_of(api.url, **{"api_key": api.api_key, **given}))
