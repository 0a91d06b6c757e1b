"""The names under which APIs count the rows of a list, say that there is more, or name the next page."""

from __future__ import annotations

from itertools import chain


def _spellings(words: str) -> dict[str, None]:
    """Return each name in all spellings: `total_count` is `totalCount`, `TotalCount` and `total-count` too."""
    spelled: dict[str, None] = {}
    for name in words.split():
        parts = name.strip("_").split("_")
        camel = parts[0] + "".join(map(str.title, parts[1:]))
        spelled |= dict.fromkeys((name, camel, camel[:1].upper() + camel[1:], "-".join(parts)))
    return spelled


# Numbers of rows. A weak name may also count the rows of a page: stronger names go before it.
WEAK_COUNTS = _spellings(
    "count record_count item_count items_count row_count result_count results_count result_size results_size"
    " result_set_size list_size available available_count available_results available_records available_items records"
)
COUNTS = (
    _spellings(
        "total total_count total_items total_records total_results total_elements total_size total_rows total_hits"
        " total_entries total_objects records_total num_found num_results number_of_results count_total TOTAL"
    )
    | dict.fromkeys(("@odata.count", "odata.count", "__count", "range", "content_range", "contentRange"))
    | dict.fromkeys(("opensearch:totalResults", "iTotalRecords", "iTotalDisplayRecords"))
    | WEAK_COUNTS
)
# Numbers of pages. A weak name may also count the rows of a page.
WEAK_PAGES = _spellings("page_count pages")
PAGES = _spellings("total_pages page_count last_page num_pages number_of_pages pages_total pages")
# Links to the last page; its number is that of all pages.
LASTS = _spellings("last last_page last_url last_link last_page_url last_page_link last_href")
# Flags that say that there is more, and flags that say that this is the end.
FLAGS = _spellings(
    "has_more more more_records has_next has_next_page has_more_results has_more_items has_more_records has_more_pages"
    " has_more_data more_available more_results more_data more_items_in_collection is_truncated truncated"
    " results_truncated limit_reached is_partial is_capped capped"
)
# Numbers of rows, and of pages, that are left behind those of a response.
LEFT = _spellings(
    "remaining remaining_count remaining_rows remaining_items remaining_results remaining_records rows_remaining"
    " items_remaining results_remaining records_remaining rows_left items_left results_left records_left"
)
PAGES_LEFT = _spellings("remaining_pages pages_remaining pages_left")
ENDS = _spellings(
    "last is_last is_last_page last_page done is_done is_end is_final end_of_records eof end_of_stream end_of_list"
    " end_of_results end_of_data is_complete is_finished no_more no_more_results no_more_pages"
)
NEXT = _spellings(
    "next next_url next_link next_page_url next_page_link next_uri next_href next_records_url next_cursor"
    " next_page_token next_token next_page_cursor next_marker next_key next_id next_page_id next_batch"
    " next_search_after continuation continuation_token resumption_token resume_token last_evaluated_key"
) | dict.fromkeys(("@odata.nextLink", "odata.nextLink", "__next"))
# Names for the next page whose value may be a number too.
NEXT_NUMBERS = _spellings("next_page next_offset next_start next_skip next_index")
# Texts that may say which part of the list a response has.
TEXTS = _spellings(
    "showing displaying displayed shown range_text record_range page_range showing_text info message"
    " current_page page_of page_text text label caption"
)
# Flags that say that this is the first page, and flags and places that say that others lie before it.
FIRSTS = _spellings("first is_first is_first_page first_page")
PREVIOUS = _spellings("has_previous has_previous_page has_prev has_prev_page previous previous_page prev prev_page")
# Cursors that many APIs name on each page, the last one included.
CURSORS = _spellings("scroll_id _scroll_id cursor end_cursor page_token page_cursor marker bookmark after")
# Objects, or lists of links, that hold such names, in the body or beside the records.
GROUPS = _spellings(
    "meta _meta metadata pagination _pagination paging page page_info info links _links link response_metadata cursors"
    " pager paginator paging_info pagination_info page_meta result_info list_info additional_data hits d counts header"
    " headers navigation collection result_set search_metadata summary totals stats statistics view"
) | {"hydra:view": None}
# Groups whose `total` may be a sum of values in the rows, such as an amount.
SUMS = _spellings("summary totals stats statistics")
# Flags that say that rows are missing from a response, and the parts of an index that it was made of.
WITHHELD = _spellings("timed_out incomplete_results _shards")

# The names, each with its rank: if a body has several, the first one counts.
_ALL = dict.fromkeys(
    chain(
        COUNTS,
        PAGES,
        LASTS,
        FLAGS,
        LEFT,
        PAGES_LEFT,
        ENDS,
        NEXT,
        NEXT_NUMBERS,
        CURSORS,
        WITHHELD,
        FIRSTS,
        PREVIOUS,
        GROUPS,
        TEXTS,
    )
)
NAMES = {name: place for place, name in enumerate(_ALL)}
