"""The trail from page to page: each names the cursor, or the link, of the one that follows it."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.pagination.page import NextLink, pages_of
from tap_analytics.pagination.paginator import Paginator
from tap_analytics.pagination.repetition import Circle, EmptyPages, repeated_link

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from tap_analytics.pagination.page import Page, Row, RowIdentity, Source
    from tap_analytics.report.stats import ListStats


@dataclass(frozen=True, kw_only=True)
class LinkedPaginator(Paginator[NextLink], ABC):
    """Asks for each page with what the page before it names."""

    changing_list: ClassVar = "As the API keeps its place."

    @property
    @override
    def first(self) -> NextLink:
        return NextLink()

    @property
    def ends_at_empty_page(self) -> bool:
        """Whether an empty page is the end, whatever it names."""
        return False

    @override
    def pages(
        self, source: Source[NextLink], *, rows: RowIdentity, stats: ListStats, verify: bool
    ) -> Iterable[Sequence[Row]]:
        stop = self.ends_at_empty_page
        return LinkedPages(pages_of(source), key=rows.key, stop_after_empty_page=stop, progress=stats)


class LinkedPages:
    """A list as runs of rows, each page asked for by what the page before it names as `next`.

    The page that names nothing is the last, and so is an empty one that names itself. An API whose cursor stays the
    same, and which goes on by itself, is read as long as it gives other rows. A circle is not noticed where it is
    longer than what is remembered, or where rows have no key and differ each time that they are asked for.

    Args:
        fetch: Asks for a page.
        key: Identifies a row; the whole row does if it is None.
        stop_after_empty_page: Whether an empty page is the end, whatever it names.
        progress: Told of what happens.

    Raises:
        FatalAPIError: While reading: the trail leads in a circle, or through nothing but empty pages; what a page
            names is no cursor and no link; or the list ended before its total.
    """

    def __init__(
        self,
        fetch: Callable[[NextLink], Page],
        *,
        key: Callable[[Row], Hashable] | None = None,
        stop_after_empty_page: bool = False,
        progress: ListStats,
    ) -> None:
        self._fetch = fetch
        self._key = key
        self._stop_after_empty_page = stop_after_empty_page
        self._progress = progress

    def __iter__(self) -> Iterator[Sequence[Row]]:
        token: NextLink | None = NextLink()
        circle, empty = Circle(self._key), EmptyPages()
        while token is not None:
            page = self._take(token)
            if page.rows:
                if circle.closes(token, page.rows):
                    raise FatalAPIError(repeated_link(self._progress.pages))
                self._progress.rows += len(page.rows)
                yield page.rows
            empty.add(page.rows)
            token = self._after(token, page)
        self._progress.check_total()

    def _take(self, token: NextLink) -> Page:
        page = self._fetch(token)
        self._progress.pages += 1
        self._progress.totals.add(page.total)
        return page

    def _after(self, token: NextLink, page: Page) -> NextLink | None:
        """Return what leads on from a page, None where it is the last."""
        value = as_text(page.next)
        if value is None or (not page.rows and (self._stop_after_empty_page or value == token.value)):
            return None
        return NextLink(value)


def as_text(following: object) -> str | None:
    """Return a cursor or link from JSON as text; None where it says that nothing follows: null, false, 0, empty.

    Raises:
        FatalAPIError: It is none: true, a list or an object.
    """
    if isinstance(following, str):
        return following.strip() or None
    if following is None or following is False or following in (0, [], {}):
        return None
    if following is not True and isinstance(following, int | float | Decimal):
        return str(following)
    message = (
        "what the API names as next is neither text nor a number; check `cursor_path`, `next_url_path` or the options "
        "of the `paginator`"
    )
    raise FatalAPIError(message)
