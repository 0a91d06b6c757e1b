"""The search for the way that leads on from the first page of a list, and what it means if there is none."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.linked.link_header import names_next
from tap_analytics.records.signs.signs import signs_in
from tap_analytics.resources.detection.body_ways import body_ways
from tap_analytics.resources.detection.detection import Answer
from tap_analytics.resources.detection.exchange import exchange
from tap_analytics.resources.detection.proof import Proof
from tap_analytics.resources.detection.wide import WideGuess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_analytics.resources.detection.exchange import Ask, Exchange
    from tap_analytics.resources.detection.proof import Proved
    from tap_analytics.resources.detection.way import Way
    from tap_analytics.resources.listing import Listing

# A page that is all of its list seldom has a multiple of so many rows.
ROUND = 50


class WaySearch:
    """Tries the ways on from the first page of a list.

    `answer` is the first page, and `left` has how many rows it says are behind it, by the path of each number.

    Args:
        listing: The list.
        first: The first request and its response.
        rows: The rows of the first page.
        ask: Sends a request.
        is_usual: Whether the list is likely to have pages that are asked for in a usual way.
    """

    def __init__(self, listing: Listing, first: Exchange, rows: list[Any], *, ask: Ask, is_usual: bool) -> None:
        self.answer = Answer(
            document=first.document,
            headers=first.response.headers,
            selector=listing.envelope.data_selector,
            noun=listing.envelope.noun,
            rows=[row for row in rows if isinstance(row, dict)],
            params=first.params,
        )
        self.left = _rows_behind(listing, first)
        self._has_rows = bool(rows)
        self._listing = listing
        self._ask = ask
        # One who is not bold asks for little where an API refuses what it does not know.
        self._is_bold = self.answer.is_full or is_usual
        self._proof = Proof(listing=listing, answer=self.answer, ask=ask)
        self._wide = WideGuess(listing=listing, answer=self.answer, ask=ask)

    def find(self) -> Proved | None:
        """Return the first way that is proved to lead to another page; None if there is none."""
        return next(filter(None, map(self._proof.of, self._ways())), None)

    def _ways(self) -> Iterator[Way]:
        """Give the ways that may lead on, each once, those that the response names first."""
        answer, resource = self.answer, self._listing.resource
        if answer.is_more is False:
            yield from answer.guesses
            return
        if resource.method == "POST" and resource.data is None:
            yield from dict.fromkeys(body_ways(answer, resource.json))
        yield from dict.fromkeys(chain(answer.ways, () if answer.is_more else answer.guesses))
        if answer.rows:
            yield from self._wide.likely if answer.is_more else ()
            yield from self._wide.ways(is_bold=self._is_bold)

    def check(self) -> str:
        """Check whether the first page can be all, since nothing leads on from it; return what may be wrong with that.

        Raises:
            FatalAPIError: There is another page, or there may well be one.
        """
        answer, remark = self.answer, ""
        if answer.is_more:
            raise FatalAPIError(_no_way(answer, self._proof) if self._has_rows else _no_row(answer))
        if self._wide.heeded and not self._wide.is_live():
            remark = _advice(self._wide.heeded[0])
            if self._is_bold:
                raise FatalAPIError(remark)
        if answer.is_full and (header := _naming_next(answer)):
            raise FatalAPIError(_no_way_by_header(header, len(answer.rows), self._proof))
        if path := self._still_left():
            raise FatalAPIError(_rows_left(path, len(answer.rows), self._proof))
        if answer.is_full and self._proof.doubt and not self._wide.is_live():
            raise FatalAPIError(_doubt(self._proof.doubt))
        return remark if remark or len(answer.rows) % ROUND else _round(len(answer.rows))

    def _still_left(self) -> str:
        """Return where the response counts the rows behind it; empty where that number is another one at each request.

        A number of requests that may still be made goes down with each of them.
        """
        if not self.left:
            return ""
        again = _rows_behind(self._listing, exchange(self._listing, self._listing.paginator.first, self._ask))
        return next((path for path, count in self.left.items() if again.get(path) == count), "")

    @property
    def in_vain(self) -> str:
        """A sentence for a page that nothing leads on from: what was tried."""
        is_silent = self.answer.leaves or "Content-Range" in self.answer.headers
        says = "the response names no next page, and " if is_silent else ""
        return f"{says}nothing of what usually asks for another page brought one: {_names_of_failures(self._proof)}"


def _naming_next(answer: Answer) -> str:
    """Return the header that names a next page, other than `Link`; empty where none does."""
    named = (name for name, value in answer.headers.items() if names_next(name, value) and name.lower() != "link")
    return next(named, "")


def _rows_behind(listing: Listing, first: Exchange) -> Mapping[str, int]:
    """Return how many rows a response says are behind it, by the path of each number."""
    envelope = listing.envelope
    left = signs_in(*envelope.holders(first.document), rows=envelope.noun).left
    return {path: count for path, count in left.items() if count}


def _round(rows: int) -> str:
    return (
        f"the first page has {rows:,} rows, as many as pages often have, and nothing of what usually asks for another "
        "one brought one; if there are more, declare the `paginator`, else `single_page`"
    )


def _no_way_by_header(header: str, rows: int, proof: Proof) -> str:
    return (
        f"the header `{header}` names a next page behind the {rows:,} rows of the first, but nothing that was tried "
        f"leads there: {_names_of_failures(proof)}; declare the `paginator`, such as `header_cursor`, or `single_page` "
        "if the header means something else"
    )


def _rows_left(path: str, rows: int, proof: Proof) -> str:
    return (
        f"the first response has {rows:,} row{'' if rows == 1 else 's'} and says that more are left (`{path}`), but "
        f"nothing that was tried leads to another page: {_names_of_failures(proof)}; declare the `paginator`, "
        "`single_page` if that counts something else"
    )


def _no_way(answer: Answer, proof: Proof) -> str:
    refused = next((f" ({failure})" for failure in proof.failures.values() if failure), "")
    signs = ", ".join(f"`{sign}`" for sign in answer.signs) or "the header `Link`"
    fields = ", ".join(f"`{'.'.join(path)}`" for path in list(answer.leaves)[:20])
    has = f"; beside the records it has {fields}" if fields else ""
    return (
        f"the first response says that there is more ({signs}), but nothing that was tried leads to another page: "
        f"{_names_of_failures(proof)}{refused}{has}; declare the `paginator`"
    )


def _no_row(answer: Answer) -> str:
    signs = ", ".join(f"`{sign}`" for sign in answer.signs) or "the header `Link`"
    return (
        f"the first response has no record, though it says that there are some ({signs}); check the parameters and "
        "`data_selector`, or declare the `paginator`"
    )


def _advice(name: str) -> str:
    return (
        f"`{name}` changes the page, but nothing shows how it leads from page to page; declare the `paginator`, "
        "`single_page` if there is one page only"
    )


def _doubt(doubt: str) -> str:
    return (
        f"the first page looks full, and nothing shows whether another one follows ({doubt}); try again, or declare "
        "the `paginator`, `single_page` if there is one page only"
    )


def _names_of_failures(proof: Proof) -> str:
    return ", ".join(f"`{name}`" if name else "its link" for name in proof.failures)
