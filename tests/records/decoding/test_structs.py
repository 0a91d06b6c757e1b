from __future__ import annotations

import msgspec
import pytest

from tap_analytics.records.decoding.structs import attribute, is_sayable, part, struct

NAMES = ["a", "a.b", "ü", "class", "__init__", "", "0", "a b", "f_61"]


def test_every_name_has_an_attribute_of_its_own() -> None:
    attributes = [attribute(name) for name in NAMES]
    assert len(set(attributes)) == len(NAMES)
    assert all(map(str.isidentifier, attributes))


@pytest.mark.parametrize("name", NAMES)
def test_a_part_is_found_by_its_name_however_the_object_was_read(name: str) -> None:
    kind = struct("Object", {name: int}, {name: attribute(name)})
    assert part(msgspec.convert({name: 7}, kind), name) == 7
    assert part({name: 7}, name) == 7
    assert part(msgspec.convert({}, kind), name) is None
    assert part({}, name) is None


def test_what_is_no_object_has_no_parts() -> None:
    assert part("text", "a") is None
    assert part(None, "a") is None


def test_a_closed_object_refuses_other_names_and_an_open_one_passes_over_them() -> None:
    closed, opened = (struct("Object", {"a": int}, {"a": "f"}, is_closed=is_closed) for is_closed in (True, False))
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"b": 1}, closed)
    assert part(msgspec.convert({"b": 1}, opened), "b") is None


@pytest.mark.parametrize(("name", "says"), [("a b", True), ("ü", True), ("", True), (" a", False), ('a"', False)])
def test_names_that_rows_need_for_themselves_or_that_json_escapes_are_kept_apart(name: str, *, says: bool) -> None:
    assert is_sayable(name) is says
