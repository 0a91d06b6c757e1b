"""The configurations of a file, by the lines where they stand."""

from __future__ import annotations

from tap_analytics.resources.dlt_python import source
from tests.resources.dlt_python.readings import content, read, sentences


def test_several_configurations_stand_at_their_lines() -> None:
    code = 'rest_api_source({"client": {"base_url": "u"}, "resources": ["a"]})\n'
    found = source.read(code + code + code.replace('"a"', '"b"'))
    assert list(found.configurations) == [1, 3]


def test_a_configuration_without_a_call_is_known_by_its_keys() -> None:
    assert content('config: RESTAPIConfig = {"client": {"base_url": "u"}, "resources": ["a"]}')["resources"] == ["a"]


def test_a_resource_that_is_a_function_beside_the_configuration_is_told() -> None:
    made = read("""
        @dlt.resource(name="totals")
        def sums():
            yield 1

        @dlt.resource(selected=False)
        def hidden():
            yield 1

        pipeline.run([rest_api_source({"client": {"base_url": "u"}, "resources": ["calls"]}), sums()])
    """)
    assert sentences(made, losing=True) == [
        "`totals` is a resource of its own, beside those of the configuration; it is left out"
    ]
