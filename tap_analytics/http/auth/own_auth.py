"""Signs requests with code of the operator: a class like those of `requests.auth`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_analytics.http.auth.auth import Authenticator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests import PreparedRequest

    from tap_analytics.http.auth.auth import RequestSender


class OwnAuth(Authenticator):
    """Signs requests with an object of the operator; a declaration names its class."""

    title: ClassVar = "code of your own"
    checks: ClassVar = "your class in `auth`"

    def __init__(self, sign: Callable[[PreparedRequest], PreparedRequest | None]) -> None:
        self._sign = sign

    @override
    @classmethod
    def is_chosen(cls, config: Mapping[str, Any]) -> bool:
        return config.get("own_auth") is not None

    @override
    @classmethod
    def of(cls, config: Mapping[str, Any], sender: RequestSender) -> Authenticator:
        return cls(config["own_auth"]())

    @override
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        # Code may change the request, and forget to return it.
        return self._sign(request) or request


def signer_of(given: Callable[[PreparedRequest], PreparedRequest | None] | None) -> Authenticator:
    """Return an authenticator of the tap for one of `requests` or of the SDK; None gives one that adds nothing."""
    if isinstance(given, Authenticator):
        return given
    return Authenticator() if given is None else OwnAuth(given)
