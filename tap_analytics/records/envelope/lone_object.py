"""One record without the list around it, as an API writes it that makes its JSON of XML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tap_analytics.records.envelope.envelope import decode, select

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tap_analytics.pagination.page import Page
    from tap_analytics.records.envelope.envelope import Envelope


def lone_page(
    envelope: Envelope, body: bytes, *, offset: int, keys: Sequence[str], fields: Collection[str]
) -> Page | None:
    """Return the page of an object in place of the list; None for one that is no record of it.

    It is one if it has the keys of the records, and no field that they do not have: an object with the list within it,
    or with an error, has others.
    """
    document = decode(body)
    data = select(document, envelope.data_selector)
    is_lone = isinstance(data, dict) and data is not document and bool(keys) and data.keys() <= set(fields)
    if not is_lone or any(data.get(key) is None for key in keys):
        return None
    return replace(envelope.page(document, [data], offset=offset), is_lone=True)
