"""Blocks of code on a page are read as one module."""

from __future__ import annotations

from tap_analytics.resources.dlt_python import source
from tests.resources.dlt_python.readings import read


def test_blocks_of_a_page_are_one_module_and_keep_their_lines() -> None:
    page = """
        # A page

        ```python
        BASE = "https://api.example.com"
        ```

        ~~~py
        rest_api_source({
            "client": {"base_url": BASE},
            "resources": ["a", missing],
            // more
        })
        ~~~

        ```python
        "endpoint": {
        ```

        ```json
        {"client": 1}
        ```
    """
    made = read(page, is_module=False)
    assert made.content == {"client": {"base_url": "https://api.example.com"}, "resources": ["a"]}
    lines = {remark.line: remark.sentence for remark in made.remarks}
    assert "`//`" in lines[12]
    assert "`resources[1]`" in lines[11]


def test_a_block_that_is_not_python_is_told_where_it_would_make_a_source() -> None:
    found = source.read("```python\nrest_api_source({\n```\n", is_module=False)
    assert [(remark.line, remark.loses) for remark in found.remarks] == [(2, True)]
