"""Functions of the file are gone through with the arguments of their calls."""

from __future__ import annotations

from tests.resources.dlt_python.readings import content, read, sentences


def test_the_function_of_a_source_is_read_with_its_defaults_and_secrets() -> None:
    made = content("""
        @dlt.source
        def crm(api_key=dlt.secrets.value, region: str = dlt.config.value, version=2, *, names=("calls",)):
            yield from rest_api_resources({
                "client": {"base_url": f"https://api.example.com/v{version}", "auth": {"token": api_key}},
                "resource_defaults": {"endpoint": {"params": {"region": region}}},
                "resources": list(names),
            })
    """)
    assert made == {
        "client": {"base_url": "https://api.example.com/v2", "auth": {"token": "$API_KEY"}},
        "resource_defaults": {"endpoint": {"params": {"region": "$REGION"}}},
        "resources": ["calls"],
    }


def test_arguments_of_a_call_in_the_file_win_over_defaults() -> None:
    made = content("""
        def crm(name, base="https://api.example.com"):
            return rest_api_source({"client": {"base_url": base}, "resources": [name]})
        pipeline.run(crm("calls", base="https://eu.example.com"))
    """)
    assert made == {"client": {"base_url": "https://eu.example.com"}, "resources": ["calls"]}


def test_a_part_of_a_source_that_cannot_be_told_is_told() -> None:
    made = read("""
        @dlt.source
        def shop():
            yield from rest_api_resources({"client": {"base_url": "u"}, "resources": ["calls"]})
            yield somewhere()
    """)
    assert sentences(made, losing=True) == [
        "a part of what `shop` gives needs `somewhere`, which the file does not define; it is left out"
    ]
