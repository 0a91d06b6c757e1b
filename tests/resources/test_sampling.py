"""A sample is some records from several pages, whatever the bookmark says; of children, those of some parents."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.resources.detection.detector import Detector
from tap_analytics.resources.resource import Parent, Resource, context_of
from tap_analytics.resources.sampling import Sampler
from tap_analytics.state.replication import Incremental
from tests.connections import connection_of, settings_of
from tests.foreign import TOKEN, Call, Foreign, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = [{"id": number, "at": f"2024-01-{number:02}"} for number in range(1, 31)]
THINGS = Resource(name="things", path="/things", data_selector="result.items", primary_key=("id",))
PARTS = Resource(
    name="parts",
    path="/things/{resources.things.id}/parts",
    data_selector="result.items",
    parents=(Parent(resource="things", field="id", placeholder="resources.things.id"),),
    include_from_parent=("at",),
)


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        foreign.serve("/things", ROWS)
        yield foreign


def sampler(api: Foreign, **given: Any) -> Sampler:  # noqa: ANN401 - any setting
    key = {"api_key": TOKEN, "api_key_name": "X-Token", "api_key_location": "header"}
    names = {"offset_param": "first", "limit_param": "count", "page_size": 5}
    config = settings_of(api.url, **key, **names, **given)
    logger = logging.getLogger("sample")
    return Sampler(config=config, connection=connection_of(config), detector=Detector(logger), logger=logger)


def below(things: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what records of the things say for the requests of their parts."""
    return [context_of(thing, "things", [PARTS]) for thing in things]


def test_a_sample_has_as_many_records_as_it_may_and_comes_from_several_pages(api: Foreign) -> None:
    records = [each.record for each in sampler(api).records(THINGS, 12)]
    assert len(records) == 12
    assert all(record in ROWS for record in records)
    assert len({(record["id"] - 1) // 5 for record in records}) > 2


def test_a_list_that_is_shorter_is_a_sample_as_a_whole(api: Foreign) -> None:
    records = [each.record for each in sampler(api).records(THINGS, 500)]
    assert sorted(record["id"] for record in records) == list(range(1, 31))


def test_rows_that_have_not_changed_are_part_of_a_sample(api: Foreign) -> None:
    new = Incremental(cursor_path="at", start_param="since", initial_value="2999-01-01")
    recent = Resource(name="things", path="/things", data_selector="result.items", incremental=new)
    assert len(sampler(api, start_date="2999-01-01").records(recent, 500)) == 30
    assert set(api.values_of("/things", "since")) == {"2999-01-01T00:00:00Z"}
    # An API that heeds the start gives none of them; they have fields all the same.
    api.serve(
        "/quiet", lambda call: Reply({"items": [] if "since" in call.params else ROWS[call.number("first", 0) :]})
    )
    quiet = Resource(name="quiet", path="/quiet", data_selector="items", incremental=new)
    assert len(sampler(api, start_date="2999-01-01").records(quiet, 3)) == 3


def test_a_sample_is_asked_for_with_the_start_and_the_end_that_the_first_sync_has(api: Foreign) -> None:
    new = Incremental(
        cursor_path="at",
        start_param="since",
        end_param="to",
        initial_value="2024-01-01",
        end_value="2024-02-01",
        step="P1M",
    )
    things = Resource(name="things", path="/things", data_selector="result.items", incremental=new)
    assert len(sampler(api).records(things, 5)) == 5
    assert (api.calls[0].params["since"], api.calls[0].params["to"]) == ("2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z")


def test_a_start_that_the_api_refuses_keeps_nobody_from_a_sample(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        return (
            Reply({}, status=400) if "since" in call.params else Reply({"items": ROWS[call.number("first", 0) :][:5]})
        )

    api.serve("/counted", answer)
    new = Incremental(cursor_path="number", start_param="since")
    counted = Resource(name="counted", path="/counted", data_selector="items", incremental=new)
    assert len(sampler(api, start_date="2024-01-01").records(counted, 3)) == 3


@pytest.mark.parametrize("more", [{"step": "P7D"}, {"end_value": "now"}])
def test_an_api_that_refuses_times_is_sampled_by_days(api: Foreign, more: dict[str, Any]) -> None:
    def answer(call: Call) -> Reply:
        ends = call.params["since"], call.params["to"]
        rows = [row for row in ROWS if ends[0] <= str(row["at"]) <= ends[1]]
        return Reply({"items": rows[call.number("first", 0) :][:5]}, status=200 if max(map(len, ends)) == 10 else 400)

    api.serve("/days", answer)
    new = Incremental(cursor_path="at", start_param="since", end_param="to", initial_value="2024-01-04", **more)
    days = Resource(name="days", path="/days", data_selector="items", incremental=new)
    records = [each.record for each in sampler(api).records(days, 3)]
    assert len(records) == 3
    assert all(record in ROWS[3:] for record in records)


def test_children_are_sampled_below_their_parents_with_the_fields_that_they_inherit(api: Foreign) -> None:
    for number in (1, 2):
        api.serve(f"/things/{number}/parts", [{"id": f"{number}-{part}"} for part in range(2)])
    records = sampler(api).records(PARTS, 500, parents=below(ROWS[:2]))
    assert [each.record for each in records] == [
        {"id": "1-0", "_things_at": "2024-01-01"},
        {"id": "1-1", "_things_at": "2024-01-01"},
        {"id": "2-0", "_things_at": "2024-01-02"},
        {"id": "2-1", "_things_at": "2024-01-02"},
    ]


def test_no_parent_is_asked_for_once_the_sample_is_full(api: Foreign) -> None:
    api.serve("/things/1/parts", ROWS)
    assert len(sampler(api).records(PARTS, 3, parents=below(ROWS))) == 3
    assert {call.path for call in api.calls} == {"/api/things/1/parts"}


def test_a_parent_without_the_value_that_a_request_needs_is_passed_over(api: Foreign) -> None:
    api.serve("/things/2/parts", [{"id": 1}])
    assert len(sampler(api).records(PARTS, 9, parents=below([{"at": "x"}, {"id": None}, {"id": 2}]))) == 1
    assert sampler(api).records(PARTS, 9, parents=[]) == []


def test_a_list_that_cannot_be_read_names_its_resource(api: Foreign) -> None:
    nothing = Resource(name="nothing", path="/nowhere")
    with pytest.raises(FatalAPIError, match=r"^nothing: /nowhere failed at offset 0: 404"):
        sampler(api).records(nothing, 5)
    assert len(api.calls) == 1


def test_parents_whose_lists_are_refused_are_passed_over_where_those_of_others_are_read(api: Foreign) -> None:
    api.serve("/things/1/parts", lambda _: Reply({"error": "archived"}, status=403))
    api.serve("/things/3/parts", [{"id": "3-0"}])
    some = [{"id": number, "at": "x"} for number in range(1, 10)]
    assert [each.record["id"] for each in sampler(api).records(PARTS, 1, parents=below(some))] == ["3-0"]
    with pytest.raises(FatalAPIError, match=r" 404 Not Found for `/api/things/4/parts`"):
        sampler(api).records(PARTS, 1, parents=below(some[3:]))
    assert len(api.calls) == 3 + 5  # no more than a sample takes
    api.serve("/things/1/parts", lambda _: Reply({"error": "no token"}, status=401))
    with pytest.raises(FatalAPIError, match=" 401 "):
        sampler(api).records(PARTS, 1, parents=below(some))
