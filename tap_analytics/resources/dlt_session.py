"""The `session` of a client in dlt's shape: what of it is a setting of the tap, and what has no effect here."""

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


# What a word of the session says in settings of the tap.
SETTINGS: Mapping[str, Callable[[Any], Config]] = {
    "timeout": _timeouts,
    "request_timeout": _timeouts,
    "request_max_attempts": lambda value: {"max_retries": value - 1 if isinstance(value, int) else value},
    "request_backoff_factor": lambda value: {"backoff_factor": value},
    "request_max_retry_delay": lambda value: {"max_retry_wait": value},
}
# A status that is a failure is one in any case; see `response_actions` for what is to be ignored.
WITHOUT_EFFECT = ("raise_for_status",)


def settings(client: Mapping[str, Any]) -> Config:
    """Return the settings that the session of a client stands for."""
    words = client.get("session") or {}
    if isinstance(words, str):  # code that gives it
        return {"session": words}
    return {
        name: value
        for word, given in words.items()
        if word in SETTINGS and given is not None
        for name, value in SETTINGS[word](given).items()
    }
