"""Says why there is no connection, and what to do, with a sentence for each cause."""

from __future__ import annotations

import errno
import ssl
from urllib.parse import urlsplit

from urllib3.exceptions import NameResolutionError, NewConnectionError

# OpenSSL's codes for an answer that is not TLS: the server speaks HTTP at this port.
_NO_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "UNKNOWN_PROTOCOL"}
_PROXY_WANTS_USER = "Tunnel connection failed: 407"


def in_words(cause: BaseException, url: str, proxy: str) -> tuple[str, str]:
    """Return what is wrong with a connection, and what to do besides checking the setting that leads there.

    Args:
        cause: The innermost cause.
        url: The URL of the request.
        proxy: The address of the proxy that the request goes through; empty without one.
    """
    if isinstance(cause, NameResolutionError):
        advice = "" if proxy else " and the network; where a proxy leads out, set HTTPS_PROXY"
        return f"no address is known for the host `{cause.conn.host}`", advice
    if isinstance(cause, NewConnectionError):
        return _no_answer(cause), ""
    if isinstance(cause, ssl.SSLError) and cause.reason in _NO_TLS:
        return "the server does not speak HTTPS at this port", ": `http://`, or another port"
    if _PROXY_WANTS_USER in str(cause):
        return "the proxy wants a user and a password (407)", "; a proxy is `http://USER:PASSWORD@HOST:PORT`"
    is_reset = isinstance(cause, ConnectionResetError) and urlsplit(url).scheme == "http"
    return str(cause), ": it may have to be `https://`" if is_reset else ""


def _no_answer(cause: NewConnectionError) -> str:
    """Return the words for a host that takes no connection."""
    host, origin = f"`{cause.conn.host}:{cause.conn.port}`", cause.__cause__
    if isinstance(origin, OSError) and origin.errno == errno.ECONNREFUSED:
        return f"nothing listens at {host} (connection refused)"
    return f"{host} cannot be reached: {origin or 'no connection'}"
