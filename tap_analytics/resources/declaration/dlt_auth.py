"""The kinds of `auth` in a configuration of dlt's shape, as settings of the tap: a line for each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from requests.auth import AuthBase
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.config.faults import TEXT, faults_in, object_of, refusal, without_nulls
from tap_analytics.http.auth.authenticators import AUTHENTICATORS
from tap_analytics.http.auth.grants.client_credentials import ClientCredentials
from tap_analytics.http.auth.grants.grants import GRANTS
from tap_analytics.http.auth.grants.jwt_bearer import JwtBearer
from tap_analytics.http.auth.login import LOGIN
from tap_analytics.http.auth.oauth import OAuth2
from tap_analytics.resources.code import Loader, Maker, is_code
from tap_analytics.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Config = dict[str, Any]

_SECRET = TEXT | {"writeOnly": True}
# User name or password may be empty: some APIs take a key as the name, without a password.
_HALF = {"type": "string", "writeOnly": True, "title": "text"}
# The words for what dlt does not have are the settings of the tap.
_OF_TOKENS = {
    name: {key: part for key, part in SETTINGS["properties"][name].items() if key not in {"title", "default"}}
    for name in (*OAuth2.options, *OAuth2.more_credentials)
    if name != "default_token_expiration"
}
_TEXTS = {"type": "object", "title": "an object", "writeOnly": True}
_OAUTH2 = object_of(
    **_OF_TOKENS,
    client_id=_SECRET,
    client_secret=_SECRET,
    access_token_url=TEXT,
    access_token_request_data=_TEXTS,
    default_token_expiration={"type": ["number", "string"], "title": "a number of seconds"},
    access_token=refusal("set `type` to `bearer`, and `token`"),
    session={},
)


# The kind that signs nothing.
NONE = "none"


@dataclass(frozen=True)
class Auth:
    """One kind: the JSON Schema of its words, and what turns sound words into settings; null is unset.

    `needs` are the words without which it signs nothing; for a client, they may be settings of the tap instead. Of
    those that are settings of the tap by the same name, the tap says what is missing.
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
    return {"username": auth["username"], "password": auth["password"]}


def _login(auth: Config) -> Config:
    return {"login": {name: value for name, value in auth.items() if name != "type"}}


def _oauth2(auth: Config, grant: str | None = None) -> Config:
    """Return the settings for OAuth2; what dlt has in the form of the request may be settings of their own here."""
    form = dict(auth.get("access_token_request_data") or {})
    said = form.pop("grant_type", None)
    known = _GRANTS.get(said)
    # Another grant is sent as it is written, with the credentials of the client.
    params = form | ({} if said is None or known else {"grant_type": said})
    chosen = {"grant_type": auth.get("grant_type") or grant or known}
    takes = next((each.takes for each in GRANTS if each.name == chosen["grant_type"]), ClientCredentials.takes)
    moved = {name: params.pop(name) for name in ("scope", *takes) if isinstance(params.get(name), str)}
    ours = {name: auth[name] for name in (*_OF_TOKENS, "client_id", "client_secret") if name in auth}
    return {
        **moved,
        **ours,
        **without_nulls(chosen),
        "token_url": auth.get("access_token_url", auth.get("token_url")),
        "token_params": params | (auth.get("token_params") or {}) or None,
        "default_token_expiration": auth.get("default_token_expiration"),
    }


_GRANTS = {grant.name: grant.name for grant in GRANTS} | {JwtBearer.grant_type: JwtBearer.name}
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
    "oauth2_client_credentials": Auth(_OAUTH2, _oauth2),
    "oauth2": Auth(_OAUTH2, _oauth2),
    "oauth2_refresh_token": Auth(_OAUTH2, partial(_oauth2, grant="refresh_token")),
    "oauth2_jwt_bearer": Auth(_OAUTH2, partial(_oauth2, grant="jwt-bearer")),
    "oauth2_password": Auth(_OAUTH2, partial(_oauth2, grant="password")),
    "login": Auth(LOGIN, _login),
    NONE: Auth(object_of(), lambda _: {"api_key_location": "none"}),
}
_TYPE = {"enum": list(AUTHS)}


def with_null_auth(endpoint: Config) -> Config:
    """Return an endpoint in which `auth` that is null says that requests are not signed, as in dlt."""
    return endpoint | {"auth": {"type": NONE}} if endpoint.get("auth", "") is None else endpoint


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
        if is_whole and not found and kind != NONE:
            yield from _faults_of_settings(auth, place, is_ours=not AUTHS[kind].needs)
    if {"access_token_url", "token_url"} <= auth.keys():
        yield f"`{place}.access_token_url` and `{place}.token_url` are both set; remove one of them"


def _faults_of_settings(auth: Config, place: str, *, is_ours: bool) -> Iterator[str]:
    """Yield what is wrong with the settings that sound words stand for; `is_ours` says that they have these names."""
    config = settings(auth)
    if is_ours and not any(name in config for name in AUTHENTICATORS.credentials):
        config = {"grant_type": ClientCredentials.name} | config
    wrong = [*AUTHENTICATORS.missing(config), *AUTHENTICATORS.faults(config)]
    if is_ours:
        yield from (_at(place, fault) for fault in wrong)
    elif wrong:
        yield f"`{place}` has a name or a secret that no HTTP header can carry; check it for line breaks and spaces"


def _at(place: str, fault: str) -> str:
    """Return a fault of the settings as one of the words at a place."""
    if fault.startswith("`login` "):
        return fault.replace("`login`", f"`{place}`", 1)
    return fault.replace("`login.", "`").replace("`", f"`{place}.", 1)


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
