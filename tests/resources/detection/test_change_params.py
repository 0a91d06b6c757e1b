"""The names and forms in which changes are asked for."""

from __future__ import annotations

import pytest

from tap_analytics.resources.detection.change_params import MOST_TOGETHER, ChangeParam, change_params


@pytest.mark.parametrize(
    ("cursor", "names"),
    [
        ("updated_at", {"updated_since", "updatedSince", "filter[updated_at][gte]", "updated_at__gte", "updatedAtMin"}),
        ("modifiedOn", {"modified_since", "modifiedAfter", "modifiedOn[gte]", "modified_on_gte"}),
        ("attributes.changed", {"changed_since", "filter[changed][gte]", "since", "$filter"}),
    ],
)
def test_names_are_made_of_that_of_the_field(cursor: str, names: set[str]) -> None:
    assert names <= {param.name for group in change_params(cursor) for param in group}


def test_what_is_sent_together_has_no_name_twice_and_no_name_both_with_and_without_brackets() -> None:
    for group in change_params("updated_at"):
        names = [param.name for param in group]
        assert len(set(names)) == len(names) <= MOST_TOGETHER
        roots = {name.partition("[")[0] for name in names if "[" in name}
        assert not roots & set(names)


@pytest.mark.parametrize(("name", "is_of_change"), [("updated_since", True), ("since", False), ("lastModified", True)])
def test_a_name_says_whether_it_is_about_changes(name: str, *, is_of_change: bool) -> None:
    assert ChangeParam(name).is_of_change is is_of_change
