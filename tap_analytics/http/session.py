"""The session of requests that all streams share: its connections, timeouts, and how it reads bodies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PIECE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """Seconds to wait for a connection, and for the next bytes of a response."""

    connect: float = 10
    read: float = 60


class Session(requests.Session):
    """A session that never looks where a redirect leads: a bad `Location` would break it.

    Args:
        headers: Are sent with every request.
        connections: How many are kept open to one server.
    """

    def __init__(self, headers: Mapping[str, str], *, connections: int) -> None:
        super().__init__()
        self.headers.update(headers)
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(pool_maxsize=connections))

    @override
    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class _Response(requests.Response):
    """A response whose body is read in few pieces: each costs a wait for the other threads."""

    @override
    def iter_content(self, chunk_size: int | None = 1, decode_unicode: bool = False) -> Iterator[Any]:
        return super().iter_content(_PIECE if chunk_size else chunk_size, decode_unicode)


class _Adapter(HTTPAdapter):
    @override
    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        response = super().build_response(req, resp)
        response.__class__ = _Response
        return response
