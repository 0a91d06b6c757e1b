"""Numbers as an API writes them: a cursor goes back with the very characters that it came with."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Self

import msgspec
from msgspec.structs import replace
from typing_extensions import override

from tap_analytics.records.paths import value_at

if TYPE_CHECKING:
    from tap_analytics.pagination.page import Page


class WrittenNumber(Decimal):
    """A number whose text is the one that it was written with."""

    @override
    def __new__(cls, text: str) -> Self:
        number = super().__new__(cls, text)
        number.text = text
        return number

    text: str

    @override
    def __str__(self) -> str:
        return self.text


def with_text(page: Page, body: bytes, path: str) -> Page:
    """Return a page whose cursor is written as in its body; only numbers with an exponent have other texts.

    Args:
        page: The page.
        body: The body that it was read from, in JSON.
        path: Where the body has the cursor.
    """
    if not isinstance(page.next, Decimal) or "E" not in str(page.next):
        return page
    return replace(page, next=value_at(_DECODER.decode(body), path))


_DECODER = msgspec.json.Decoder(float_hook=WrittenNumber)
