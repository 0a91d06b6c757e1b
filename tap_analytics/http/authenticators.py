"""The kinds of credentials that there are: a line for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.http.auth import Authenticator, in_words
from tap_analytics.http.basic import HttpBasic
from tap_analytics.http.keys import KeyAsBearer, KeyInCookie, KeyInHeader, KeyInQuery, NoKey
from tap_analytics.http.login import Login
from tap_analytics.http.oauth import OAuth2
from tap_analytics.http.own_auth import OwnAuth
from tap_analytics.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_analytics.http.auth import RequestSender

# Settings of credentials that hold for a resource with credentials of its own too.
INHERITED = frozenset({"token_endpoint_auth_method"})
# They always say something, by their defaults; without a key nothing reads them.
_OF_KEYS = frozenset({"api_key_name", "api_key_location"})

NO_CREDENTIALS = "credentials are missing"


class Authenticators:
    """Kinds of credentials: which of them settings choose, and what is wrong with those settings."""

    def __init__(self, *kinds: type[Authenticator]) -> None:
        self.kinds = kinds
        # A key is one kind of credentials, wherever it is sent.
        self._by_credentials = {kind.credentials: kind for kind in kinds if kind.credentials}

    @property
    def credentials(self) -> tuple[str, ...]:
        """The settings that hold credentials, each once."""
        kinds = self._by_credentials.values()
        usual = [name for kind in kinds for name in kind.credentials]
        return tuple(dict.fromkeys([*usual, *(name for kind in kinds for name in kind.more_credentials)]))

    @property
    def options(self) -> tuple[str, ...]:
        """The other settings that kinds of credentials read, each once."""
        return tuple(dict.fromkeys(name for kind in self.kinds for name in kind.options))

    def authenticator(self, config: Mapping[str, Any], sender: RequestSender) -> Authenticator:
        """Return what signs the requests; where the settings choose no kind, it adds nothing."""
        kind = next((kind for kind in self.kinds if kind.is_chosen(config)), Authenticator)
        return kind.of(config, sender)

    def missing(self, config: Mapping[str, Any]) -> Iterator[str]:
        """Give a sentence where credentials are missing, in part or altogether, or where there are too many."""
        given = [name for name in self.credentials if name in config]
        begun = [kind for kind in self._by_credentials.values() if kind.is_meant(config)]
        if len(begun) > 1:
            many = "both" if len(begun) == len(("one", "other")) else "all"
            names = given if len(given) > 1 else [*given, "grant_type"]
            yield f"{in_words(names)} are {many} set; set one kind of credentials only"
        elif NoKey.is_chosen(config):
            if given:
                yield f"`api_key_location` is `none`, but {in_words(given)} is set; remove one of them"
        elif not begun:
            kinds = ", or ".join(map(in_words, self._by_credentials))
            yield (f"{NO_CREDENTIALS}; set {kinds} (for an API that wants no key, set `api_key_location` to `none`)")
        else:
            yield from begun[0].missing(config)

    def faults(self, config: Mapping[str, Any]) -> Iterator[str]:
        """Give a sentence for each thing that is wrong with settings of credentials whose types are right."""
        for kind in self.kinds:
            yield from kind.faults(config)
        yield from self._unused(config)

    def _unused(self, config: Mapping[str, Any]) -> Iterator[str]:
        """Give a sentence for each option of other credentials than those that are meant, which nothing would read."""
        meant = [kind for kind in self._by_credentials.values() if kind.is_meant(config)]
        kinds: list[type[Authenticator]] = [NoKey, *meant] if NoKey.is_chosen(config) else meant
        if len(kinds) != 1:
            return  # which is told already
        (kind,) = kinds
        for name in self.options:
            if name not in {*kind.options, *INHERITED, *_OF_KEYS} and config.get(name) not in (None, "", _usual(name)):
                yield f"`{name}` is set, which {kind.title} does not take; remove it, or set other credentials"

    def query_settings(self, config: Mapping[str, Any]) -> Iterator[str]:
        """Give the settings that name a query parameter in which a credential is sent."""
        for kind in self.kinds:
            if kind.query_setting and kind.is_chosen(config):
                yield kind.query_setting

    def encoded_secrets(self, given: Mapping[str, Any]) -> Iterator[str]:
        """Give the forms in which the secrets in the settings are sent, beside the settings as they are."""
        for kind in self.kinds:
            yield from kind.encoded_secrets(given)


def _usual(setting: str) -> object:
    return SETTINGS["properties"].get(setting, {}).get("default")


AUTHENTICATORS = Authenticators(
    OwnAuth,
    NoKey,
    KeyInQuery,
    KeyInHeader,
    KeyInCookie,
    KeyAsBearer,
    HttpBasic,
    OAuth2,
    Login,
)
