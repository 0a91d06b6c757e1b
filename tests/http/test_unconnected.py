"""Why there is no connection, in words."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from typing import TYPE_CHECKING

import pytest
import requests
from urllib3.connection import HTTPConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError

from tap_analytics.http.unconnected import in_words

if TYPE_CHECKING:
    from tap_analytics.sandbox.sandbox import Sandbox

URL = "http://api.example.com/v1/deals"
CONNECTION = HTTPConnection("api.example.com", 8080)


def no_answer(number: int) -> NewConnectionError:
    """Return what urllib3 raises where a host takes no connection."""
    error = NewConnectionError(CONNECTION, "no connection")
    error.__cause__ = OSError(number, os.strerror(number))
    return error


@pytest.mark.parametrize(
    ("cause", "wrong"),
    [
        (no_answer(errno.ECONNREFUSED), "nothing listens at `api.example.com:8080` (connection refused)"),
        (
            no_answer(errno.ENETUNREACH),
            f"`api.example.com:8080` cannot be reached: [Errno {errno.ENETUNREACH}] Network is unreachable",
        ),
        (OSError("Tunnel connection failed: 407 Who"), "the proxy wants a user and a password (407)"),
        (OSError("anything else"), "anything else"),
    ],
)
def test_each_cause_has_words_of_its_own(cause: Exception, wrong: str) -> None:
    assert in_words(cause, URL, "")[0] == wrong


def test_a_host_without_an_address_may_be_behind_a_proxy() -> None:
    cause = NameResolutionError("api.example.com", CONNECTION, socket.gaierror(-2, "unknown"))
    said = "no address is known for the host `api.example.com`"
    assert in_words(cause, URL, "") == (said, " and the network; where a proxy leads out, set HTTPS_PROXY")
    assert in_words(cause, URL, "proxy:3128") == (said, "")


@pytest.mark.parametrize(("url", "advice"), [(URL, ": it may have to be `https://`"), (URL.replace("p:", "ps:"), "")])
def test_a_reset_may_mean_that_https_is_wanted(url: str, advice: str) -> None:
    assert in_words(ConnectionResetError("reset"), url, "") == ("reset", advice)


def test_a_server_without_https_is_told(api: Sandbox) -> None:
    with pytest.raises(requests.exceptions.SSLError) as raised:
        requests.get(api.url.replace("http:", "https:"), timeout=5)
    cause: BaseException | None = raised.value
    while cause and not (isinstance(cause, ssl.SSLError) and cause.reason):
        cause = getattr(cause, "reason", None) or cause.__context__ or next(iter(cause.args), None)
    assert cause
    assert in_words(cause, api.url, "")[1] == ": `http://`, or another port"
