"""Records that are not new are not written, but their children are read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.foreign import Foreign
from tests.sync.test_family import DATED, FIRMS, firms, notes
from tests.syncs.test_declared import refs, sync


def read_again(**settings: Any) -> tuple[list[str], list[str]]:  # noqa: ANN401 - any setting
    """Return the firms and the notes of a second sync, which reads the notes of all firms."""
    with Foreign() as api:
        api.serve("/firms", FIRMS)
        for firm in FIRMS:
            api.serve(f"/firms/{firm['ref']}/notes", [{"ref": f"n{firm['ref']}"}])
        one = sync(api, firms(), **settings)
        two = sync(api, firms(), notes(), state=one.state, **settings)
        assert two.code == 0
        return refs(two, "firms"), refs(two, "notes")


def test_what_is_not_new_is_not_written_again() -> None:
    assert read_again() == (["f5"], ["nf1", "nf2", "nf3", "nf4", "nf5"])


def test_a_parent_that_a_stream_map_leaves_out_has_no_children() -> None:
    maps = {"firms": {"__filter__": "ref != 'f2'"}}
    assert read_again(stream_maps=maps) == (["f5"], ["nf1", "nf3", "nf4", "nf5"])


@pytest.mark.parametrize("settings", [{}, {"stream_maps": {"notes": {}}}], ids=["by page", "record by record"])
def test_what_a_bookmark_of_a_child_stands_under_is_no_field_of_its_records(settings: dict[str, Any]) -> None:
    dated = notes(schema=DATED, incremental={"cursor_path": "changed", "start_param": "from"})
    with Foreign() as api:
        api.serve("/firms", FIRMS)
        for firm in FIRMS:
            api.serve(f"/firms/{firm['ref']}/notes", [firm])
        run = sync(api, firms(), dated, **settings)
    assert [record.keys() for record in run.records("notes")] == [{"ref", "changed"}] * len(FIRMS)
