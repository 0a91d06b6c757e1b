"""Pages by cursor: the body of each page names the cursor of the next one."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from msgspec.structs import replace
from typing_extensions import override

from tap_analytics.config.faults import TEXT
from tap_analytics.pagination.linked.linked import LinkedPaginator
from tap_analytics.pagination.linked.numbered_links import is_number, is_place
from tap_analytics.pagination.page import NextLink, in_json
from tap_analytics.pagination.paginator import TRUTH, option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_analytics.pagination.page import Page

_DECODER = msgspec.json.Decoder(float_hook=Decimal)


@dataclass(frozen=True, kw_only=True)
class CursorPaginator(LinkedPaginator):
    """Asks for each page with the cursor that the page before it names."""

    type: ClassVar = "cursor"
    placeholders: ClassVar = ("paginator.cursor",)
    reads_body: ClassVar = True
    next_page: ClassVar = "by a cursor in the body"
    example: ClassVar[Mapping[str, Any]] = {
        "path": "/v1/events",
        "paginator": {"type": "cursor", "cursor_path": "paging.next.after", "cursor_param": "after"},
    }
    more_examples: ClassVar[Sequence[Mapping[str, Any]]] = (
        {
            "path": "/v1/charges",
            "paginator": {
                "type": "cursor",
                "cursor_path": "data[-1].id",
                "cursor_param": "starting_after",
                "has_more_path": "has_more",
            },
        },
        {
            "path": "/v1/tickets",
            "paginator": {
                "type": "cursor",
                "cursor_path": "after_cursor",
                "is_last_path": "end_of_stream",
                "stop_after_empty_page": True,
                "total_path": "",
            },
        },
        {
            "path": "/v1/people/search",
            "method": "POST",
            "paginator": {"type": "cursor", "cursor_path": "next", "cursor_body_path": "page.after"},
        },
        {
            "path": "/v1/users/search",
            "method": "POST",
            "paginator": {"type": "cursor", "cursor_path": "next", "cursor_body_path": "['page.after']"},
        },
        {
            "path": "/v1/search",
            "method": "POST",
            "data_selector": "hits[*].source",
            "paginator": {"type": "cursor", "cursor_path": "hits[-1].sort", "cursor_body_path": "search_after"},
        },
        {
            "path": "/v1/query",
            "method": "POST",
            "json": {"query": "select id from accounts"},
            "paginator": {
                "type": "cursor",
                "cursor_path": "locator",
                "cursor_body_path": "locator",
                "cursor_at": "/v1/query/more",
                "cursor_alone": True,
            },
        },
    )

    cursor_path: str = field(
        default="cursors.next",
        metadata=option(
            TEXT,
            "Where the body has the cursor of the next page. If it is missing, empty or the offset -1, the list ends.",
        ),
    )
    cursor_param: str = field(default="cursor", metadata=option(TEXT, "The parameter that carries it."))
    cursor_body_path: str | None = field(
        default=None,
        metadata=option(
            TEXT,
            "Where it goes in the body of the request, instead of a parameter; it keeps its JSON type. A key that has "
            "a dot in it is `['page.after']`.",
        ),
    )

    cursor_at: str | None = field(
        default=None,
        metadata=option(
            TEXT, "The path that pages behind the first are asked for at, below `api_url`, if another one."
        ),
    )
    cursor_alone: bool = field(
        default=False,
        metadata=option(
            TRUTH,
            "Whether pages behind the first are asked for by the cursor alone, without the parameters and the body.",
        ),
    )

    @property
    @override
    def next_path(self) -> str:
        return self.cursor_path

    @override
    def complete(self, page: Page, headers: Mapping[str, str]) -> Page:
        page = super().complete(page, headers)
        if self._is_end(page.next):
            return replace(page, next=None)
        if not self.cursor_body_path or not page.next or isinstance(page.next, str | bool):
            return page
        return replace(page, next=NextLink(in_json(page.next), is_json=True))

    def _is_end(self, cursor: object) -> bool:
        """Return whether it is the offset -1, which says that nothing follows; many APIs begin anew there."""
        name = (self.cursor_body_path or self.cursor_param).rpartition(".")[2]
        return str(cursor) == "-1" and is_number(name, "1")

    @override
    def is_numbered(self, token: NextLink) -> bool:
        if "[-1]" in self.cursor_path:
            return False  # a value of the last row leads behind that row, wherever it is
        return is_number(self.cursor_param, token.value or "") or is_place(token.value or "")

    @override
    def leaves_out_the_rest(self, token: NextLink) -> bool:
        return self.cursor_alone and token.value is not None

    @override
    def path(self, token: NextLink) -> str:
        return "" if token.value is None or not self.cursor_at else f"/{self.cursor_at.removeprefix('/')}"

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
        return {self.cursor_body_path: _DECODER.decode(token.value) if token.is_json else token.value}
