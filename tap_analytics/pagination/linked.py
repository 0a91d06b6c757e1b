"""The trail from page to page: each names the cursor, or the link, of the one that follows it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.numbered import EMPTY_PAGES, nothing_but_empty
from tap_analytics.pagination.page import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from tap_analytics.pagination.page import Page, Row
    from tap_analytics.report.stats import ListStats

# Pages whose cursors and rows are remembered, as one number each, to notice a trail that leads back to one of them.
REMEMBERED_PAGES = 100_000


class NextLink(NamedTuple):
    """What a request asks for: the page that this cursor or link leads to, the first one where it is None."""

    value: str | None = None


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
        self._key = key or whole
        self._stop_after_empty_page = stop_after_empty_page
        self._progress = progress

    def __iter__(self) -> Iterator[Sequence[Row]]:
        token: NextLink | None = NextLink()
        past: dict[int, None] = {}
        empty = 0
        while token is not None:
            page = self._take(token)
            if page.rows:
                self._remember(past, token, page)
                self._progress.rows += len(page.rows)
                yield page.rows
            empty = 0 if page.rows else empty + 1
            if empty >= EMPTY_PAGES:
                raise FatalAPIError(nothing_but_empty())
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

    def _remember(self, past: dict[int, None], token: NextLink, page: Page) -> None:
        """Take note of a page among those of the past, of which the oldest are forgotten."""
        place = hash((token, *map(self._key, page.rows)))
        if place in past:
            message = (
                f"the list leads in a circle: page {self._progress.pages} was asked for with a cursor or link that had "
                "been used before, and gave the same rows; check the options of the `paginator`"
            )
            raise FatalAPIError(message)
        past[place] = None
        if len(past) > REMEMBERED_PAGES:
            del past[next(iter(past))]


class OnePage:
    """A list whose first page is all of it, as one run of rows.

    Args:
        fetch: Asks for the page.
        progress: Told of what happens.
    """

    def __init__(self, fetch: Callable[[NextLink], Page], *, progress: ListStats) -> None:
        self._fetch = fetch
        self._progress = progress

    def __iter__(self) -> Iterator[Sequence[Row]]:
        page = self._fetch(NextLink())
        self._progress.pages += 1
        self._progress.rows += len(page.rows)
        self._progress.totals.add(page.total)
        if page.rows:
            yield page.rows


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
