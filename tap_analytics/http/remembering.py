"""A connection that sends no request twice: discovery and `preview`, for example, ask for the same pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from typing_extensions import override

from tap_analytics.http.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Callable

    from requests import Response
    from singer_sdk.streams.rest import HTTPRequest

    from tap_analytics.http.spool import Spool


class RememberingConnection(Connection, frozen=True, kw_only=True):
    """A connection that keeps each response, and returns it again for the same request with the same credentials.

    Failures, and files that are too large for memory, are not kept.
    """

    responses: dict[tuple[object, ...], Response] = msgspec.field(default_factory=dict)

    @override
    def send(
        self,
        request: HTTPRequest,
        *,
        judge: Callable[[Response], None] | None = None,
        spool: Spool | None = None,
    ) -> Response:
        if spool is not None:
            return super().send(request, judge=judge, spool=spool)
        said = (request.method, request.url, request.encode_params(), repr(request.headers), repr(request.data))
        asked = (id(self.authenticator), *said)
        if asked not in self.responses:
            self.responses[asked] = super().send(request, judge=judge)
        return self.responses[asked]

    @override
    def renew(self, response: Response) -> bool:
        for asked in [asked for asked, kept in self.responses.items() if kept is response]:
            del self.responses[asked]
        return super().renew(response)
