"""Checks how many records an overridden `parse_response` returns, if the next page depends on that number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError, RetriableAPIError

from tap_analytics.records.raw_records import RawRecords

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from requests import Response

    from tap_analytics.resources.listing import Listing

    Record = dict[str, Any]
    Parse = Callable[[Response], Iterable[Record]]


def keep_count(parse: Parse, listing: Listing) -> Parse:
    """Return `parse` with a check of the number of records.

    If the next page is asked for by the number of records, one too few or too many would lead to a wrong page: then it
    raises FatalAPIError.
    """
    if not listing.paginator.counts_rows:
        return parse
    rows = RawRecords(listing.envelope)

    def take(response: Response) -> list[Record]:
        records = list(parse(response))
        try:
            page = rows.open(response.content, offset=0, content_type=response.headers.get("Content-Type", ""))
        except (FatalAPIError, RetriableAPIError):
            return records  # only `parse_response` can read this response
        if len(page.rows) != len(records):
            message = (
                f"`parse_response` gives {len(records)} records of a response that has {len(page.rows)}, and the next "
                "page is found by their number; leave records out in `post_process`, make others of them in "
                "`get_records`, and say where they stand by `records_jsonpath`"
            )
            raise FatalAPIError(message)
        return records

    return take
