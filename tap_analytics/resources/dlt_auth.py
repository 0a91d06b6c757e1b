"""The kinds of `auth` in a configuration of dlt's shape -> settings of the tap: a line for each."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_analytics.config.faults import TEXT, object_of, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Config = dict[str, Any]

NO_SESSION = refusal("requests are sent as the settings `max_retries` and `read_timeout` say; remove it")
_SECRET = TEXT | {"writeOnly": True}
_OAUTH2 = object_of(
    client_id=_SECRET,
    client_secret=_SECRET,
    access_token_url=TEXT,
    token_url=TEXT,
    access_token_request_data=object_of(grant_type={"enum": ["client_credentials"]}, scope=TEXT),
    # A token whose end is not told is used until the API refuses it.
    default_token_expiration={"type": ["integer", "string"]},
    access_token=refusal("set `type` to `bearer`, and `token`"),
    session=NO_SESSION,
)


@dataclass(frozen=True)
class Auth:
    """One kind: the JSON Schema of its words, and what turns sound words into settings; null is unset."""

    schema: Mapping[str, Any]
    settings: Callable[[Config], Config]


def _key(auth: Config) -> Config:
    return {
        "api_key": auth.get("api_key"),
        "api_key_name": auth.get("name", "Authorization"),
        "api_key_location": "header" if auth.get("location", "header") == "header" else "query",
    }


def _bearer(auth: Config) -> Config:
    return {"api_key": auth.get("token"), "api_key_location": "bearer"}


def _basic(auth: Config) -> Config:
    pair = base64.b64encode(f"{auth['username']}:{auth['password']}".encode()).decode()
    return {"headers": {"Authorization": f"Basic {pair}"}, "api_key_location": "none"}


def _oauth2(auth: Config) -> Config:
    return {
        "client_id": auth.get("client_id"),
        "client_secret": auth.get("client_secret"),
        "token_url": auth.get("access_token_url", auth.get("token_url")),
        "scope": auth.get("access_token_request_data", {}).get("scope"),
    }


AUTHS: Mapping[str, Auth] = {
    "api_key": Auth(object_of(name=TEXT, api_key=_SECRET, location={"enum": ["header", "query", "param"]}), _key),
    "bearer": Auth(object_of(token=_SECRET), _bearer),
    "http_basic": Auth(
        object_of(username=_SECRET, password=_SECRET) | {"required": ["username", "password"]},
        _basic,
    ),
    "oauth2_client_credentials": Auth(_OAUTH2, _oauth2),
    "oauth2": Auth(_OAUTH2, _oauth2),
}
