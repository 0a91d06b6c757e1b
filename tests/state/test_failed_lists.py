"""Lists that could not be read are counted, and told in one sentence."""

from __future__ import annotations

from tap_analytics.state.failed_lists import MOST_REASONS, FailedLists


def test_lists_that_failed_are_counted_among_those_that_were_begun() -> None:
    lists = FailedLists(begun=3)
    assert not lists
    lists.add("bills: no")
    lists.add("bills: never")
    assert lists
    assert lists.summary("bills") == "bills: 2 of 3 lists could not be read; the first: bills: no"


def test_a_list_that_is_missing_may_be_declared_empty() -> None:
    lists = FailedLists(begun=2)
    lists.add("bills: 404 Not Found")
    assert lists.summary("bills").endswith("; if a record of the parent may lack its list, declare `empty_when`")


def test_of_many_failures_the_first_are_told_one_by_one() -> None:
    lists = FailedLists(begun=100)
    told = []
    for number in range(100):
        lists.add(f"list {number}")
        told.append(lists.is_worth_telling)
    assert sum(told) == len(lists.reasons) == MOST_REASONS
    assert "100 of 100" in lists.summary("x")


def test_a_stream_of_which_no_list_was_begun_says_why() -> None:
    lists = FailedLists()
    lists.add("its fields are not known")
    assert lists.summary("x") == "its fields are not known"
