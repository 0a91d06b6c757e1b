"""A cursor that is a number goes back as it was written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.linked.linked import as_text
from tap_analytics.pagination.page import Page
from tap_analytics.records.written import with_text


def page_of(body: bytes, following: Any) -> Page:  # noqa: ANN401 - JSON may be anything
    return with_text(Page(offset=0, rows=(), next=following), body, "at.next")


@pytest.mark.parametrize("text", ["1e300", "1E+300", "1e5", "0.0000001", "1.50", "-1e-7", "1e400"])
def test_a_number_keeps_its_characters(text: str) -> None:
    page = page_of(b'{"at": {"next": %s}}' % text.encode(), Decimal(text))
    assert as_text(page.next) == text


def test_a_number_in_the_body_of_a_request_keeps_them_too() -> None:
    page = page_of(b'{"at": {"next": 1e300}}', Decimal("1e300"))
    following = CursorPaginator(cursor_body_path="after").complete(page, {}).next
    assert following.value == "1e300"  # type: ignore[attr-defined] # it is a link


@pytest.mark.parametrize("following", [None, "1e5", 10**30, msgspec.UNSET])
def test_what_is_no_such_number_stays_as_it_is(following: object) -> None:
    assert page_of(b"", following).next is following
