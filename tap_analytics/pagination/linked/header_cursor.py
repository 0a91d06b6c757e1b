"""Pages by a cursor in a header: a header of each response names the cursor of the next page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace
from typing_extensions import override

from tap_analytics.config.faults import TEXT
from tap_analytics.pagination.linked.linked import LinkedPaginator
from tap_analytics.pagination.page import NO_PLACE
from tap_analytics.pagination.paginator import option
from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_analytics.pagination.page import NextLink, Page

# Digits that are the same number again when they are written anew.
_NUMBER = pattern(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, kw_only=True)
class HeaderCursorPaginator(LinkedPaginator):
    """Asks for each page with the cursor in a header of the page before it."""

    type: ClassVar = "header_cursor"
    placeholders: ClassVar = ("paginator.cursor",)
    next_page: ClassVar = "by a cursor in a header"
    example: ClassVar[Mapping[str, Any]] = {
        "path": "/v1/calls",
        "paginator": {"type": "header_cursor", "cursor_key": "X-Next-Cursor", "cursor_param": "after"},
    }
    more_examples: ClassVar[Sequence[Mapping[str, Any]]] = (
        {
            "path": "/v1/messages",
            "paginator": {
                "type": "header_cursor",
                "has_more_path": "more",
                "is_last_path": "last",
                "total_path": "count",
                "stop_after_empty_page": True,
            },
        },
        {
            "path": "/v1/search",
            "method": "POST",
            "paginator": {"type": "header_cursor", "cursor_key": "X-Next-Row", "cursor_body_path": "first_row"},
        },
    )

    cursor_key: str = field(
        default="next",
        metadata=option(TEXT, "The header that has the cursor. If it is missing or says `null`, the list ends."),
    )
    cursor_param: str = field(default="cursor", metadata=option(TEXT, "The parameter that carries it."))
    cursor_body_path: str | None = field(
        default=None,
        metadata=option(
            TEXT, "Where it goes in the body of the request, instead of a parameter; nothing but digits as a number."
        ),
    )

    @override
    def params(self, token: NextLink) -> dict[str, Any]:
        return {} if token.value is None or self.cursor_body_path else {self.cursor_param: token.value}

    @override
    def values(self, token: NextLink) -> dict[str, Any]:
        return {} if token.value is None else dict.fromkeys(self.placeholders, token.value)

    @override
    def body(self, token: NextLink) -> dict[str, Any]:
        if token.value is None or not self.cursor_body_path:
            return {}
        return {self.cursor_body_path: int(token.value) if _NUMBER.fullmatch(token.value) else token.value}

    @override
    def complete(self, page: Page, headers: Mapping[str, str]) -> Page:
        cursor = headers.get(self.cursor_key, "")
        return super().complete(replace(page, next=None if cursor.strip().lower() in NO_PLACE else cursor), headers)
