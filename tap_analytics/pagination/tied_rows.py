"""Rows that share the value of a cursor which is a field of the last row: none of them is left out between two pages.

An API that goes on behind that value (`>`) leaves out those that did not fit into the page. So the next page is asked
for from the value before it in the page: the rows with the last value come again, and the rest of them with them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, quote_plus

import msgspec
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.instants import parse_date
from tap_analytics.pagination.page import NextLink, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from tap_analytics.pagination.page import Page, Row

# After so many borders at which an earlier value did not lead to the rows of the page, the API takes its own only.
_MOST_MISSES = 2

# A number of so many digits may be a time; shorter ones are equal to some field by chance.
_DIGITS_OF_TIME = 9

# A first page whose number of rows is a multiple of this may be full.
_ROUND = 50


class _Tie(NamedTuple):
    """The field whose last value is the cursor, that value, and the one before it; None if all rows share it."""

    field: str
    value: str
    before: str | None


class TiedRows:
    """Asks for the page behind another one, so that both share the rows that have the value of the cursor.

    `is_over` says that the last page was asked for from its own last value, and brought nothing but known rows.

    Args:
        key: Identifies a row; without one, the whole row does.
        path: The path of the cursor in the body: one like `data[-1].created` says that it is a field of the last row.
    """

    def __init__(self, key: Callable[[Row], Hashable] | None, *, path: str = "") -> None:
        self._key = key or whole
        self._is_keyed = key is not None
        self._is_of_last = "[-1]" in path
        self._name = path.rpartition(".")[2]
        self._known: Counter[Hashable] = Counter()
        self.is_over = False
        self._misses = self._full = self._longest = 0
        self._asked_with: str | None = None
        self._has_parted = False  # whether a page had several values of the cursor

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
        if page.is_full or len(page.rows) % _ROUND == 0:
            self._full = self._full or len(page.rows)
        self._longest = max(self._longest, len(page.rows))
        self._known.clear()
        tie = self._tie(token, page.rows) if page.rows and self._misses < _MOST_MISSES else None
        self._asked_with = token.value
        if tie is None:
            return token, fetch(token)
        self._known = Counter(map(self._key, page.rows))
        if tie.before is not None:
            self._has_parted = True
            earlier = NextLink(_with(token.value or "", tie.value, tie.before), is_json=token.is_json)
            found = self._earlier(earlier, tie, page, fetch)
            if found is not None and self.new_rows(found):
                return earlier, found
        found = fetch(token)
        if tie.before is None and found is not None and not is_counted:
            self._check(page, found, tie)
        if found is None or not found.rows or self.new_rows(found):
            return token, found
        # The API begins at the value (`>=`), and has nothing behind it.
        self.is_over = True
        return token, replace(found, rows=(), next=None, signs=found.signs._replace(next="", cursor=""))

    def new_rows(self, page: Page) -> Sequence[Row]:
        """Return the rows of a page that the page before it does not have."""
        if not self._known:
            return page.rows
        known, new = self._known.copy(), []
        for row in page.rows:
            key = self._key(row)
            if known[key] > 0:
                known[key] -= 1
            else:
                new.append(row)
        return new

    def _earlier(self, token: NextLink, tie: _Tie, page: Page, fetch: Callable[[NextLink], Page | None]) -> Page | None:
        """Return the page from an earlier value; None if it does not have the rows that share the value."""
        try:
            found = fetch(token)
        except FatalAPIError:
            found = None
        tied = {self._key(row) for row in page.rows if _text_of(row, tie.field) == tie.value}
        is_joined = found is not None and not found.missing and not tied.isdisjoint(map(self._key, found.rows))
        self._misses = 0 if is_joined else self._misses + 1
        return found if is_joined else None

    def _check(self, page: Page, found: Page, tie: _Tie) -> None:
        """Raise FatalAPIError where all rows of a page share the value, and the next page does not show the rest."""
        is_joined = len(self.new_rows(found)) < len(found.rows)
        # Pages of one value each may be all that have it, such as those of a day.
        full = self._longest if self._has_parted else self._full
        if len(page.rows) >= full > 1 or (self._has_parted and bool(found.rows) and not is_joined):
            raise FatalAPIError(all_tied(len(page.rows), tie.field))

    def _tie(self, token: NextLink, rows: Sequence[Row]) -> _Tie | None:
        """Return the field whose value in the last row is the cursor; None if it is the key, or no field is."""
        last = _fields(rows[-1])
        names = sorted(last, key=lambda name: name != self._name)
        found = next((name for name in names if self._is_cursor(last[name], token.value or "", name)), None)
        if found is None:
            return None
        value = str(last[found])
        if self._is_keyed and self._key(rows[-1]) in {last[found], (last[found],)}:
            return None
        before = next((text for row in reversed(rows) if (text := _text_of(row, found)) not in {"", value}), None)
        if before is None and self._is_filter(token.value or "", value):
            return None
        return _Tie(found, value, before)

    def _is_filter(self, link: str, value: str) -> bool:
        """Return whether a value that all rows of a page share may stand in their link because it was asked for."""
        return "?" in link and (self._asked_with is None or _with(self._asked_with, value, "") != self._asked_with)

    def _is_cursor(self, value: object, cursor: str, name: str) -> bool:
        """Return whether the value of a field is the cursor, or a parameter of the link, and not by chance."""
        if isinstance(value, bool) or not isinstance(value, str | int | float) or not str(value):
            return False
        text = str(value)
        if text not in cursor and quote(text, safe="") not in cursor:
            return False
        if self._is_of_last and name == self._name:
            return text == cursor
        is_time = text.isdecimal() and len(text) >= _DIGITS_OF_TIME
        return (is_time or parse_date(text) is not None) and (text == cursor or _with(cursor, text, "") != cursor)


def _fields(row: Row) -> dict[str, object]:
    """Return the fields of a row by the names that the API has for them."""
    if isinstance(row, dict):
        return row
    names = getattr(row, "__struct_encode_fields__", ())
    return dict(zip(names, (getattr(row, field) for field in getattr(row, "__struct_fields__", ())), strict=True))


def _text_of(row: Row, name: str) -> str:
    value = _fields(row).get(name)
    return "" if value is None or value is msgspec.UNSET else str(value)


def _with(cursor: str, value: str, other: str) -> str:
    """Return a cursor, or a link with it as a parameter, with another value."""
    if cursor == value:
        return other
    head, mark, query = cursor.partition("?")
    spellings = {value, quote(value, safe=""), quote_plus(value), quote(value, safe=":")}
    pairs = [
        f"{name}={quote(other, safe='')}" if equals and text in spellings else pair
        for pair in query.split("&")
        for name, equals, text in [pair.partition("=")]
    ]
    return f"{head}{mark}{'&'.join(pairs)}"


def all_tied(rows: int, field: str) -> str:
    """Return the message for a page whose rows all share the value of the cursor."""
    return (
        f"all {rows} rows of a page have the same `{field}`, which is the cursor of the next page: the API goes on "
        "behind that value, and rows with it that did not fit into the page are lost; ask for longer pages, or for a "
        "cursor that is another one in each row"
    )
