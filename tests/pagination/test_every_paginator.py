"""Whatever a list and its server do, each paginator gives every row that stayed, or fails, and it ends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.pagination.endings.ending import check_end
from tap_analytics.pagination.page import InTurn, NextLink, Page, PageNumber, RowIdentity, Span
from tap_analytics.pagination.paginators import PAGINATORS, paginator_of
from tests.changing import ORDERS, Change, ChangingList, Reading, changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.pagination.paginator import Paginator

SETTINGS = {"page_size": 10, "limit_param": "limit", "offset_param": "offset", "total_path": "total"}
# How each kind names the page that follows: a place is where the last row stood, a number moves with the rows. One that
# reads a header has the link, or the cursor, in any of these.
KINDS: dict[str, dict[str, Any]] = {
    **{each.type: {"type": each.type} for each in PAGINATORS if each.type not in {"auto", "single_page"}},
    "page_number": {"type": "page_number", "total_pages_path": "pages"},
    "numbered json_link": {"type": "json_link"},
    "numbered header_link": {"type": "header_link"},
}


@dataclass(frozen=True, kw_only=True)
class World:
    """A list, and how its server answers: `empty` is the number of a request that brings no rows."""

    order: str
    size: int
    limit: int
    heavy: int
    window: int
    totals: Sequence[str]
    empty: int = 0
    story: Sequence[Change] = ()


class Headers(dict[str, str]):
    """The headers of a response, in which any header that is asked for has the cursor."""

    @override
    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key, super().get("next", default))


class Server(ChangingList):
    """The list of a world, by offset, number, cursor or link."""

    def __init__(self, world: World, paginator: Paginator[Any], *, is_numbered: bool) -> None:
        self._world = world
        self._paginator = paginator
        self._is_numbered = is_numbered
        super().__init__(world.size, order=world.order)
        request = 2
        for change in world.story:
            for _ in range(change.times):
                request += change.wait + 4
                self.before(request, partial(change.make, self))

    def fetch(self, token: Any) -> Page:  # noqa: ANN401 - of any kind
        offset, limit = self._asked_for(token)
        rows = self.answer(offset, offset, limit)[: max(0, self._world.window - offset)]
        end = next((at for at, row in enumerate(rows) if at and row["id"] % self._world.heavy == 0), len(rows))
        rows = rows[: 0 if len(self.asked) == self._world.empty else end]
        says = self._world.totals[len(self.asked) % len(self._world.totals)]
        page = Page(offset=offset, rows=rows, total={"none": None, "now": len(self), "low": len(rows)}[says])
        if not isinstance(token, NextLink):
            return page
        following = offset + (limit if self._is_numbered else len(rows))
        return self._naming(page, following if following < len(self) else None)

    def _asked_for(self, token: Any) -> tuple[int, int]:  # noqa: ANN401 - of any kind
        if isinstance(token, Span):
            return token
        if isinstance(token, PageNumber):
            return token.number * self._world.limit, self._world.limit
        if token.value is None:
            return 0, self._world.limit
        return int(token.value.rpartition("=")[2]), self._world.limit

    def _naming(self, page: Page, following: int | None) -> Page:
        """Return a page with what leads to the place that follows, as its paginator looks for it."""
        kind = self._paginator.type
        link = None if following is None else f"/rows?{'offset' if self._is_numbered else 'after'}={following}"
        value = link if kind.endswith("link") else None if following is None else str(following)
        headers = {} if value is None else {"Link": f'<{value}>; rel="next"', "next": value}
        if not getattr(self._paginator, "next_path", ""):
            return self._paginator.complete(page, Headers(headers))
        return Page(offset=page.offset, rows=page.rows, total=page.total, next=value)


def read(world: World, kind: str, *, verify: bool) -> tuple[Server, Reading]:
    paginator = paginator_of(KINDS[kind]).under(SETTINGS | {"page_size": world.limit})
    server = Server(world, paginator, is_numbered=kind.startswith("numbered"))
    reading = Reading()
    rows = RowIdentity(key=itemgetter("id"))
    try:
        for run in paginator.pages(InTurn(server.fetch), rows=rows, stats=reading.progress, verify=verify):
            reading.rows += run
        check_end(reading.progress, expected=None)
    except FatalAPIError as error:
        reading.error = error
    return server, reading


def worlds(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[World]:
    usual = {
        "order": st.sampled_from(ORDERS),
        "size": st.integers(0, 90),
        "limit": st.integers(3, 20),
        "heavy": st.just(10**6),
        "window": st.just(10**6),
        "totals": st.lists(st.sampled_from(["none", "now"]), min_size=1, max_size=3),
    }
    return st.builds(World, **(usual | parts))


any_world = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
TOLD = st.just(["now"])
every_kind = pytest.mark.parametrize("kind", KINDS)
both_ways = pytest.mark.parametrize("verify", [True, False], ids=["verified", "plain"])


@every_kind
@both_ways
@any_world
@given(world=worlds())
def test_quiet_list_is_read_whole_whatever_its_totals(kind: str, *, verify: bool, world: World) -> None:
    server, reading = read(world, kind, verify=verify)
    assert reading.error is None
    assert reading.ids == server.ids
    assert len(server.asked) <= 20 + 2 * world.size


@every_kind
@both_ways
@any_world
@given(
    world=worlds(heavy=st.integers(2, 40), window=st.integers(0, 120), empty=st.integers(0, 6), totals=TOLD),
)
def test_list_that_tells_its_length_is_whole_or_fails_whatever_its_server_holds_back(
    kind: str, *, verify: bool, world: World
) -> None:
    server, reading = read(world, kind, verify=verify)
    assert reading.error or set(reading.ids) == set(server.ids)
    assert len(server.asked) <= 300 + 4 * world.size


@pytest.mark.parametrize("kind", ["offset", "page_number", "numbered json_link", "numbered header_link"])
@any_world
@given(world=worlds(story=st.lists(changes, max_size=10)))
def test_changing_list_loses_no_row_that_stayed_or_fails(kind: str, *, world: World) -> None:
    server, reading = read(world, kind, verify=True)
    staying = set(range(1, world.size + 1)) & set(server.ids)
    assert reading.error or staying <= set(reading.ids)


@every_kind
@both_ways
@any_world
@given(world=worlds(heavy=st.integers(2, 90), window=st.integers(0, 120), story=st.lists(changes, max_size=10)))
def test_any_list_is_read_to_an_end(kind: str, *, verify: bool, world: World) -> None:
    server, _ = read(world, kind, verify=verify)
    made = sum(change.times for change in world.story)
    assert len(server.asked) <= 400 + 4 * world.size + 10 * made
