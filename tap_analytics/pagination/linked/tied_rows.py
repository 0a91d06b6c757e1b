"""Rows that share the value of a cursor which is a field of the last row: none of them is left out between two pages.

An API that goes on behind that value (`>`) leaves out those that did not fit into the page. So the next page is asked
for from the value before it in the page: the rows with the last value come again, and the rest of them with them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.linked.tied_values import later_of, tie_of, with_other
from tap_analytics.pagination.page import seems_full, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from tap_analytics.pagination.linked.tied_values import Tie
    from tap_analytics.pagination.page import NextLink, Page, Row, RowIdentity
    from tap_analytics.report.stats import ListStats

# After so many borders at which an earlier value did not lead to the rows of the page, the API takes its own only.
_MOST_MISSES = 2

# A first page whose number of rows is a multiple of this may be full. The rows of one parent, or the last ones that
# have changed, share a time more often than a whole list does.
_ROUND = 50
_ROUND_WHOLE = 10

# So many rows of one value may be a full page, of an API whose pages are short.
_SHORT_PAGE = 10


class TiedRows:
    """Asks for the page behind another one, so that both share the rows that have the value of the cursor.

    `is_over` says that the last page was asked for from its own last value, and brought nothing but known rows.

    Args:
        rows: What identifies a row.
        path: The path of the cursor in the body: one like `data[-1].created` says that it is a field of the last row.
        stats: The figures of the list, which get a remark where rows may be left out.
    """

    def __init__(self, rows: RowIdentity, *, path: str = "", stats: ListStats) -> None:
        self._key = rows.key or whole
        self._is_keyed = rows.key is not None
        self._usual = _ROUND if rows.is_part else _ROUND_WHOLE
        self._name = path.rpartition(".")[2] if "[-1]" in path else ""
        self._stats = stats
        self._known: Counter[Hashable] = Counter()
        # So many rows at the beginning of the page from an earlier value have come before, as their places show.
        self._passed = 0
        self.is_over = False
        self._misses = self._full = self._longest = 0
        self._asked_with: str | None = None
        self._has_parted = False  # whether a page had several values of the cursor
        # The rows of the last page of one value, as long as no page had several, and how its cursor writes that.
        self._of_one: tuple[int, str] = (0, "")

    def follow(
        self, token: NextLink, page: Page, fetch: Callable[[NextLink], Page | None], *, is_counted: bool
    ) -> tuple[NextLink, Page | None]:
        """Return the page behind another one, and what it was asked for with.

        Args:
            token: What the page names as next.
            page: The page, with all rows that the API gave.
            fetch: Asks for a page; None says that there is none.
            is_counted: Whether a total shows that rows are missing at the end.

        Raises:
            FatalAPIError: All rows of a full page share the value, so that those behind it cannot be asked for.
        """
        if page.is_full or len(page.rows) % self._usual == 0:
            self._full = self._full or len(page.rows)
        self._longest = max(self._longest, len(page.rows))
        self._known.clear()
        self._passed = 0
        tie = self._tie(token, page) if page.rows and self._misses < _MOST_MISSES else None
        self._asked_with = token.value
        if tie is None:
            return token, self._behind_key(token, page, fetch)
        self._known = Counter(map(self._key, page.rows))
        if tie.earlier is not None:
            if not is_counted and not self._has_parted:
                self._check_before(token, tie)
            self._has_parted = True
            found = self._earlier(tie.earlier, tie, page, fetch)
            if found is not None and self.new_rows(found):
                return tie.earlier, found
            self._passed = 0
        found = fetch(token)
        if found is not None:
            self._pass(found, tie)
        if tie.earlier is None and found is not None and not is_counted:
            self._check(page, found, tie)
            if not self._has_parted and found.rows and not self.new_rows(found) and self._goes_on(token, tie, fetch):
                raise FatalAPIError(all_tied(len(page.rows), tie.field))
        return token, self._unless_over(found)

    def new_rows(self, page: Page) -> Sequence[Row]:
        """Return the rows of a page that the page before it does not have."""
        if self._passed or not self._known:
            return page.rows[self._passed :]
        known, new = self._known.copy(), []
        for row in page.rows:
            key = self._key(row)
            if known[key] > 0:
                known[key] -= 1
            else:
                new.append(row)
        return new

    def _behind_key(self, token: NextLink, page: Page, fetch: Callable[[NextLink], Page | None]) -> Page | None:
        """Return the next page; if it begins at the key of the last row, that row has come."""
        found = fetch(token)
        key = self._key(page.rows[-1]) if page.rows and self._is_keyed else None
        if found is None or key is None or not _is_key(key, token.value or "") or key not in map(self._key, found.rows):
            return found
        self._known = Counter([key])
        return self._unless_over(found)

    def _unless_over(self, found: Page | None) -> Page | None:
        """Return a page; an empty one where the API begins at the value (`>=`), and has nothing behind it."""
        if found is None or not found.rows or self.new_rows(found):
            return found
        self.is_over = True
        return replace(found, rows=(), next=None, signs=found.signs._replace(next="", cursor=""))

    def _earlier(self, token: NextLink, tie: Tie, page: Page, fetch: Callable[[NextLink], Page | None]) -> Page | None:
        """Return the page from an earlier value; None if it does not have the rows that share the value."""
        try:
            found = fetch(token)
        except FatalAPIError:
            found = None
        if found is not None and not self._is_joined(found, tie, page):
            found = None
        self._misses = 0 if found is not None else self._misses + 1
        return found

    def _is_joined(self, found: Page, tie: Tie, page: Page) -> bool:
        """Return whether a page from an earlier value has the rows that share the last value of the page before."""
        tied = {self._key(row) for row, value in zip(page.rows, tie.values, strict=True) if value == tie.value}
        if found.missing or not tied.isdisjoint(map(self._key, found.rows)):
            return not found.missing
        self._pass(found, tie)
        return self._passed > 0

    def _pass(self, found: Page, tie: Tie) -> None:
        """Find out how many rows at the beginning of a page have come: those without a key may differ at each look."""
        if not self._is_keyed and len(self.new_rows(found)) == len(found.rows):
            self._passed = _rows_again(tie.values_in(found), tie)

    def _check(self, page: Page, found: Page, tie: Tie) -> None:
        """Raise FatalAPIError where all rows of a page share the value, and the next page does not show the rest."""
        new = self.new_rows(found)
        # Pages of one value each may be all that have it, such as those of a day.
        full = self._longest if self._has_parted else self._full
        if len(page.rows) >= full > 1 or (self._has_parted and bool(found.rows) and len(new) == len(found.rows)):
            raise FatalAPIError(all_tied(len(page.rows), tie.field))
        if not new and len(page.rows) >= _SHORT_PAGE and seems_full(page):
            self._stats.remarks.append(f"The list may have more rows: {all_tied(len(page.rows), tie.field)}")

    def _check_before(self, token: NextLink, tie: Tie) -> None:
        """Raise FatalAPIError where an earlier page had one value only, as its cursor: other rows may have had it."""
        rows, spelling = self._of_one
        link = token.value or ""
        # A value that stands in each link is no cursor.
        if rows > 1 and with_other(link, spelling, "") == link:
            raise FatalAPIError(all_tied(rows, tie.field))

    def _goes_on(self, token: NextLink, tie: Tie, fetch: Callable[[NextLink], Page | None]) -> bool:
        """Return whether an API that begins at the value, and gives the same page again, has rows behind the value."""
        later = later_of(token, tie)
        try:
            found = None if later is None else fetch(later)
        except FatalAPIError:
            return False
        return found is not None and not found.missing and len(self.new_rows(found)) > 0

    def _tie(self, token: NextLink, page: Page) -> Tie | None:
        """Return the field whose value in the last row is the cursor; None if it is the key, or no field is."""
        tie = tie_of(token, page, name=self._name)
        if tie is None or (self._is_keyed and _is_key(self._key(page.rows[-1]), tie.value)):
            return None
        if tie.earlier is None:
            self._of_one = (len(page.rows), tie.spelling)
        return None if tie.earlier is None and self._is_filter(token.value or "", tie) else tie

    def _is_filter(self, link: str, tie: Tie) -> bool:
        """Return whether a value that all rows of a page share may stand in their link because it was asked for."""
        before = self._asked_with
        return "?" in link and (before is None or with_other(before, tie.spelling, "") != before)


def _is_key(key: Hashable, value: str) -> bool:
    return str(key[0] if isinstance(key, tuple) and len(key) == 1 else key) == value


def _rows_again(values: Sequence[str], tie: Tie) -> int:
    """Return how many rows with these values come before those that are new; 0 if the values do not tell.

    They tell if the page begins with values of the page before, and has the last one at least as often.
    """
    left = tie.values.count(tie.value)
    for place, value in enumerate(values):
        left -= value == tie.value
        if left == 0:
            return place + 1
        if value not in tie.values:
            return 0
    return 0


def all_tied(rows: int, field: str) -> str:
    """Return the message for a page whose rows all share the value of the cursor."""
    return (
        f"all {rows} rows of a page have the same `{field}`, which is the cursor of the next page: the API goes on "
        "behind that value, and rows with it that did not fit into the page are lost; ask for longer pages, or for a "
        "cursor that is another one in each row; if these are all, declare the paginator `single_page`"
    )
