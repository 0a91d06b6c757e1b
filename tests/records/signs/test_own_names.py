"""What a name of the API's own means is told from the words in it."""

from __future__ import annotations

import pytest

from tap_analytics.records.signs.own_names import noun_of, usual_name

MEANINGS = {
    "total_count": "nbHits totalResultCount TotalRecordCount allCount full_count total_filtered recordsFiltered"
    " total_matches numberMatched totalFound matchingRecords numItems",
    "remaining": "remaining_entries docsLeft remaining_hits_count",
    "available": "available",
    "resultSize": "resultSize",
    "totalItems": "hydra:totalItems",
    "count": "hitCount documentCount match-count itemCnt",
    "total_pages": "nbPages lastPageNumber totalPageCount pageTotal",
    "has_more": "hasMoreToLoad areThereMore thereIsMore has_additional_pages moreToCome hasRemainingItems"
    " next_page_exists nextAvailable hasFollowing hasNextSet canLoadMore",
    "done": "isLastChunk completed allReturned all_results_returned exhausted endReached is_final_page"
    " noMoreData reached_end",
    "timed_out": "wasTimedOut terminated_early isPartialResult results_incomplete resultsArePartial",
    "truncated": "has_been_truncated wasTruncated dataTruncated list_was_capped resultsCutOff max_results_reached"
    " result_limit_exceeded exceededTransferLimit too_many_results",
    "": "pageSize limit per_page size totalAmount amount_total total_price totalTime left"
    " requestsRemaining quota_remaining remaining_calls all items rows docs status end_date endTime last_updated"
    " more_info nextSteps page_number returned_count search_count id name text_truncated truncated_by max_results"
    " results_limit rate_limit_reached exceeded_by",
}


@pytest.mark.parametrize(("name", "usual"), [(name, usual) for usual in MEANINGS for name in MEANINGS[usual].split()])
def test_a_name_is_taken_for_the_usual_one_that_means_the_same(name: str, usual: str) -> None:
    assert usual_name(name) == usual


@pytest.mark.parametrize(
    ("name", "usual"),
    [("total_contacts", "total_count"), ("contactCount", "count"), ("hasMoreContacts", "has_more"), ("contact", "")],
)
def test_the_rows_may_have_a_name_of_their_own(name: str, usual: str) -> None:
    assert usual_name(name, "contacts") == usual
    assert not usual_name(name, "deals")


def test_a_long_name_takes_no_time() -> None:
    assert not usual_name("numberof" * 1_000 + "x")


@pytest.mark.parametrize(
    ("names", "noun"),
    [(("data",), "data orders"), ((), "orders"), (("data", "invoices"), "invoices")],
)
def test_rows_under_a_name_for_any_rows_are_called_like_their_list_too(names: tuple[str, ...], noun: str) -> None:
    assert noun_of(names, "orders") == noun


def test_one_of_several_names_of_the_rows_is_enough() -> None:
    assert usual_name("total_orders", "data orders") == usual_name("total_data", "data orders") == "total_count"
