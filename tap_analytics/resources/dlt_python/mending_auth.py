"""`auth` as generated pages write it -> as dlt writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.resources.declaration.dlt_auth import AUTHS
from tap_analytics.resources.dlt_python import mending_values
from tap_analytics.resources.dlt_python.values import Words, variable
from tap_analytics.resources.dlt_shape import generated

if TYPE_CHECKING:
    from tap_analytics.resources.dlt_python.notes import Notes

_FORM = ("scope", "scopes", "grant_type")


def mend(auth: Words, client: Words, place: str, notes: Notes) -> None:
    """Mend `auth` where it stands; it is removed if it says that the API wants none."""
    if auth.get("type") in {"none", "no_auth"}:
        notes.say(auth.line_of("type"), f"`{place}` says that there is none; it is left out")
        del client["auth"]
        return
    notes.retype(auth, generated.AUTH_TYPES, place)
    kind = auth.get("type", "bearer")
    if not isinstance(kind, str) or kind not in AUTHS:
        return
    notes.rename(auth, generated.AUTH.get(kind, {}), place)
    mending_values.mend_location(auth, place, notes)
    if kind == "oauth2_client_credentials":
        _move_into_form(auth, place, notes)
    if isinstance(headers := auth.pop("headers", None), Words):
        notes.say(auth.line_of("headers"), f"`{place}.headers` are `client.headers` in dlt's words")
        headers.take(client.get("headers") or {})
        client.put("headers", headers, headers.line)
    if kind == "api_key" and "api_key" not in auth:
        auth.put("api_key", variable("api_key"))
        notes.say(auth.line, f"`{place}.api_key` is not there; it is the variable `$API_KEY`")
    for key in [key for key in auth if key != "type" and key not in AUTHS[kind].schema["properties"]]:
        notes.unknown(auth, key, place, loses=True)


def _move_into_form(auth: Words, place: str, notes: Notes) -> None:
    """Move what is sent to the token endpoint to where dlt has it."""
    for key in _FORM:
        if key not in auth:
            continue
        value, line = auth.pop(key), auth.line_of(key)
        if key == "scopes" and isinstance(value, list):
            value = " ".join(str(each) for each in value)
        form = auth.setdefault("access_token_request_data", Words(line=line))
        form.put("scope" if key == "scopes" else key, value, line)
        notes.say(line, f"`{place}.{key}` belongs into `access_token_request_data`")
