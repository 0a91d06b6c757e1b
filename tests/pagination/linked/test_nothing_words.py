"""A cursor that is a word for nothing is followed; the response to it shows whether it is a cursor."""

from __future__ import annotations

from operator import itemgetter

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.linked.nothing_words import NothingWords
from tap_analytics.pagination.page import NextLink, Page

FIRST = [{"id": 1}, {"id": 2}]


class PassingError(FatalAPIError):
    """A failure that may be over in a moment."""


def words(page: Page | FatalAPIError) -> NothingWords:
    def fetch(_: NextLink) -> Page:
        if isinstance(page, FatalAPIError):
            raise page
        return page

    return NothingWords(fetch, itemgetter("id"), FIRST)


@pytest.mark.parametrize("word", ["none", "None", "NULL", "undefined", "0", "-1", '""', " end ", "No Data"])
@pytest.mark.parametrize(
    "page", [Page(offset=0, rows=FIRST), Page(offset=0, rows=(), missing="404"), FatalAPIError("400 Bad Request")]
)
def test_word_that_is_refused_or_brings_the_first_page_again_is_no_cursor(
    word: str, page: Page | FatalAPIError
) -> None:
    assert words(page).follow(NextLink(word)) is None


def test_word_that_brings_other_rows_is_a_cursor() -> None:
    page = Page(offset=0, rows=[{"id": 3}])
    assert words(page).follow(NextLink("none")) is page


def test_other_cursors_are_followed_wherever_they_lead() -> None:
    page = Page(offset=0, rows=FIRST)
    assert words(page).follow(NextLink("abc")) is page
    with pytest.raises(FatalAPIError):
        words(FatalAPIError("400 Bad Request")).follow(NextLink("abc"))


def test_failure_that_may_pass_says_nothing_of_a_word() -> None:
    with pytest.raises(PassingError):
        words(PassingError("500")).follow(NextLink("none"))
