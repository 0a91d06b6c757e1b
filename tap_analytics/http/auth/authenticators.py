"""The kinds of credentials that there are: a line for each."""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from tap_analytics.http.auth.auth import Authenticator, in_words
from tap_analytics.http.auth.keys import NoKey
from tap_analytics.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tap_analytics.http.auth.auth import RequestSender

# Settings of credentials that hold for a resource with credentials of its own too.
INHERITED = frozenset({"token_endpoint_auth_method"})
# They have defaults, so that they are always set; only an API key reads them.
_OF_KEYS = frozenset({"api_key_name", "api_key_location"})

NO_CREDENTIALS = "credentials are missing"


class Line(NamedTuple):
    """A kind of credentials: the module and the name of its class, its credentials, and what else it reads."""

    module: str
    name: str
    credentials: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def kind(self) -> type[Authenticator]:
        """Return the class; its module is imported when it is first asked for."""
        found: type[Authenticator] = getattr(import_module(self.module), self.name)
        return found

    def is_touched(self, config: Mapping[str, Any]) -> bool:
        """Return whether any setting of this kind is set."""
        return any(name in config and config[name] != _default(name) for name in self.credentials + self.others)


class Authenticators:
    """Kinds of credentials: which of them settings choose, and what is wrong with those settings.

    A kind is imported when one of its settings is set, or when all kinds are asked for.
    """

    def __init__(self, *lines: Line) -> None:
        self.lines = lines

    @cached_property
    def kinds(self) -> Sequence[type[Authenticator]]:
        """All kinds, in the order of messages."""
        return [line.kind() for line in self.lines]

    def _kinds_in(self, config: Mapping[str, Any]) -> Sequence[type[Authenticator]]:
        return [line.kind() for line in self.lines if line.is_touched(config)]

    @property
    def credentials(self) -> tuple[str, ...]:
        """The settings that hold credentials, each once."""
        return _credentials(self.kinds)

    @property
    def options(self) -> tuple[str, ...]:
        """The other settings that kinds of credentials read, each once."""
        return tuple(dict.fromkeys(name for kind in self.kinds for name in kind.options))

    def authenticator(self, config: Mapping[str, Any], sender: RequestSender) -> Authenticator:
        """Return what signs the requests; if the settings choose no kind, it adds nothing."""
        kind = next((kind for kind in self._kinds_in(config) if kind.is_chosen(config)), Authenticator)
        return kind.of(config, sender)

    def missing(self, config: Mapping[str, Any]) -> Iterator[str]:
        """Give a sentence if credentials are missing or incomplete, or if there is more than one kind."""
        touched = self._kinds_in(config)
        given = [name for name in _credentials(touched) if name in config]
        begun = [kind for kind in _by_credentials(touched).values() if kind.is_meant(config)]
        if len(begun) > 1:
            names = given if len(given) > 1 else [*given, "grant_type"]
            yield f"{in_words(names)} belong to more than one kind of credentials; set one kind only"
        elif NoKey.is_chosen(config):
            if given:
                yield f"`api_key_location` is `none`, but {in_words(given)} is set; remove one of them"
        elif not begun:
            kinds = ", or ".join(
                map(in_words, dict.fromkeys(line.credentials for line in self.lines if line.credentials))
            )
            none = "for an API that wants no key, or gets it in `headers`, set `api_key_location` to `none`"
            yield f"{NO_CREDENTIALS}; set {kinds} ({none})"
        else:
            yield from begun[0].missing(config)

    def faults(self, config: Mapping[str, Any]) -> Iterator[str]:
        """Give a sentence for each thing that is wrong with settings of credentials whose types are right."""
        for kind in self._kinds_in(config):
            yield from kind.faults(config)
        yield from self._unused_options(config)

    def _unused_options(self, config: Mapping[str, Any]) -> Iterator[str]:
        """Give a sentence for each option that the chosen kind of credentials does not read."""
        touched = self._kinds_in(config)
        meant = [kind for kind in _by_credentials(touched).values() if kind.is_meant(config)]
        kinds: list[type[Authenticator]] = [NoKey, *meant] if NoKey.is_chosen(config) else meant
        if len(kinds) != 1:
            return  # `missing` says so already
        (kind,) = kinds
        for name in dict.fromkeys(name for each in touched for name in each.options):
            said = config.get(name) not in (None, "", _default(name))
            if said and name not in {*kind.options, *INHERITED, *_OF_KEYS}:
                yield f"`{name}` is set, which {kind.title} does not take; remove it, or set other credentials"

    def query_settings(self, config: Mapping[str, Any]) -> Iterator[str]:
        """Give the settings that name a query parameter in which a credential is sent."""
        for kind in self._kinds_in(config):
            if kind.query_setting and kind.is_chosen(config):
                yield kind.query_setting

    def encoded_secrets(self, given: Mapping[str, Any]) -> Iterator[str]:
        """Give the secrets of the settings in the forms in which they are sent, if those differ from the settings."""
        for kind in self._kinds_in(given):
            yield from kind.encoded_secrets(given)


def _default(name: str) -> object:
    return SETTINGS["properties"].get(name, {}).get("default", _NONE)


def _by_credentials(kinds: Sequence[type[Authenticator]]) -> Mapping[tuple[str, ...], type[Authenticator]]:
    """Return the kinds by their credentials: a key is one kind, wherever it is sent."""
    return {kind.credentials: kind for kind in kinds if kind.credentials}


def _credentials(kinds: Sequence[type[Authenticator]]) -> tuple[str, ...]:
    """Return the settings that hold credentials, each once."""
    usual = [name for names in _by_credentials(kinds) for name in names]
    more = [name for kind in _by_credentials(kinds).values() for name in kind.more_credentials]
    return tuple(dict.fromkeys([*usual, *more]))


_NONE = object()
_AUTH = "tap_analytics.http.auth"
_CLIENT = ("client_id", "client_secret")
_TOKEN = (
    *("refresh_token", "token_file", "assertion", "private_key", "private_key_file", "private_key_passphrase"),
    *("username", "password", "grant_type", "token_url", "scope", "token_params", "token_endpoint_auth_method"),
    *("token_request", "token_path", "expires_in_path", "default_token_expiration", "token_header", "token_prefix"),
    "jwt_claims",
    "jwt_headers",
)
_KEY = (("api_key",), ("api_key_name", "api_key_location"))

AUTHENTICATORS = Authenticators(
    Line(f"{_AUTH}.own_auth", "OwnAuth", others=("own_auth",)),
    Line(f"{_AUTH}.keys", "NoKey", others=("api_key_location",)),
    Line(f"{_AUTH}.keys", "KeyInQuery", *_KEY),
    Line(f"{_AUTH}.keys", "KeyInHeader", *_KEY),
    Line(f"{_AUTH}.keys", "KeyInCookie", *_KEY),
    Line(f"{_AUTH}.keys", "KeyAsBearer", *_KEY),
    Line(f"{_AUTH}.keys", "KeyInPath", *_KEY),
    Line(f"{_AUTH}.basic", "HttpBasic", ("username", "password"), ("token_url",)),
    Line(f"{_AUTH}.oauth", "OAuth2", _CLIENT, _TOKEN),
    Line(f"{_AUTH}.login", "Login", ("login",)),
)
