"""Bodies: receives the bodies of one list in memory or in a file, and opens them by their format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tap_analytics.records.formats.format import Body, Format
from tap_analytics.records.formats.json_body import DEFAULT_FORMAT
from tap_analytics.settings import MAX_RESPONSE_SIZE

if TYPE_CHECKING:
    from requests import Response

    from tap_analytics.http.spool import Spool
    from tap_analytics.pagination.page import Page
    from tap_analytics.records.formats.format import Codec
    from tap_analytics.records.signs.header_values import HeaderValues

# So many bytes of a file are enough to see its first records.
LOOK = 1024 * 1024


class Bodies(msgspec.Struct, frozen=True, kw_only=True):
    """Receives the bodies of responses, and opens them.

    Args:
        format: Their format.
        is_all: Whether one body is the whole list, and may be larger than memory.
        takes_beginning: Whether only the first records of such a body are wanted.
        most: The most bytes of a body that may be in memory.
        headers: What the headers of a response say about the list, where that is declared.
    """

    format: Format = DEFAULT_FORMAT
    is_all: bool = False
    takes_beginning: bool = False
    most: int = MAX_RESPONSE_SIZE
    headers: HeaderValues | None = None
    _seen: set[str] = msgspec.field(default_factory=set)

    @property
    def is_look(self) -> bool:
        """Whether only the beginning of a body is wanted that is the whole list."""
        return self.is_all and self.format.is_file and self.takes_beginning

    def spool(self) -> Spool | None:
        """Return a spool for a body; None if the body goes into memory."""
        if not (self.is_all and self.format.is_file):
            return None
        from tap_analytics.http.spool import Spool  # noqa: PLC0415 - few bodies are files

        return Spool(most=LOOK if self.is_look else None)

    def open(self, response: Response, codec: Codec, *, offset: int) -> Page:
        """Return the page in a response.

        Raises:
            TransientError: Its body was cut short.
            FatalAPIError: The body does not have the declared format.
        """
        body = Body(
            content=response.content,
            headers=response.headers,
            spool=getattr(response, "spool", None),
            most=self.most,
            is_look=self.is_look,
            seen=self._seen,
        )
        return self.format.open(body, codec, offset=offset)
