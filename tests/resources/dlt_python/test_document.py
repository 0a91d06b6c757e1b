"""Words become plain values; what is no value is named and left out."""

from __future__ import annotations

from tests.resources.dlt_python.readings import read


def test_code_that_says_how_records_are_stored_decides_nothing() -> None:
    made = read("""
        rest_api_source({"client": {"base_url": "u"}, "resources": [{"name": "a", "table_name": lambda row: row["t"]}]})
    """)
    assert made.content["resources"] == [{"name": "a"}]
    assert [remark.loses for remark in made.remarks] == [False]
