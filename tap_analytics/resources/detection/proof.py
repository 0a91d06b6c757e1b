"""Proof: whether the way on that a first response suggests leads to another page, and what shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.actions import IgnoredResponse
from tap_analytics.http.retry import ExhaustedError, UnreachableError
from tap_analytics.resources.detection.exchange import exchange, with_found
from tap_analytics.resources.detection.sameness import Sameness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.resources.detection.detection import Answer
    from tap_analytics.resources.detection.exchange import Ask, Exchange
    from tap_analytics.resources.detection.way import Way
    from tap_analytics.resources.listing import Listing


class Proved(msgspec.Struct, frozen=True, kw_only=True):
    """A way that leads to another page, the response that is that page, and a sentence that says what was seen."""

    way: Way
    second: Exchange
    sentence: str


class Proof(msgspec.Struct, kw_only=True):
    """Tries the ways on from a first page; `failures` has what each of them was refused with, by its parameter.

    `doubt` says why a way that was tried may lead on although it is not proved; it is empty where there is no doubt.
    """

    listing: Listing
    answer: Answer
    ask: Ask
    failures: dict[str, str] = msgspec.field(default_factory=dict)
    doubt: str = ""

    def of(self, way: Way) -> Proved | None:
        """Return a way, with the page that it leads to, if that is another page; None if it is none."""
        listing = with_found(self.listing, paginator=way.paginator)
        same = Sameness(self.answer.rows, listing.resource.primary_key)
        try:
            second = exchange(listing, way.token, self.ask)
            rows = second.rows(listing)
            if way.base is not None and rows is not None and not same.is_same(rows):
                # The number of the first page is not known: the page of number 1 is that page, or the second.
                base = exchange(listing, way.base, self.ask)
                if (others := base.rows(listing)) and same.is_other(others):
                    return _proof_of(way.from_nought, base, others) if self._begins(way.from_nought, same) else None
                rows = rows if same.is_same(others) else None
            if rows and same.is_overlap(rows) and (first := self._from_one(way, same)):
                return self.of(first)
            self.failures.setdefault(way.parameter, "")
            may_be_empty = self.answer.is_more is None or not way.is_counted
            is_other = rows is not None and (same.is_other(rows) if rows else may_be_empty)
            if is_other and not self._holds_seam(way, same):
                self.doubt = f"`{way.parameter}` brings other rows, but the list changes, so that nothing proves it"
                return None
            return _proof_of(way, second, rows or ()) if is_other else None
        except UnreachableError:
            raise
        except (FatalAPIError, IgnoredResponse) as error:
            self.failures[way.parameter] = str(error)
            if isinstance(error, ExhaustedError):
                self.doubt = self.doubt or str(error)
            return None

    def _holds_seam(self, way: Way, same: Sameness) -> bool:
        """Return whether a page that begins with the last row of the first one can be asked for by its offset.

        An offset that counts pages brings another page too. One that the API rounds to whole pages brings the first.
        """
        back = way.before
        if back is None or not self.answer.rows[1:]:
            return True
        listing = with_found(self.listing, paginator=way.paginator)
        rows = exchange(listing, back, self.ask).rows(listing) or []
        return same.is_overlap(rows) or same.is_same(rows)

    def _from_one(self, way: Way, same: Sameness) -> Way | None:
        """Return the way where the first row has the number 1, if the page from there on is the first one."""
        if (other := way.from_one) is None:
            return None
        return other if self._begins(other, same) else None

    def _begins(self, way: Way, same: Sameness) -> bool:
        """Return whether the page that a way begins with is the first one."""
        listing = with_found(self.listing, paginator=way.paginator)
        return same.is_same(exchange(listing, listing.paginator.first, self.ask).rows(listing))


def _proof_of(way: Way, second: Exchange, rows: Sequence[object]) -> Proved:
    asked_with = way.paginator.params(way.token) | way.paginator.body(way.token)
    sent = {name: value for name, value in asked_with.items() if way.is_counted or value}
    # A cursor may hold a secret.
    shown = [f"{name}={value}" if way.is_counted else name for name, value in sent.items()]
    asked = f"`{'&'.join(shown)}`" if shown else f"the link in {way.place}"
    brought = f"{len(rows):,} rows that the first page has not" if rows else "no row, so that the first page is all"
    return Proved(way=way, second=second, sentence=f"{asked} brought {brought}")
