"""One request for the children of several records of a parent, over real HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.foreign import Call, Foreign, Reply, in_envelope
from tests.syncs.dlt_shape import SINGLE, Words, faults, refs, sync

if TYPE_CHECKING:
    from collections.abc import Iterator

TEAMS = [{"ref": f"t{number}", "kind": f"k{number % 2}", "lead": number // 2, "at": number} for number in range(7)]
PEOPLE = {team["ref"]: [{"ref": f"{team['ref']}-{number}"} for number in range(2)] for team in TEAMS}
SCHEMA: Words = {"properties": {"ref": {"type": "string"}}}


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        foreign.serve("/teams", TEAMS)
        foreign.serve("/people", lambda call: people(dict(call.pairs)["teams"].split(",")))
        yield foreign


def people(teams: list[str]) -> Reply:
    return in_envelope([person for team in teams for person in PEOPLE[team]])


def teams(**endpoint: Any) -> Words:  # noqa: ANN401 - any word
    paging = {"type": "offset", "limit": 5, "offset_param": "first", "limit_param": "count"}
    schema = {"properties": {name: {"type": ["string", "integer"]} for name in TEAMS[0]}}
    return {"name": "teams", "schema": schema, "endpoint": {"path": "/teams", "paginator": paging} | endpoint}


def by_three(**endpoint: Any) -> Words:  # noqa: ANN401
    words = {"path": "/people", "params": {"teams": "{resources.teams.ref}"}, **SINGLE, **endpoint}
    return {"name": "people", "parents_per_request": 3, "schema": SCHEMA, "endpoint": words}


def every_person() -> list[str]:
    return [person["ref"] for team in PEOPLE.values() for person in team]


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("verify_pages", [False, True])
def test_a_request_asks_for_the_children_of_several_records(
    api: Foreign, concurrency: int, *, verify_pages: bool
) -> None:
    run = sync(api, teams(), by_three(), concurrency=concurrency, verify_pages=verify_pages)
    assert (run.code, refs(run, "teams")) == (0, [team["ref"] for team in TEAMS])
    assert refs(run, "people") == every_person()
    asked = [dict(pairs)["teams"].split(",") for pairs in api.pairs("/people")]
    assert [ref for each in asked for ref in each] == [team["ref"] for team in TEAMS]
    assert max(map(len, asked)) == 3
    assert len(asked) <= 4
    assert "partitions" not in str(run.state)


def test_values_stand_in_a_list_in_a_path_and_between_separators(api: Foreign) -> None:
    for asked in (["t0", "t1", "t2"], ["t3", "t4"], ["t5", "t6"]):
        api.serve(f"/people/{'%3B'.join(asked)}", [person for team in asked for person in PEOPLE[team]])
    params = {"ref[]": ["{resources.teams.ref}", "of-{resources.teams.kind}"], "n": "{resources.teams.at}"}
    entry = by_three(path="/people/{resources.teams.ref}", params=params) | {"parents_separator": ";"}
    run = sync(api, teams(), entry, verify_pages=False)
    assert refs(run, "people") == every_person()
    _, _, last = [call.pairs for call in api.calls if "people" in call.target]
    assert [value for name, value in last if name == "ref[]"] == ["t5", "t6", "of-k1", "of-k0"]
    assert ("n", "5;6") in last


def test_a_body_has_a_part_for_each_record_with_values_of_their_types(api: Foreign) -> None:
    api.serve("/people", lambda call: people([each["id"] for each in call.json["inputs"]]))
    body = {
        "inputs": [{"id": "{resources.teams.ref}", "at": "{resources.teams.at}"}],
        "all": "{resources.teams.at}",
        "text": "{resources.teams.at!s}",
        "fixed": [1, "x"],
    }
    run = sync(api, teams(), by_three(method="POST", json=body, params={}), verify_pages=False)
    assert refs(run, "people") == every_person()
    assert api.calls_to("/people")[0].json == {
        "inputs": [{"id": f"t{number}", "at": number} for number in range(3)],
        "all": [0, 1, 2],
        "text": "0,1,2",
        "fixed": [1, "x"],
    }


def test_a_value_that_several_records_have_is_asked_for_once(api: Foreign) -> None:
    api.serve("/leads", lambda call: in_envelope([{"ref": f"l{lead}"} for lead in dict(call.pairs)["ids"].split(",")]))
    entry = by_three(path="/leads", params={"ids": "{resources.teams.lead}"})
    run = sync(api, teams(), entry)
    assert refs(run, "people") == ["l0", "l1", "l2", "l3"]


def test_values_of_the_configuration_are_asked_for_by_several_and_a_list_in_a_record_is_many(api: Foreign) -> None:
    values = {
        "name": "teams",
        "values": [{"ref": "t0"}, {"ref": "t1"}, {"ref": ["t2", "t3"]}, {"ref": []}, {"ref": "t4"}],
    }
    run = sync(api, values, by_three())
    assert (run.code, refs(run, "people")) == (
        0,
        [person["ref"] for team in list(PEOPLE)[:5] for person in PEOPLE[team]],
    )
    assert [dict(pairs)["teams"] for pairs in api.pairs("/people")] == ["t0,t1,t2,t3", "t4"]


def test_children_of_children_are_read_for_each_of_them(api: Foreign) -> None:
    for person in every_person():
        api.serve(f"/people/{person}/notes", [{"ref": f"n-{person}"}])
    notes = {"name": "notes", "schema": SCHEMA, "endpoint": {"path": "/people/{resources.people.ref}/notes", **SINGLE}}
    run = sync(api, teams(), by_three(), notes, concurrency=4)
    assert (run.code, refs(run, "notes")) == (0, [f"n-{person}" for person in every_person()])


def test_no_bookmark_passes_a_record_whose_children_are_not_read(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        asked = dict(call.pairs)["teams"].split(",")
        return Reply({"error": "No."}, status=400) if "t4" in asked else people(asked)

    api.serve("/people", answer)
    new = {"cursor_path": "at", "row_order": "asc"}
    run = sync(api, teams(incremental=new), by_three(), verify_pages=False)
    assert run.code == 1
    assert run.bookmark("teams") in (None, *range(5))
    api.serve("/people", lambda call: people(dict(call.pairs)["teams"].split(",")))
    more = sync(api, teams(incremental=new), by_three(), verify_pages=False, state=run.state)
    assert (more.code, set(refs(run, "people")) | set(refs(more, "people"))) == (0, set(every_person()))
    api.calls.clear()
    last = sync(api, teams(incremental=new), by_three(), verify_pages=False, state=more.state)
    assert refs(last, "people") == ["t6-0", "t6-1"]


def test_what_cannot_stand_beside_groups_is_refused(api: Foreign) -> None:
    lonely = {"name": "people", "parents_per_request": 3, "endpoint": "/people"}
    assert faults(api, lonely) == [
        "`resources[0].parents_per_request` needs a parent; name it in the request, as `{resources.<resource>.<field>}`"
    ]
    wrong = by_three(incremental={"cursor_path": "ref"}) | {"include_from_parent": ["ref"]}
    assert [fault.split("; ")[0] for fault in faults(api, teams(), wrong)] == [
        (
            "`resources[1].include_from_parent` cannot stand beside `parents_per_request`: no answer says which record "
            "of the parent a row is of"
        ),
        (
            "`resources[1].endpoint.incremental` cannot stand beside `parents_per_request`, since no bookmark of a "
            "single parent is known"
        ),
    ]
    assert faults(api, teams(), by_three() | {"parents_per_request": 0}) == [
        "`resources[1].parents_per_request` must be a whole number from 1"
    ]
    below = {"name": "notes", "endpoint": "/teams/{resources.teams.ref}/people/{resources.people.ref}/notes"}
    assert faults(api, teams(), by_three(), below) == [
        (
            "`resources[2].endpoint` names a field of `teams`, but records of `people` are read for several of these "
            "at once; take the value from the nearer record, or remove `parents_per_request` there"
        )
    ]
    both = by_three(params={"teams": "{resources.teams.ref}", "kind": "{resources.kinds.ref}"})
    assert faults(api, teams(), {"name": "kinds", "values": ["k0"]}, both) == [
        "`resources[2].parents_per_request` cannot stand where values are named beside a parent; name one of them"
    ]
