"""Records of a schema, read from pages, with an eye on how each page was read."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from typing_extensions import override

from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.lines import record_lines
from tap_analytics.records.rows import RecordCodec

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tap_analytics.pagination.page import Page

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Watched(Envelope, frozen=True, kw_only=True):
    """An envelope that knows which bodies were opened by it: those that no layout could read."""

    opened: list[bytes] = msgspec.field(default_factory=list)

    @override
    def open(self, body: bytes, *, offset: int, content_type: str = "") -> Page:
        self.opened.append(body)
        return super().open(body, offset=offset, content_type=content_type)


class Reader:
    """Records of a schema, with an eye on what is read quickly and what value by value."""

    def __init__(self, properties: Mapping[str, Any], *, omitted: Collection[str] = (), **envelope: Any) -> None:  # noqa: ANN401 - paths
        self.envelope = Watched(**envelope)
        self.reported: list[str] = []
        self.records = RecordCodec(
            {"properties": properties}, omitted=omitted, envelope=self.envelope, report=self.reported.extend
        )

    def open(self, body: bytes | str) -> Page:
        return self.records.open(body.encode() if isinstance(body, str) else body, offset=7)

    def is_quick(self, body: bytes | str) -> bool:
        """Return whether a page is opened by a layout, not value by value."""
        before = len(self.envelope.opened)
        self.open(body)
        return len(self.envelope.opened) == before

    def kind(self, body: bytes | str) -> type:
        """Return the kind of rows in a page: each layout has its own."""
        kind: type = type(self.open(body).rows[0])
        return kind

    def plain(self, page: Page) -> list[dict[str, Any]]:
        return [self.records.plain(row) for row in page.rows]


def page(*rows: str) -> str:
    return f'{{"data": [{", ".join(rows)}]}}'


ID = {"type": ["integer"]}
TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["number", "null"]}
DATE = {"type": ["string", "null"], "format": "date-time"}
AMOUNTS = {
    "id": ID,
    "amount": NUMBER,
    "lines": {"type": ["array", "null"], "items": {"type": ["object", "null"], "properties": {"price": NUMBER}}},
}


def object_of(members: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{json.dumps(name)}: {value}' for name, value in members.items())}}}"


def records_in(reader: Reader, rows: Sequence[Any]) -> list[dict[str, Any]]:
    lines = record_lines(reader.records.encodable(rows), stream="s").decode().split("\n")
    return [json.loads(line, parse_float=Decimal)["record"] for line in lines[:-1]]
