"""Calls that load what a file holds."""

from __future__ import annotations

import pytest

from tests.resources.dlt_python.readings import endpoint, sentences


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("json.load(open(missing))", "needs `missing`"),
        ("json.load(open(3))", "names a file that only running the code tells"),
        ("json.load(3)", "loads a document that only running the code tells"),
        ("open('a').seek(0)", "calls `seek` of a file"),
    ],
)
def test_a_document_that_only_running_the_code_tells_is_told(expression: str, reason: str) -> None:
    (sentence,) = sentences(endpoint(f'{{"path": "v1", "params": {{"x": {expression}}}}}', "import json"), losing=True)
    assert reason in sentence


@pytest.mark.parametrize(
    ("value", "text"),
    [("[['status', '=', 'open'], 5, None]", '[["status", "=", "open"], 5, null]'), ("os.environ['A']", "left out")],
)
def test_json_of_a_known_value_is_worked_out(value: str, text: str) -> None:
    call = '{"path": "v1", "params": {"y": 1, "x": json.dumps(%s)}}'
    for given, expected in ((value, text), (f"{value}, indent=2", "left out")):
        found = endpoint(call % given, "import json\n").content["resources"][0]["endpoint"]["params"]
        assert found.get("x", "left out") == expected
