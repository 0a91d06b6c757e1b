"""The values of a resource are records: as they are listed, as a file holds them, or as code makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_analytics.resources.declaration import values

if TYPE_CHECKING:
    from pathlib import Path


def test_plain_values_are_records_with_the_key_and_objects_stay_as_they_are() -> None:
    assert values.read(["1", 2], "v", keys=()) == (({"id": "1"}, {"id": 2}), [])
    assert values.read(["1"], "v", keys=("day",)) == (({"day": "1"},), [])
    assert values.read([{"a": 1, "b": None}], "v", keys=("a",)) == (({"a": 1, "b": None},), [])
    assert values.read(None, "v", keys=()) == (None, [])
    assert values.read([], "v", keys=()) == ((), [])


@pytest.mark.parametrize(("text", "ids"), [('["a", {"id": 2}]', ["a", 2]), ("a\n\n b \n", ["a", "b"])])
def test_a_file_holds_json_or_a_value_in_each_line(tmp_path: Path, text: str, ids: list[object]) -> None:
    (file := tmp_path / "accounts.txt").write_text(text)
    records, faults = values.read(str(file), "v", keys=())
    assert (records, faults) == (tuple({"id": each} for each in ids), [])


def test_code_returns_the_values_or_yields_them_by_pages(tmp_path: Path) -> None:
    (file := tmp_path / "steps.py").write_text(
        "def listed():\n    return ['a', 'b']\n\ndef paged():\n    yield [{'id': 'a'}]\n    yield {'id': 'b'}\n"
    )
    for name in ("listed", "paged"):
        assert values.read(f"{file}:{name}", "v", keys=()) == (({"id": "a"}, {"id": "b"}), [])


def test_what_is_wrong_with_values_is_told_with_their_place_and_without_them(tmp_path: Path) -> None:
    (file := tmp_path / "steps.py").write_text("def fails():\n    raise ValueError('no')\n")
    (broken := tmp_path / "broken.json").write_text('["s3cret"')
    for given in (["s3cret", ["s3cret"]], str(broken), str(tmp_path / "none.txt"), f"{file}:fails", f"{file}:other"):
        records, (fault,) = values.read(given, "resources[0].values", keys=())
        assert records is None
        assert fault.startswith("`resources[0].values` ")
        assert "s3cret" not in fault
