"""The session that a configuration names as code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import requests

from tap_analytics.resources.own_session import read

if TYPE_CHECKING:
    from pathlib import Path


def test_none_is_none() -> None:
    assert read(None, "session") == (None, [])


def test_the_session_its_class_or_a_function_may_be_named(tmp_path: Path) -> None:
    file = tmp_path / "steps.py"
    file.write_text("import requests\none = requests.Session()\ndef made():\n    return one\n")
    one, faults = read(f"{file}:one", "session")
    assert isinstance(one, requests.Session)
    assert faults == []
    assert read(f"{file}:made", "session") == (one, [])
    assert type(read("requests:Session", "session")[0]) is requests.Session


def test_what_gives_no_session_is_told(tmp_path: Path) -> None:
    file = tmp_path / "steps.py"
    file.write_text("def made():\n    return 5\ndef failing():\n    raise ValueError('no')\nnumber = 5\n")
    told = {name: read(f"{file}:{name}", "session")[1] for name in ("made", "failing", "number", "absent")}
    assert told["made"] == ["`session` names `steps.py:made`, which gives no `requests.sessions.Session`"]
    assert told["failing"] == [
        "`session` cannot be made: `steps.py:failing` failed at line 4 of `steps.py`: ValueError: no"
    ]
    assert told["number"][0].endswith("which is not a `requests.sessions.Session`, or what gives one")
    assert told["absent"] == ["`session` names `steps.py:absent`, which is not there"]
    assert read("none", "session")[1] == ["`session` must be code such as `steps.py:keep` or `package.module:name`"]
