"""Counts that fall while a list is read: whether rows have gone, or whether the API says two things at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple

from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.pagination.page import TokenT, WatchedSource
from tap_analytics.report.counts import noun
from tap_analytics.report.stats import Ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tap_analytics.pagination.page import Page, Row, Source
    from tap_analytics.report.stats import ListStats

# The path of the count that is declared, and that of the number of pages.
_DECLARED, _PAGES = "total_path", "the number of pages"
# How many times both pages must say again what they said.
ROUNDS = 2
# Pages that are told apart at most, where the API counts pages.
MOST_PAGES = 10_000


class Said(NamedTuple, Generic[TokenT]):
    """A number that a response counts, and what its page was asked for with."""

    number: int
    token: TokenT


class FallenCounts(WatchedSource[TokenT]):
    """A source that remembers the largest and the least that the responses of a list count.

    A list that ends with fewer rows than one response counted has lost rows meanwhile, or it is cut and another count
    hides that. Both pages are asked for again, in turn: where the first still says the larger number and the other the
    smaller one, they contradict each other.

    Args:
        source: Where the pages come from.
        stats: The figures of the list.
    """

    def __init__(self, source: Source[TokenT], *, stats: ListStats) -> None:
        super().__init__(source, stats=stats)
        self._most: dict[str, Said[TokenT]] = {}
        self._least: dict[str, Said[TokenT]] = {}
        self._filled: set[int] = set()

    @override
    def note(self, token: TokenT, page: Page) -> None:
        for path, count in _counts_of(page).items():
            # A count that equals the number of rows on the page counts these.
            if (path == _PAGES or count > len(page.rows)) and (
                path not in self._most or count > self._most[path].number
            ):
                self._most[path] = Said(count, token)
            if path not in self._least or count <= self._least[path].number:
                self._least[path] = Said(count, token)
        if page.rows and _PAGES in self._most and len(self._filled) < MOST_PAGES:
            self._filled.add(hash(token))

    def through(self, pages: Iterable[Sequence[Row]]) -> Iterator[Sequence[Row]]:
        """Give the runs of a list that is read from here.

        Raises:
            FatalAPIError: Fewer rows came than a response still counts, though another one counts fewer.
        """
        yield from pages
        if self._stats.ending is not Ending.PROVED:
            return
        for path, most in self._most.items():
            if self._lacks(path, most.number) and self._contradict(path, most, self._least[path]):
                self._stats.ending = Ending.UNPROVED
                raise FatalAPIError(contradiction(path, most.number, self._least[path].number, self._stats.rows))

    def _lacks(self, path: str, most: int) -> bool:
        """Return whether the list has fewer rows, or pages, than a response counted, and another counted fewer."""
        if path == _PAGES:
            return self._least[path].number < most and 1 < len(self._filled) < min(most, MOST_PAGES)
        return self._least[path].number < most and self._stats.rows < most

    def _contradict(self, path: str, most: Said[TokenT], least: Said[TokenT]) -> bool:
        """Return whether both pages go on to say what they said, one right after the other."""
        try:
            return all(
                _counts_of(self._source.look(said.token)).get(path) == said.number for said in (most, least) * ROUNDS
            )
        except FatalAPIError:
            return False


def _counts_of(page: Page) -> Mapping[str, int]:
    """Return what a response counts, by path."""
    pages = page.signs.pages if page.pages is None else page.pages
    declared = {} if page.total is None else {_DECLARED: page.total}
    return {**page.signs.counts, **declared, **({} if pages is None else {_PAGES: pages})}


def contradiction(path: str, most: int, least: int, rows: int) -> str:
    """Return the message for a list whose responses count its rows in two ways at once."""
    return (
        f"the responses contradict each other: one says that `{path}` is {most:,}, another that it is {least:,}, both "
        f"when they are asked for again; {rows:,} {noun(rows, 'row')} came, so that the API may limit how far a list "
        'can be read. If that counts something else, set `total_path` to another field, or to `""` for none'
    )
