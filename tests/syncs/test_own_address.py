"""The address of a list follows what a subclass makes of its context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from tap_analytics.client import AnalyticsStream
from tap_analytics.tap import TapAnalytics
from tests.foreign import Foreign, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = {"type": "object", "properties": {"id": {"type": "integer"}}}


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign(is_open=True) as foreign:
        yield foreign


class Groups(AnalyticsStream):
    name = "rows"
    schema = SCHEMA
    path = "/rows"
    partitions: ClassVar = [{"group": "1"}, {"group": "2"}]


class OfPath(Groups):
    @property
    def path(self) -> str:  # type: ignore[override] # as people write it for the SDK
        return f"/{(self.context or {}).get('group', 'none')}/rows"


class OfBase(Groups):
    @property
    def url_base(self) -> str:
        return f"{super().url_base}/{(self.context or {}).get('group', 'none')}"


class OfSync(Groups):
    def sync(self, context: Any = None) -> None:  # type: ignore[misc] # noqa: ANN401 - people override it all the same
        self.path = "/2/rows"
        super().sync(context)


@pytest.mark.parametrize(
    ("stream", "asked"), [(OfPath, ["/1/rows", "/2/rows"]), (OfBase, ["/1/rows", "/2/rows"]), (OfSync, ["/2/rows"])]
)
def test_lists_are_asked_for_where_a_subclass_says(
    api: Foreign, stream: type[AnalyticsStream], asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    class Tap(TapAnalytics):
        def discover_streams(self) -> list[AnalyticsStream]:
            return [stream(self)]

    for path in ("/1/rows", "/2/rows"):
        api.serve(path, lambda call: Reply({"data": [{"id": 1}] if call.number("offset", 0) == 0 else []}))
    Tap(config={"api_url": api.url, "api_key": "k"}).sync_all()
    assert list(dict.fromkeys(call.path.removeprefix("/api") for call in api.calls)) == asked
    assert capsys.readouterr().out.count('"RECORD"') == 2
