"""A resource descends from one parent, from those above it, and from lists of values beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.resources.declaration.declarations import read

if TYPE_CHECKING:
    from tap_analytics.resources.resource import Resource


def settle(*entries: dict[str, Any]) -> dict[str, Resource]:
    resources, faults = read(list(entries), follows_settings=False)
    assert faults == []
    return {resource.name: resource for resource in resources}


def entry(name: str, path: str, **words: Any) -> dict[str, Any]:  # noqa: ANN401 - a word may have any value
    params = {key: {"type": "resolve", "resource": of, "field": field} for key, (of, field) in words.items()}
    return {"name": name, "endpoint": {"path": path, "params": params}}


COMPANIES, DAYS = entry("companies", "companies"), {"name": "days", "values": ["2024-01-01"], "primary_key": "day"}
DEALS = entry("deals", "companies/{resources.companies.id}/deals")


def test_a_resource_that_names_parent_and_grandparent_is_below_the_parent() -> None:
    notes = entry("notes", "companies/{resources.companies.name}/deals/{resources.deals.id}/notes")
    found = settle(COMPANIES, DEALS, notes)
    assert found["notes"].parent == "deals"
    assert found["notes"].context_of({"name": "c"}, "companies") == {"resources.companies.name": "c"}
    assert found["notes"].context_of({"id": 1}, "deals") == {"resources.deals.id": 1}
    assert list(found) == ["companies", "deals", "notes"]


def test_a_path_from_the_root_of_a_parent_is_its_field_and_the_root_of_a_plain_value_is_the_value() -> None:
    found = settle(
        entry("ids", "ids"),
        {"name": "codes", "values": ["a"]},
        DAYS,
        entry("items", "items/{id}/{other}", id=("ids", "$"), other=("ids", "$.id")),
        entry("areas", "areas/{code}/{day}", code=("codes", "$"), day=("days", "$")),
    )
    assert [each.field for each in found["items"].parents] == ["value", "id"]
    assert sorted(each.field for each in found["areas"].parents) == ["day", "id"]


def test_a_list_of_values_beside_a_parent_is_read_below_it() -> None:
    notes = entry("notes", "deals/{resources.deals.id}/{resources.days.day}") | {"include_from_parent": ["name"]}
    found = settle(COMPANIES, DEALS, DAYS, notes)
    assert (found["notes"].parent, found["days of notes"].parent) == ("days of notes", "deals")
    assert found["notes"].inherited == {"_deals_name": "name"}
    assert (found["days"].parent, found["days of notes"].selected) == (None, False)


def test_parents_that_do_not_descend_from_each_other_are_refused() -> None:
    both = entry("both", "{resources.companies.id}/{resources.people.id}")
    (fault,) = read([COMPANIES, entry("people", "people"), both], follows_settings=False)[1]
    assert fault.startswith("`resources[2].endpoint` names 2 parents, none of which descends from the others; a")


def test_resources_that_need_each_other_are_refused() -> None:
    first, second = entry("a", "a/{resources.b.id}"), entry("b", "b/{resources.a.id}")
    faults = read([first, second], follows_settings=False)[1]
    assert [fault.partition("` ")[2] for fault in faults] == ["names a parent that needs this resource itself"] * 2


def test_one_name_for_two_fields_of_a_parent_is_told_apart() -> None:
    found = settle(
        COMPANIES, entry("a", "a/{key}", key=("companies", "id")), entry("b", "b/{key}", key=("companies", "code"))
    )
    assert found["a"].path == "/a/{resources.companies.id}"
    assert found["b"].context_of({"id": 1, "code": "x"}, "companies") == {"resources.companies.code": "x"}


def test_a_name_that_means_the_same_stays() -> None:
    found = settle(
        COMPANIES, entry("a", "a/{key}", key=("companies", "id")), entry("b", "b/{key}", key=("companies", "id"))
    )
    assert found["a"].path == "/a/{key}"


def test_one_name_for_fields_of_several_ancestors_is_told_apart_where_both_are_named() -> None:
    deals = entry("deals", "companies/{key}/deals", key=("companies", "id"))
    notes = entry("notes", "{resources.companies.name}/{key}", key=("deals", "id"))
    found = settle(COMPANIES, deals, notes)
    assert found["deals"].path == "/companies/{resources.companies.id}/deals"
    assert found["notes"].path == "/{resources.companies.name}/{resources.deals.id}"


def test_one_name_for_fields_of_several_ancestors_stays_where_a_resource_names_one_of_them() -> None:
    deals = entry("deals", "companies/{key}/deals", key=("companies", "id"))
    found = settle(COMPANIES, deals, entry("notes", "deals/{key}", key=("deals", "id")))
    assert (found["deals"].path, found["notes"].path) == ("/companies/{key}/deals", "/deals/{key}")


def test_a_name_of_its_own_stays_beside_those_that_are_told_apart() -> None:
    deals = entry("deals", "companies/{company}/deals", company=("companies", "id"))
    notes = entry("notes", "{resources.companies.name}/{deal}", deal=("deals", "id"))
    found = settle(COMPANIES, deals, notes)
    assert (found["deals"].path, found["notes"].path) == (
        "/companies/{company}/deals",
        "/{resources.companies.name}/{deal}",
    )


def test_names_in_a_job_stay() -> None:
    job = {"create": {"path": "companies/{key}/reports", "keep": {"id": "id"}}}
    reports = entry("reports", "reports/{job.id}/{key}", key=("companies", "code"))
    reports["endpoint"]["job"] = job
    found = settle(COMPANIES, entry("a", "a/{key}", key=("companies", "id")), reports)
    assert found["a"].path == "/a/{resources.companies.id}"
    assert found["reports"].path == "/reports/{job.id}/{key}"
