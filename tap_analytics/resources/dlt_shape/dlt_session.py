"""The `session` of a client in dlt's shape: which words are settings of the tap, and which have no effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Config = dict[str, Any]


def _timeouts(value: Any) -> Config:  # noqa: ANN401 - JSON may be anything
    """Return the settings for seconds to wait: one number, or one for the connection and one for the response."""
    if isinstance(value, list) and len(value) == len(("connect", "read")):
        return {"connect_timeout": value[0], "read_timeout": value[1]}
    return {"read_timeout": value}


# The settings of the tap for each word of the session.
SETTINGS: Mapping[str, Callable[[Any], Config]] = {
    "timeout": _timeouts,
    "request_timeout": _timeouts,
    "request_max_attempts": lambda value: {"max_retries": value - 1 if isinstance(value, int) else value},
    "request_backoff_factor": lambda value: {"backoff_factor": value},
    "request_max_retry_delay": lambda value: {"max_retry_wait": value},
}
# Words without effect: a failing status always fails, unless `response_actions` says otherwise.
WITHOUT_EFFECT = ("raise_for_status",)


def settings(client: Mapping[str, Any]) -> Config:
    """Return the settings that the session of a client stands for."""
    words = client.get("session") or {}
    if isinstance(words, str):  # the session is code
        return {"session": words}
    return {
        name: value
        for word, given in words.items()
        if word in SETTINGS and given is not None
        for name, value in SETTINGS[word](given).items()
    }
