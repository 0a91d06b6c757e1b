"""The session of requests that all streams share: connections, timeouts and limits of bodies."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
import requests
from requests.adapters import HTTPAdapter
from typing_extensions import override
from urllib3.response import GzipDecoderState

from tap_analytics.http.body import MOST_TIMES, BodyTooLargeError, read_beginning, read_whole
from tap_analytics.http.cookies import FewCookies
from tap_analytics.http.deadlines import watch_pool
from tap_analytics.settings import MAX_RESPONSE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_analytics.http.spool import Spool

# The most bytes that are read of the body of a failure, which only messages quote.
MAX_FAILURE_SIZE = 64 * 1024

_PIECE = 1024 * 1024
# Bytes behind the end of a gzip body are ignored, as other clients do.
_SWALLOWS = GzipDecoderState.SWALLOW_DATA
_UNFINISHED = "the compressed body ends too early"


class Timeouts(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds to wait for a connection, for the next bytes of a response, and for all of it (10 reads unless set)."""

    connect: float = 10
    read: float = 60
    response: float | None = None

    @property
    def whole(self) -> float:
        """The seconds within which a response has to be whole."""
        return self.response or 10 * self.read


class Session(requests.Session):
    """A session that never follows a redirect, nor reads where it leads: a bad `Location` would break it.

    Args:
        headers: The headers of every request.
        connections: How many connections are kept open to one server.
        max_size: The most bytes of a body, unpacked.
    """

    def __init__(self, headers: Mapping[str, str], *, connections: int, max_size: int = MAX_RESPONSE_SIZE) -> None:
        super().__init__()
        self.headers.update(headers)
        self.cookies.set_policy(FewCookies(self.cookies))
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(max_size, pool_maxsize=connections))

    @override
    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class _Response(requests.Response):
    """A response whose body is read up to a limit, in few pieces, since each piece costs a wait for other threads.

    Only the beginning of a failure is read, unless `is_wanted` says that its body may hold records. A body that goes
    into a `spool` may be larger than memory: the response then holds only its beginning.
    """

    max_size = MAX_RESPONSE_SIZE
    is_wanted = False
    spool: Spool | None = None

    @override
    def iter_content(self, chunk_size: int | None = 1, decode_unicode: bool = False) -> Iterator[Any]:
        is_failure = self.status_code >= HTTPStatus.MULTIPLE_CHOICES and not self.is_wanted
        pieces = super().iter_content(MAX_FAILURE_SIZE if is_failure else _PIECE, decode_unicode)
        try:
            if is_failure:
                yield from read_beginning(pieces, MAX_FAILURE_SIZE)
            elif self.spool and self.status_code < HTTPStatus.MULTIPLE_CHOICES:
                yield from self.spool.fill(self._limit(pieces))
                if not self.spool.is_cut:
                    self._check_packing()
            else:
                self._check_length()
                yield from read_whole(pieces, self.max_size)
                self._check_packing()
        finally:
            self.close()  # a connection whose body was read to its end is back in the pool already

    def _limit(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Give pieces as long as they are not too large for the bytes that came over the wire."""
        size = 0
        for piece in pieces:
            size += len(piece)
            if size > max(self.max_size, MOST_TIMES * self.raw.tell()):
                raise BodyTooLargeError(self.max_size)
            yield piece

    def _check_packing(self) -> None:
        if is_unfinished(self.raw):
            raise requests.exceptions.ChunkedEncodingError(_UNFINISHED)

    def _check_length(self) -> None:
        length = self.headers.get("Content-Length", "")
        if re.fullmatch("[0-9]+", length) and float(length) > self.max_size:
            raise BodyTooLargeError(self.max_size)


class _Adapter(HTTPAdapter):
    def __init__(self, max_size: int, **options: Any) -> None:  # noqa: ANN401 - those of requests
        self._max_size = max_size
        super().__init__(**options)

    @override
    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        _watch(self.poolmanager)

    @override
    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        _watch(manager)
        return manager

    @override
    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        # So `http.client` reads the chunks; unlike urllib3, it limits the length of their lines.
        resp.chunked = False
        response = super().build_response(req, resp)
        response.__class__ = _Response
        response.max_size = self._max_size  # type: ignore[attr-defined] # the class that it has now has it
        response.is_wanted = getattr(req, "is_wanted", False)  # type: ignore[attr-defined] # likewise
        response.spool = getattr(req, "spool", None)  # type: ignore[attr-defined] # likewise
        return response


def is_unfinished(raw: Any) -> bool:  # noqa: ANN401 - the response of urllib3
    """Return whether a compressed body was cut short; urllib3 does not notice that."""
    # There is no public way to ask; without these attributes the body counts as whole.
    decoder = getattr(raw, "_decoder", None)
    if decoder is None or not raw.tell():
        return False
    decoders = getattr(decoder, "_decoders", [decoder])
    packings = [getattr(each, "_obj", None) for each in decoders if getattr(each, "_state", None) != _SWALLOWS]
    return any(getattr(packing, "eof", True) is False for packing in packings)


def guard(adapter: HTTPAdapter, max_size: int) -> None:
    """Make an adapter of any class read bodies as that of the tap does: within deadlines and size limits."""
    if not isinstance(adapter, _Adapter):
        adapter.__class__ = type(type(adapter).__name__, (_Adapter, type(adapter)), {})
        _watch(adapter.poolmanager)
    adapter._max_size = max_size  # type: ignore[attr-defined] # noqa: SLF001 - it is one of this class now


def _watch(manager: Any) -> None:  # noqa: ANN401 - that of urllib3
    """Make all connections of a pool manager keep to their deadlines."""
    pools = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: watch_pool(pool) for scheme, pool in pools.items()}
