"""What proves a way on, in a sentence; over real HTTP."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.tap import TapAnalytics
from tests.foreign import Call, Foreign, Reply
from tests.syncs.test_detection import by_cursor, by_header, by_link, entry, of_dlt, rows_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


def pages(call: Call) -> Reply:
    return Reply(
        {"records": rows_from((call.number("page", 1) - 1) * 10, 10), "page": call.number("page", 1), "pages": 3}
    )


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (by_header, "the link in the header `Link` brought 10 rows that the first page has not"),
        (by_link, "the link in `paging.next` brought 10 rows that the first page has not"),
        (by_cursor(("meta", "next_cursor"), "cursor"), "`cursor` brought 10 rows that the first page has not"),
        (pages, "`page=2` brought 10 rows that the first page has not"),
        (lambda call: Reply(rows_from(call.number("offset", 0), 20)), "`limit=20&offset=20` brought 3 rows that"),
        (lambda call: Reply(rows_from(call.number("offset", 0), 20)[:3]), "the first page has 3 rows"),
        (
            lambda _: Reply(rows_from(0, 20)),
            "nothing of what usually asks for another page brought one: `offset`, `page`",
        ),
        (lambda _: Reply({"id": 1, "name": "one"}), "the response is one object"),
    ],
)
def test_what_was_seen_is_said(api: Foreign, answer: Callable[[Call], Reply], sentence: str) -> None:
    api.serve("/things", answer)
    tap = TapAnalytics(config=of_dlt(api, {"name": "things", "endpoint": {"path": "/things"}}), setup_mapper=False)
    tap.discover("things")
    assert tap.detector.proofs["things"].startswith(sentence)


def test_a_cursor_is_not_shown(api: Foreign, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    api.serve("/things", by_cursor(("meta", "next_cursor"), "cursor"))
    tap = TapAnalytics(config=of_dlt(api, entry()))
    found: Any = tap.streams["things"]
    list(found.request_records(None))
    assert "c10" not in tap.detector.proofs["things"]
