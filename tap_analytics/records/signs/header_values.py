"""Values about a list that a paginator reads in the headers of a response, instead of its body."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from tap_analytics.records.signs.signs import count_of, flag_at, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.pagination.page import Page


class HeaderValues(msgspec.Struct, frozen=True, kw_only=True):
    """The headers that say how many rows or pages a list has, and whether there is more; empty for none."""

    total: str = ""
    pages: str = ""
    more: str = ""
    last: str = ""

    def add_to(self, page: Page, headers: Mapping[str, str]) -> Page:
        """Return a page with what the headers of its response say."""
        flags = {name: headers[name] for name in (self.more, self.last) if name in headers}
        return replace(
            page,
            total=count_of(headers.get(self.total)) if self.total else page.total,
            pages=whole_number(headers.get(self.pages)) if self.pages else page.pages,
            more=flag_at(flags, self.more, self.last) if self.more or self.last else page.more,
        )
