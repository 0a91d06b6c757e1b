"""The kinds of `auth` in a configuration of dlt's shape -> settings of the tap: a line for each."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from requests.auth import AuthBase
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.config.faults import TEXT, faults_in, object_of, refusal, without_nulls
from tap_analytics.http.authenticators import AUTHENTICATORS
from tap_analytics.resources.code import Loader, Maker, is_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Config = dict[str, Any]

_SECRET = TEXT | {"writeOnly": True}
# One half of the pair may be empty: some APIs take a key for the name, and no password.
_HALF = {"type": "string", "writeOnly": True, "title": "text"}
_OAUTH2 = object_of(
    client_id=_SECRET,
    client_secret=_SECRET,
    access_token_url=TEXT,
    token_url=TEXT,
    # What else the token endpoint wants, an audience for one, is sent as it is.
    access_token_request_data={
        "type": "object",
        "properties": {"grant_type": {"enum": ["client_credentials"]}, "scope": TEXT},
        "additionalProperties": {"type": ["string", "number"], "writeOnly": True, "title": "text, or a number"},
    },
    # A token whose end is not told is used until the API refuses it.
    default_token_expiration={"type": ["integer", "string"]},
    access_token=refusal("set `type` to `bearer`, and `token`"),
    session={},
)


@dataclass(frozen=True)
class Auth:
    """One kind: the JSON Schema of its words, and what turns sound words into settings; null is unset.

    `needs` are the words without which it signs nothing; for a client, they may be settings of the tap instead.
    """

    schema: Mapping[str, Any]
    settings: Callable[[Config], Config]
    needs: tuple[str, ...] = ()


def _key(auth: Config) -> Config:
    return {
        "api_key": auth.get("api_key"),
        "api_key_name": auth.get("name", "Authorization"),
        "api_key_location": "query" if auth.get("location") == "param" else auth.get("location", "header"),
    }


def _bearer(auth: Config) -> Config:
    return {"api_key": auth.get("token"), "api_key_location": "bearer"}


def _basic(auth: Config) -> Config:
    pair = base64.b64encode(f"{auth['username']}:{auth['password']}".encode()).decode()
    return {"api_key": f"Basic {pair}", "api_key_name": "Authorization", "api_key_location": "header"}


def _oauth2(auth: Config) -> Config:
    form = auth.get("access_token_request_data", {})
    return {
        "client_id": auth.get("client_id"),
        "client_secret": auth.get("client_secret"),
        "token_url": auth.get("access_token_url", auth.get("token_url")),
        "scope": form.get("scope"),
        "token_form": {name: str(value) for name, value in form.items() if name not in {"grant_type", "scope"}} or None,
    }


AUTHS: Mapping[str, Auth] = {
    "api_key": Auth(
        object_of(name=TEXT, api_key=_SECRET, location={"enum": ["header", "query", "param", "cookie"]}),
        _key,
        ("api_key",),
    ),
    "bearer": Auth(object_of(token=_SECRET), _bearer, ("token",)),
    "http_basic": Auth(
        object_of(username=_HALF, password=_HALF) | {"required": ["username", "password"]},
        _basic,
        ("username", "password"),
    ),
    "oauth2_client_credentials": Auth(_OAUTH2, _oauth2, ("client_id", "client_secret")),
    "oauth2": Auth(_OAUTH2, _oauth2, ("client_id", "client_secret")),
}
_TYPE = {"enum": list(AUTHS)}


def faults(auth: Config, place: str, *, is_whole: bool = False) -> Iterator[str]:
    """Yield a sentence for each word of `auth` that is wrong; where it is the whole, also for each that is missing."""
    kind = auth.get("type", "bearer")
    if is_code(kind):
        yield from _own_faults(auth, place)
    elif not isinstance(kind, str) or kind not in AUTHS:
        yield from faults_in(kind, _TYPE, f"{place}.type")
    else:
        words = {key: value for key, value in without_nulls(auth).items() if key != "type"}
        needed = {"required": list(AUTHS[kind].needs)} if is_whole else {}
        found = faults_in(words, {**AUTHS[kind].schema, **needed}, place)
        yield from found
        if is_whole and not found and any(AUTHENTICATORS.faults(settings(auth))):
            yield f"`{place}` has a name or a secret that no HTTP header can carry; check it for line breaks and spaces"
    if {"access_token_url", "token_url"} <= auth.keys():
        yield f"`{place}.access_token_url` and `{place}.token_url` are both set; remove one of them"


def _own_faults(auth: Config, place: str) -> list[str]:
    """Return what is wrong with a class of the operator's, or with its arguments, which may be secrets."""
    loader = Loader()
    maker = _maker(auth, place, loader)
    if not loader.faults:
        try:
            maker()
        except FatalAPIError as error:
            return [f"`{place}` cannot be made: {error}"]
    return loader.faults


def _maker(auth: Config, place: str, loader: Loader) -> Maker:
    code = loader.subclass(auth["type"], f"{place}.type", AuthBase)
    return Maker(code, {name: value for name, value in auth.items() if name != "type"})


def settings(auth: Config) -> Config:
    """Return the settings that sound words of `auth` stand for."""
    if is_code(auth.get("type")):
        return {"own_auth": _maker(auth, "auth", Loader())}
    return without_nulls(AUTHS[auth.get("type", "bearer")].settings(without_nulls(auth)))
