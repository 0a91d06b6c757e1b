"""The names that settings of the tap have in a configuration of dlt's shape, for messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.resources.declaration import dlt_auth
from tap_analytics.resources.dlt_shape import dlt_session

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_CLIENT: Mapping[str, str] = {
    "api_key_location": "client.auth.location",
    "api_key_name": "client.auth.name",
    "api_url": "client.base_url",
    "token_params": "client.auth.access_token_request_data",
    "token_url": "client.auth.access_token_url",
}
# For messages about a stream. Names such as `headers` or `scope` are not here: they may be names of fields too.
NAMES: Mapping[str, str] = {
    **_OF_CLIENT,
    "limit_param": "paginator.limit_param",
    "offset_param": "paginator.offset_param",
    "page_size": "paginator.limit",
    "start_param": "incremental.start_param",
}
_CREDENTIALS = (
    *("assertion", "client_id", "client_secret", "login", "password", "private_key", "refresh_token", "scope"),
    *("token_file", "token_path", "username"),
)


def of_settings(client: Mapping[str, Any], rest: Mapping[str, Any]) -> dict[str, str]:
    """Return the names that settings have within the client, for messages; settings beside it keep their names."""
    auth = client.get("auth")
    kind = auth.get("type") if isinstance(auth, dict) else None
    key = {"api_key": "client.auth.token" if kind == "bearer" else "client.auth.api_key", "headers": "client.headers"}
    own = {} if kind == "login" else {name: f"client.auth.{name}" for name in _CREDENTIALS}
    session = client.get("session")
    words = [word for word in session if word in dlt_session.SETTINGS] if isinstance(session, dict) else []
    of_session = {name: f"client.session.{word}" for word in words for name in dlt_session.SETTINGS[word](1)}
    names = {**_OF_CLIENT, **key, **own, **of_session, "login": "client.auth"}
    return {name: new for name, new in names.items() if name not in rest}


def credentials(client: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the places of the credentials of a client; none if it needs no credentials."""
    auth = client.get("auth")
    kind = dlt_auth.AUTHS.get(str(auth.get("type"))) if isinstance(auth, dict) else None
    return tuple(f"client.auth.{name}" for name in kind.needs) if kind else ()
