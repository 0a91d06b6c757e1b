"""The connection to the API, which all streams share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from tap_analytics.http.auth.auth import Authenticator, Unsigned
from tap_analytics.http.auth.authenticators import AUTHENTICATORS, INHERITED
from tap_analytics.http.jobs import OpenJobs
from tap_analytics.http.own_session import signer_of
from tap_analytics.http.retry import RetryPolicy
from tap_analytics.http.sender import Sender
from tap_analytics.http.session import Timeouts
from tap_analytics.http.throttle import Throttle
from tap_analytics.http.waits import WaitHeaders
from tap_analytics.settings import SETTINGS, default_user_agent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests
    from requests import Response
    from singer_sdk.streams.rest import HTTPRequest

    from tap_analytics.http.spool import Spool
    from tap_analytics.report.redaction.redact import Redactor


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """Sends signed requests, retries them, and keeps to the limits of speed and of requests at once."""

    sender: Sender
    retry: RetryPolicy
    throttle: Throttle
    authenticator: Authenticator
    redactor: Redactor
    width: int
    config: Mapping[str, Any]
    others: dict[str, Authenticator] = msgspec.field(default_factory=dict)
    open_jobs: OpenJobs = msgspec.field(default_factory=OpenJobs)

    # The generated one would show the fields, which hold secrets.
    __repr__ = object.__repr__

    @classmethod
    def of(
        cls,
        config: Mapping[str, Any],
        redactor: Redactor,
        session: requests.Session | None = None,
        *,
        within: Throttle | None = None,
    ) -> Connection:
        """Return the connection that the settings describe; nothing is sent yet.

        Args:
            config: The settings.
            redactor: Hides secrets in messages.
            session: The operator's own session; it signs requests if the settings have no credentials.
            within: The limits that this connection shares with others.
        """
        if session and (signer := signer_of(session)) and not any(config.get(n) for n in AUTHENTICATORS.credentials):
            config = {**config, "own_auth": lambda: signer}
        throttle = Throttle(config.get("requests_per_second"), width=config["concurrency"], within=within)
        retry = _retry_policy(config)
        sender = _sender(config, redactor, throttle, retry, session)
        return cls(
            sender=sender,
            retry=retry,
            throttle=throttle,
            authenticator=AUTHENTICATORS.authenticator(config, sender),
            redactor=redactor,
            width=config["concurrency"],
            config=config,
        )

    def send(
        self,
        request: HTTPRequest,
        *,
        judge: Callable[[Response], None] | None = None,
        spool: Spool | None = None,
    ) -> Response:
        """Return the response to a signed request.

        A `judge` raises for a response that is a failure; without one its status decides. A `spool` takes a body that
        may be larger than memory.

        Raises:
            TransientError: There is no response, or a failure that a retry may mend.
            FatalAPIError: The response is a failure that no retry mends.
        """
        is_signed = getattr(request, "is_signed", True)
        authenticator = self.authenticator if is_signed else Unsigned()
        return self.sender.send(request, authenticator, judge=judge, spool=spool)

    def send_anew(self, request: HTTPRequest, *, judge: Callable[[Response], None] | None = None) -> Response:
        """Return the response to a request whose answer changes, such as one for the state of a job."""
        return Connection.send(self, request, judge=judge)

    def renew(self, response: Response) -> bool:
        """Get new credentials after a response that refused those of its request; return whether there are any."""
        return self.authenticator.renew(response.request)

    def with_authenticator(self, authenticator: Authenticator) -> Connection:
        """Return the same connection with other credentials."""
        return self if authenticator is self.authenticator else replace(self, authenticator=authenticator)

    def with_credentials(self, auth: Mapping[str, Any]) -> Connection:
        """Return this connection with other credentials; equal ones share one authenticator, and so its token."""
        key = repr(sorted(auth.items(), key=str))
        if key not in self.others:
            shared = {*AUTHENTICATORS.credentials, *AUTHENTICATORS.options, "own_auth"} - INHERITED
            own = {name: value for name, value in self.config.items() if name not in shared} | _usual()
            # Two threads that ask at once get the same authenticator.
            self.others.setdefault(key, AUTHENTICATORS.authenticator({**own, **auth}, self.sender))
        return replace(self, authenticator=self.others[key])

    def with_retry(self, retry: RetryPolicy) -> Connection:
        """Return the same connection with another retry policy, for requests for tokens too."""
        sender = self.sender.with_retry(retry)
        authenticator = AUTHENTICATORS.authenticator(self.config, sender)
        return replace(self, sender=sender, retry=retry, authenticator=authenticator, others={})


def _usual() -> dict[str, Any]:
    """Return the defaults of the settings of credentials, which a resource with its own credentials begins with."""
    settings = {name: SETTINGS["properties"][name] for name in AUTHENTICATORS.options if name not in INHERITED}
    return {name: setting["default"] for name, setting in settings.items() if "default" in setting}


def _retry_policy(config: Mapping[str, Any]) -> RetryPolicy:
    """Return what is tried again, how often, and when."""
    return RetryPolicy(
        max_retries=config["max_retries"],
        backoff_factor=config["backoff_factor"],
        max_wait=config["max_retry_wait"],
        statuses=frozenset(config["retry_statuses"]),
        headers=WaitHeaders(config.get("rate_limit_header")),
    )


def _sender(
    config: Mapping[str, Any],
    redactor: Redactor,
    throttle: Throttle,
    retry: RetryPolicy,
    session: requests.Session | None,
) -> Sender:
    """Return the sender that the settings describe: its headers, its timeouts and its limits."""
    agent = config.get("user_agent") or default_user_agent()
    return Sender(
        headers={"Accept": "application/json", "User-Agent": agent, **config["headers"]},
        timeouts=Timeouts(
            connect=config["connect_timeout"], read=config["read_timeout"], response=config.get("response_timeout")
        ),
        retry=retry,
        redactor=redactor,
        throttle=throttle,
        connections=config["concurrency"],
        max_size=config["max_response_size"],
        session=session,
    )
