"""Sessions of `requests` that the code makes: their headers, parameters and credentials are those of the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python.values import Arguments, Session, Unknown, Words

if TYPE_CHECKING:
    from tap_analytics.resources.dlt_python.notes import Notes
    from tap_analytics.resources.dlt_python.scope import Scope

_WORDS = ("headers", "params", "auth")


def create(arguments: Arguments, scope: Scope) -> Session:  # noqa: ARG001
    """Return a new session."""
    words = Words({"headers": Words(line=arguments.line), "params": Words(line=arguments.line)}, line=arguments.line)
    return Session(words)


def outcome(owner: Session, name: str, arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401, ARG001
    """Return what a method of a session returns; adapters, which say how to try again, change nothing."""
    if name == "mount":
        scope.findings.say(arguments.line, "`mount` is left out: the tap tries again by itself")
        return None
    return Unknown(arguments.line, f"calls `{name}`, which only running it tells")


def assign(owner: Session, name: str, given: Any, line: int, scope: Scope) -> None:  # noqa: ANN401
    """Set an attribute of a session; one without a word is told."""
    if name == "auth" and isinstance(given, list) and len(given) == 2:  # noqa: PLR2004 - a pair
        user, password = given
        given = Words({"type": "http_basic", "username": user, "password": password}, line=line)
    if name in _WORDS:
        owner.words.put(name, given, line)
    else:
        scope.findings.say(line, f"`{name}` of a session has no word; it is left out", loses=True)


def mend(client: Words, notes: Notes) -> Words:
    """Write what a session says into the client, below its own words, and return the parameters of the session."""
    session = client.get("session")
    if not isinstance(session, Session):
        return Words()
    line = client.line_of("session")
    del client["session"]
    words = session.words
    notes.say(line, "`client.session` is written as headers, parameters and `auth`")
    if headers := words.get("headers"):
        below = Words(headers, line=line) if isinstance(headers, Words) else headers
        if isinstance(below, Words) and isinstance(own := client.get("headers"), Words):
            below.take(own)
        client.put("headers", below, line)
    if "auth" in words and client.get("auth") is None:
        client.put("auth", words["auth"], words.line_of("auth"))
    params = words.get("params")
    return params if isinstance(params, Words) else Words()
