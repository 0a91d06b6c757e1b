"""Authenticator: signs the requests of all streams; each kind of credentials is a subclass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from requests.auth import AuthBase
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from requests import PreparedRequest, Response
    from singer_sdk.streams.rest import HTTPRequest

    from tap_analytics.report.redaction.redact import Redactor


class RequestSender(Protocol):
    """Sends the requests that an authenticator needs itself, such as the one for a token."""

    @property
    def redactor(self) -> Redactor:
        """Hides secrets; an authenticator adds those that it receives."""

    def send(self, request: HTTPRequest, authenticator: Authenticator, *, setting: str = ...) -> Response:
        """Return the response if its status is a success; `setting` names where the request goes, for messages."""


class Authenticator(AuthBase):
    """Signs each request just before it is sent.

    Each kind of credentials is a subclass, with its settings in `settings.py` and a line in `authenticators.py`. This
    class adds nothing to a request.
    """

    # The name of this kind, for messages.
    title: ClassVar[str] = "this kind of credentials"
    # The settings all of which it needs to sign. One of them alone shows that this kind is meant.
    credentials: ClassVar[tuple[str, ...]] = ()
    # Other settings with credentials, which it takes instead of those or beside them.
    more_credentials: ClassVar[tuple[str, ...]] = ()
    # The other settings that it reads.
    options: ClassVar[tuple[str, ...]] = ()
    # The setting that names the query parameter in which the credential is sent; None if it is sent elsewhere.
    query_setting: ClassVar[str | None] = None
    # What to check if the API answers 401 or 403, as a part of a sentence.
    checks: ClassVar[str] = "none were sent; declare those of this resource as its `auth`"

    @classmethod
    def is_chosen(cls, config: Mapping[str, Any]) -> bool:
        """Return whether the settings choose this kind of credentials."""
        return bool(cls.credentials) and all(config.get(name) is not None for name in cls.credentials)

    @classmethod
    def is_meant(cls, config: Mapping[str, Any]) -> bool:
        """Return whether the settings have any of its credentials, though some may be missing."""
        return any(name in config for name in cls.credentials)

    @classmethod
    def missing(cls, config: Mapping[str, Any]) -> Iterator[str]:
        """Give a sentence for each setting that this kind needs and lacks, or has and does not take."""
        needs = f"both {in_words(cls.credentials)}"
        yield from (f"`{name}` is missing; {cls.title} needs {needs}" for name in cls.credentials if name not in config)

    @classmethod
    def of(cls, config: Mapping[str, Any], sender: RequestSender) -> Authenticator:  # noqa: ARG003 - subclasses need them
        """Return the authenticator for settings that choose this kind."""
        return cls()

    @classmethod
    def faults(cls, config: Mapping[str, Any]) -> Iterable[str]:  # noqa: ARG003 - the subclass that has rules needs it
        """Return a sentence for each thing that is wrong with its settings, each of which has the right type."""
        return ()

    @classmethod
    def encoded_secrets(cls, given: Mapping[str, Any]) -> Iterable[str]:  # noqa: ARG003 - the subclass that encodes needs it
        """Return secrets as they are sent, if that is not as they are set; the settings may be wrong."""
        return ()

    @property
    def credential_param(self) -> str | None:
        """The query parameter that carries the credential, None where none does."""
        return None

    @override
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request

    def renew(self, refused: PreparedRequest) -> bool:  # noqa: ARG002 - the subclass that can needs it
        """Get new credentials after a 401; return whether the request is worth another try."""
        return False


class Unsigned(Authenticator):
    """Removes from a request whatever tells the server who asks: credentials and cookies."""

    @override
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        for name in ("Authorization", "Cookie"):
            request.headers.pop(name, None)
        return request


def in_words(names: Iterable[str]) -> str:
    """Return names of settings in one part of a sentence."""
    return " and ".join(f"`{name}`" for name in names)
