"""Whether an API gives its short first page again where the list would go on: it ignores what asks for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.actions import IgnoredResponse
from tap_analytics.http.retry import UnreachableError
from tap_analytics.pagination.page import Span
from tap_analytics.resources.detection.exchange import exchange
from tap_analytics.resources.detection.sameness import Sameness

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from requests import Response

    from tap_analytics.pagination.page import Token
    from tap_analytics.resources.detection.detection import Answer
    from tap_analytics.resources.detection.exchange import Ask
    from tap_analytics.resources.listing import Listing


class Behind(msgspec.Struct, frozen=True, kw_only=True):
    """What comes behind a short first page: `answered` has the response, `is_repeated` says that it is that page."""

    answered: Mapping[Token, Response | None] = msgspec.field(default_factory=dict)
    is_repeated: bool = False


NOTHING = Behind()


def may_be_all(answer: Answer) -> bool:
    """Return whether a first page may be all of a list that has no pages: it is short, of an odd length, and silent."""
    asked = answer.size[1] if answer.size else 0
    return 0 < len(answer.rows) < asked and not answer.is_full and answer.is_more is None


def behind(listing: Listing, answer: Answer, ask: Ask) -> Behind:
    """Return what comes right behind the first page of a list by offset, where a reading of it would go on too."""
    token = Span(len(answer.rows), _limit(listing))
    try:
        second = exchange(listing, token, ask)
    except UnreachableError:
        raise
    except (FatalAPIError, IgnoredResponse):
        return NOTHING  # the reading asks once more, and says what is wrong
    rows = second.rows(listing)
    same = Sameness(answer.rows, listing.resource.primary_key)
    is_repeated = rows is not None and len(rows) == len(answer.rows) and same.is_same(rows)
    return Behind(answered={token: second.response}, is_repeated=is_repeated)


def all_of(rows: int) -> str:
    """Return the warning for a list that was taken for one page, since the API ignores what asks for another."""
    are = f"{rows:,} rows come" if rows > 1 else "row comes"
    return (
        f"the same {are} again whatever asks for another page, so that this is taken for the whole list; to say so, "
        "declare the paginator `single_page`"
    )


def _limit(listing: Listing) -> int:
    first: Any = listing.paginator.first
    return int(first.limit)
