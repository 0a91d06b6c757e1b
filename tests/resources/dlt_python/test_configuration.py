"""dlt's Python, and pages with blocks of it, as configurations: what is worked out, and what is not."""

from __future__ import annotations

from tests.resources.dlt_python.readings import read, sentences


def test_a_configuration_without_resources_is_told() -> None:
    made = read('rest_api_source({"client": {"base_url": "u"}, "resources": [missing]})')
    assert "`resources` has none that can be read" in sentences(made, losing=True)
