"""Kinds of APIs: the same rows, asked for and answered in the ways of other APIs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from tap_analytics.sandbox.messages import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tap_analytics.sandbox.messages import Request

Body = object


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asks for: up to `limit` rows from `offset` on."""

    request: Request
    offset: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found for a request: encoded rows, how many match in all, and where the next page begins, if any."""

    rows: Sequence[msgspec.Raw]
    total: int
    following: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of API.

    Args:
        limit: The parameter that says how many rows; empty for one that takes none.
        start: The parameter that says where; empty for one that ignores where.
        body: Makes the body of what was found.
        pages: Whether `start` is the number of a page, and that of the first one; None where it counts rows.
        is_text: Whether `start` is a cursor that only the API can make.
        in_header: Whether a link to the next page stands in a header.
    """

    limit: str = "limit"
    start: str = "offset"
    body: Callable[[Asked, Found], Body]
    pages: int | None = None
    is_text: bool = False
    in_header: bool = False

    def read(self, request: Request, *, usual: int, most: int) -> Asked:
        """Return what a request asks for.

        Raises:
            ValueError: A parameter is not what it must be.
        """
        limit = min(_number(request, self.limit, usual), most)
        first = self.pages or 0
        place = _number(request, self.start, first, prefix="c-" if self.is_text else "") - first
        if place < 0:
            message = f"`{self.start}` must be {first} or more."
            raise ValueError(message)
        return Asked(request=request, offset=place * limit if self.pages is not None else place, limit=limit)

    def answer(self, asked: Asked, rows: Sequence[bytes], total: int) -> Answer:
        """Return the answer with the rows that were found."""
        end = asked.offset + len(rows)
        found = Found(rows=[*map(msgspec.Raw, rows)], total=total, following=end if rows and end < total else None)
        headers = {"link": f'<{_link(asked, found)}>; rel="next"'} if self.in_header and found.following else {}
        return Answer(body=msgspec.json.encode(self.body(asked, found)), headers=headers, rows=len(rows))


def _number(request: Request, name: str, usual: int, *, prefix: str = "") -> int:
    text = request.params.get(name) if name else None
    if text is None:
        return usual
    digits = text.removeprefix(prefix)
    if not (text.startswith(prefix) and digits.isascii() and digits.isdigit()):
        message = f"`{name}` is not what it must be."
        raise ValueError(message)
    return int(digits)


def _link(asked: Asked, found: Found) -> str | None:
    """Return the link to the next page, relative to this one; None where there is none."""
    if found.following is None:
        return None
    return "?" + urlencode({**asked.request.params, "offset": found.following, "limit": asked.limit})


def _cursor(found: Found) -> str | None:
    return None if found.following is None else f"c-{found.following}"


def _by_number(first: int) -> Callable[[Asked, Found], Body]:
    def body(asked: Asked, found: Found) -> Body:
        pages = -(-found.total // asked.limit)
        return {"items": found.rows, "page": first + asked.offset // asked.limit, "total_pages": pages}

    return body


def _json_api(asked: Asked, found: Found) -> Body:
    return {"data": found.rows, "links": {"next": _link(asked, found)}, "meta": {"count": found.total}}


KINDS: Mapping[str, Kind] = {
    "bare": Kind(body=lambda _, found: found.rows),
    "cursor": Kind(
        start="cursor",
        is_text=True,
        body=lambda _, found: {"results": found.rows, "meta": {"next_cursor": _cursor(found)}},
    ),
    "cursor-after": Kind(
        start="after",
        is_text=True,
        body=lambda _, found: {"results": found.rows, "paging": {"next": {"after": _cursor(found)}}},
    ),
    "cursor-token": Kind(
        limit="pageSize",
        start="pageToken",
        is_text=True,
        body=lambda _, found: {"files": found.rows} | ({"nextPageToken": _cursor(found)} if _cursor(found) else {}),
    ),
    "ignored-offset": Kind(limit="", start="", body=lambda _, found: found.rows),
    "json-api": Kind(limit="page[limit]", body=_json_api),
    "link-body": Kind(body=lambda asked, found: {"results": found.rows, "next": _link(asked, found)}),
    "link-header": Kind(body=lambda _, found: found.rows, in_header=True),
    "nested": Kind(body=lambda _, found: {"response": {"data": {"items": found.rows}}, "total": found.total}),
    "no-total": Kind(body=lambda _, found: {"data": found.rows}),
    "numbers": Kind(limit="per_page", start="page", pages=1, body=_by_number(1)),
    "numbers-from-0": Kind(limit="size", start="page", pages=0, body=_by_number(0)),
    "object": Kind(limit="", start="", body=lambda _, found: found.rows[0] if found.rows else {}),
    "skip": Kind(limit="take", start="skip", body=lambda _, found: {"value": found.rows, "count": found.total}),
}
