"""JSON: one document, which has the records at the place that the endpoint declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace
from typing_extensions import override

from tap_analytics.records.formats.format import Body, Format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import Response

    from tap_analytics.pagination.page import Page
    from tap_analytics.records.formats.format import Codec


@dataclass(frozen=True, kw_only=True)
class JsonFormat(Format):
    """One document; or several, if it comes as a ZIP file."""

    type: ClassVar = "json"
    title: ClassVar = "JSON"
    is_file: ClassVar = False

    @override
    def open(self, body: Body, codec: Codec, *, offset: int) -> Page:
        from tap_analytics.records.formats.packing import is_packed  # noqa: PLC0415 - discovery reads no body

        if not is_packed(body.content):
            return codec.open(body.content, offset=offset, content_type=body.content_type)
        pages = [codec.open(document, offset=offset) for document in documents(body)]
        if not pages:
            return codec.open(b"[]", offset=offset)
        return replace(pages[-1], rows=[row for page in pages for row in page.rows])


def documents(body: Body) -> Iterator[bytes]:
    """Give the documents in a compressed body."""
    from tap_analytics.records.formats.packing import Budget, members  # noqa: PLC0415 - few bodies are compressed

    budget = Budget(body.size, body.most, times=1)
    for _, member in members(body.file, budget):
        yield member.read()


def document_of(response: Response) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return the document in a response; of a ZIP file, the first one.

    Raises:
        TransientError: The body was cut short, or is something else that a retry may mend.
        FatalAPIError: The body is not JSON, and a retry would bring the same.
    """
    from tap_analytics.records.envelope.envelope import decode  # noqa: PLC0415 - discovery reads no body
    from tap_analytics.records.formats.packing import is_packed  # noqa: PLC0415 - likewise

    content = response.content
    if is_packed(content):
        content = next(documents(Body(content=content)), b"")
    return decode(content, response.headers.get("Content-Type", ""))


# The format of a body if none is declared.
DEFAULT_FORMAT = JsonFormat()
