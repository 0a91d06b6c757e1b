"""OAuth2: gets a token by one of the grants, and sends it with each request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_analytics.config.headers import fits_header, is_header_name
from tap_analytics.http.auth.grants.grants import GRANTS, grant_of
from tap_analytics.http.auth.places import HeaderPlace
from tap_analytics.http.auth.token_answer import seconds_of
from tap_analytics.http.auth.token_endpoint import Client, TokenEndpoint
from tap_analytics.http.auth.tokens import TokenAuth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_analytics.http.auth.auth import Authenticator, RequestSender
    from tap_analytics.http.auth.grants.grant import Grant


class OAuth2(TokenAuth):
    """Sends a token of OAuth2 with each request, whichever grant it came from."""

    title: ClassVar = "OAuth2"
    checks: ClassVar = "`scope`, `token_header` and `token_prefix`; a new token was refused too"
    credentials: ClassVar = ("client_id", "client_secret")
    more_credentials: ClassVar = tuple(
        dict.fromkeys(name for grant in GRANTS for name in grant.takes if name not in {"client_id", "client_secret"})
    )
    options: ClassVar = (
        "grant_type",
        "token_url",
        "scope",
        "token_endpoint_auth_method",
        "token_params",
        "token_request",
        "token_path",
        "expires_in_path",
        "default_token_expiration",
        "token_header",
        "token_prefix",
        "jwt_claims",
        "jwt_headers",
    )

    @override
    @classmethod
    def is_meant(cls, config: Mapping[str, Any]) -> bool:
        return grant_of(config) is not None

    @override
    @classmethod
    def is_chosen(cls, config: Mapping[str, Any]) -> bool:
        grant = grant_of(_set(config))
        return grant is not None and not grant.lacks(_set(config))

    @override
    @classmethod
    def missing(cls, config: Mapping[str, Any]) -> Iterator[str]:
        grant = grant_of(config)
        if grant is None:
            return
        title = cls.title if grant is GRANTS[-1] else f"{cls.title} with the grant `{grant.name}`"
        yield from (f"`{name}` is missing; {title} needs {grant.needs}" for name in grant.lacks(config))
        for name in (*cls.credentials, *cls.more_credentials):
            if name in config and name not in grant.takes:
                yield (
                    f"`{name}` is set, which the grant `{grant.name}` does not take; remove it, or set another "
                    "`grant_type`"
                )

    @override
    @classmethod
    def of(cls, config: Mapping[str, Any], sender: RequestSender) -> Authenticator:
        kind = grant_of(_set(config))
        assert kind is not None  # noqa: S101 - this kind of credentials is chosen
        place = HeaderPlace(
            config.get("token_header", "Authorization"), config.get("token_prefix", "Bearer").strip(" ")
        )
        return cls(_endpoint(config, kind.of(_set(config), sender.redactor), sender), place, sender.redactor)

    @override
    @classmethod
    def faults(cls, config: Mapping[str, Any]) -> Iterator[str]:
        if grant := grant_of(config):
            yield from grant.faults(config)
            has_key = grant.signs or {"private_key", "private_key_file"} & config.keys()
            for name in ("jwt_claims", "jwt_headers"):
                if config.get(name) and not has_key:
                    yield f"`{name}` is set, but no key that signs them; set `private_key`, or remove it"
        if not is_header_name(config.get("token_header", "Authorization")):
            yield "`token_header` must be the name of an HTTP header, such as `Authorization`"
        if not fits_header(config.get("token_prefix", "").strip(" ")):
            yield "`token_prefix` has characters that no HTTP header can carry; check it for line breaks and spaces"
        if "default_token_expiration" in config and seconds_of(config["default_token_expiration"]) is None:
            yield "`default_token_expiration` must be a number of seconds greater than 0"
        for name, value in (config.get("token_params") or {}).items():
            if isinstance(value, dict | list) and config.get("token_request") != "json":
                yield f"`token_params.{name}` must be text or a number; a list or an object needs `token_request: json`"

    @override
    @classmethod
    def encoded_secrets(cls, given: Mapping[str, Any]) -> Iterator[str]:
        if given.get("client_id") and given.get("client_secret"):
            yield Client(client_id=str(given["client_id"]), client_secret=str(given["client_secret"])).basic()
        for grant in GRANTS:
            yield from grant.secrets(given)


def _set(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that are set: None means that a setting is not set."""
    return {name: value for name, value in config.items() if value is not None}


def _endpoint(config: Mapping[str, Any], grant: Grant, sender: RequestSender) -> TokenEndpoint:
    client = Client(
        client_id=config.get("client_id"),
        client_secret=config.get("client_secret"),
        method=config.get("token_endpoint_auth_method", "client_secret_post"),
    )
    return TokenEndpoint(
        url=config.get("token_url") or grant.token_url or f"{config.get('api_url', '')}/oauth/token",
        client=client,
        grant=grant,
        sender=sender,
        params=config.get("token_params") or {},
        is_json=config.get("token_request") == "json",
        token_path=config.get("token_path", "access_token"),
        expires_path=config.get("expires_in_path", "expires_in"),
        usual_lifetime=seconds_of(config.get("default_token_expiration")),
    )
