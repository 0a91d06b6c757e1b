"""A resource that leaves its paginator to the tap is paged by offset, as the settings say."""

from __future__ import annotations

from tap_analytics.pagination.auto import AutoPaginator
from tap_analytics.pagination.page import Span

CONFIG = {"page_size": 7, "limit_param": "top", "offset_param": "skip", "total_path": "count"}


def test_auto_has_no_options() -> None:
    assert AutoPaginator.schema()["properties"] == {}
    assert AutoPaginator().under(CONFIG).words() == {"type": "auto"}


def test_auto_pages_by_limit_and_offset_as_the_settings_say() -> None:
    paginator = AutoPaginator().under(CONFIG)
    assert paginator.first == Span(0, 7)
    assert paginator.params(Span(14, 7)) == {"top": 7, "skip": 14}
    assert paginator.paths.total == "count"
