"""dlt's Python, and pages with blocks of it, as configurations: what is worked out, and what is not."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import Any

import pytest
import yaml

from tap_analytics.resources.dlt_python import source
from tap_analytics.resources.dlt_python.configuration import Configuration, configuration

HEAD = """
import os
import dlt
from dlt.sources.rest_api import rest_api_resources, rest_api_source
"""


def read(code: str, *, is_module: bool = True) -> Configuration:
    text = HEAD + dedent(code) if is_module else dedent(code)
    found = source.read(text, is_module=is_module)
    (line,) = found.configurations
    return configuration(found, line, text)


def content(code: str, *, is_module: bool = True) -> dict[str, Any]:
    made = read(code, is_module=is_module)
    assert yaml.safe_load(made.text()) == made.content
    return dict(made.content)


def endpoint(expression: str, before: str = "") -> Configuration:
    """Return the configuration of one resource whose endpoint is this expression."""
    entry = f'{{"name": "calls", "endpoint": {expression}}}'
    return read(f'{dedent(before)}\nrest_api_source({{"client": {{"base_url": "u"}}, "resources": [{entry}]}})\n')


def params(expression: str, before: str = "") -> Any:  # noqa: ANN401 - any value
    made = endpoint(f'{{"params": {{"x": {expression}}}}}', before)
    return made.content["resources"][0]["endpoint"].get("params", {}).get("x", "left out")


def told(made: Configuration, *, losing: bool | None = None) -> list[str]:
    return [remark.sentence for remark in made.remarks if losing is None or remark.loses == losing]


# Secrets and settings


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('dlt.secrets["api_key"]', "$API_KEY"),
        ('dlt.secrets["sources.crm.api_key"]', "$SOURCES__CRM__API_KEY"),
        ('dlt.secrets["sources"]["crm"]', "$SOURCES__CRM"),
        ('dlt.secrets.get("token")', "$TOKEN"),
        ('dlt.config["start-date"]', "$START_DATE"),
        ('dlt.config.get("region", str)', "$REGION"),
        ('os.environ["ZONE"]', "$ZONE"),
        ('os.getenv("ZONE", "eu")', "$ZONE"),
        ('os.environ.get("ZONE") or "eu"', "$ZONE"),
        ("f\"Token {dlt.secrets['key']}\"", "Token $KEY"),
        ("f\"{dlt.secrets['key']}A\"", "${KEY}A"),
        ("'{}:{}'.format(dlt.secrets['a'], 'b')", "$A:b"),
        ("':'.join(['a', dlt.secrets['b']])", "a:$B"),
        ('"Basic " + dlt.secrets["key"]', "Basic $KEY"),
        ('f"{dlt.config[\'host\']}/".rstrip("/")', "$HOST"),
    ],
)
def test_a_secret_or_a_setting_is_a_variable(expression: str, expected: str) -> None:
    assert params(expression) == expected


def test_a_dollar_that_is_meant_as_such_is_doubled() -> None:
    assert params('"$HOME and $5"') == "$$HOME and $5"
    assert endpoint('{"path": "x", "data_selector": "$"}').content["resources"][0]["endpoint"]["data_selector"] == "$"


def test_the_variables_that_are_needed_are_listed() -> None:
    assert endpoint('{"params": {"a": dlt.secrets["b"], "c": os.environ["D"]}}').variables == ["B", "D"]


def test_where_no_variable_can_stand_the_default_of_the_code_does() -> None:
    made = endpoint('{"path": os.getenv("ROOT", "v2") + "/calls"}')
    assert made.content["resources"][0]["endpoint"]["path"] == "v2/calls"
    assert "has the default" in told(made, losing=False)[0]


def test_an_address_may_hold_a_variable() -> None:
    made = read(
        'rest_api_source({"client": {"base_url": dlt.config["host"]}, "resources": [{"name": "a", "endpoint": '
        '{"path": f"{dlt.config[\'root\']}/a"}}]})'
    )
    assert made.content["client"]["base_url"] == "$HOST"
    assert made.content["resources"][0]["endpoint"]["path"] == "$ROOT/a"
    assert made.variables == ["HOST", "ROOT"]
    assert told(made) == []


def test_where_no_variable_can_stand_and_there_is_no_default_its_value_is_asked_for() -> None:
    made = endpoint('{"data_selector": dlt.config["root"]}')
    assert "`resources[0].endpoint.data_selector` needs `$ROOT`" in told(made, losing=True)[0]
    assert made.variables == []


def test_a_key_that_is_written_in_the_code_is_told_and_not_shown() -> None:
    made = read('rest_api_source({"client": {"base_url": "u", "auth": {"token": "open-sesame"}}, "resources": ["a"]})')
    assert any("`client.auth.token` is written out" in sentence for sentence in told(made, losing=False))
    assert not any("open-sesame" in sentence for sentence in told(made))


# Python


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("60 * 60", 3600),
        ("-1", -1),
        ("7 // 2 + 1.5", 4.5),
        ("'a' 'b'", "ab"),
        ("f'v{VERSION}'", "v3"),
        ("dict(a=1, **MORE)", {"a": 1, "b": 2}),
        ("{**MORE, 'b': 3}", {"b": 3}),
        ("MORE | {'c': 3}", {"b": 2, "c": 3}),
        ("dict([('a', 1)])", {"a": 1}),
        ("[n for n in NAMES if n != 'a']", ["b"]),
        ("{n: n.upper() for n in NAMES}", {"a": "A", "b": "B"}),
        ("[*NAMES, 'c']", ["a", "b", "c"]),
        ("','.join(NAMES)", "a,b"),
        ("NAMES[-1]", "b"),
        ("MORE['b']", 2),
        ("MORE.get('x', 9)", 9),
        ("'x' if VERSION > 2 else 'y'", "x"),
        ("not VERSION", False),
        ("(1, 2)", [1, 2]),
        ("str(VERSION)", "3"),
        ("f'{VERSION:02d}-{VERSION:.1f}'", "03-3.0"),
        ("list(range(2))", [0, 1]),
        ("double(VERSION)", 6),
        ("(lambda x: x + 1)(1)", 2),
        ("None", None),
    ],
)
def test_what_can_be_worked_out_is(expression: str, expected: object) -> None:
    before = """
        VERSION = 3
        NAMES = ["a", "b"]
        MORE = {"b": 2}
        def double(number, times=2):
            return number * times
    """
    assert params(expression, before) == expected


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("datetime.now()", "calls `datetime.datetime.now`"),
        ("missing", "needs `missing`, which the file does not define"),
        ("settings.NAMES", "comes from another file"),
        ("open('secret.txt').read()", "needs `open`"),
        ("[x for x in missing]", "loops over something"),
        ("1 if missing else 2", "depends on a condition"),
        ("...", "is left to the reader"),
        ("forever()", "call each other too often"),
    ],
)
def test_what_only_running_the_code_tells_is_named_and_left_out(expression: str, reason: str) -> None:
    before = """
        from datetime import datetime
        from . import settings
        def forever():
            return forever()
    """
    made = endpoint(f'{{"params": {{"x": {expression}, "y": 1}}}}', before)
    assert made.content["resources"][0]["endpoint"] == {"params": {"y": 1}}
    (sentence,) = told(made, losing=True)
    assert sentence.startswith("`resources[0].endpoint.params.x` ")
    assert reason in sentence


def test_nothing_is_run(tmp_path: Any) -> None:  # noqa: ANN401 - a path
    mark = tmp_path / "mark"
    params("1", f"from pathlib import Path\nPath({str(mark)!r}).touch()\nopen({str(mark)!r}, 'w')")
    assert not mark.exists()


def test_code_that_would_never_end_is_given_up() -> None:
    loops = "".join(f"{' ' * depth}for _{depth} in range(1000):\n" for depth in range(4))
    found = source.read(f"{loops}{' ' * 4}x = 1\n")
    assert [remark.sentence for remark in found.remarks] == ["the code takes too many steps to be worked out"]


def test_lists_that_grow_and_objects_that_change_are_followed() -> None:
    made = content("""
        config = {"client": {"base_url": "https://api.example.com"}, "resources": []}
        for name in ("calls", "agents"):
            if name == "agents":
                config["resources"].append(name)
                continue
            config["resources"] += [{"name": name}]
        config["client"]["headers"] = {"X-A": "1"}
        config["client"]["headers"].update({"X-B": "2"})
        rest_api_source(config)
    """)
    assert made["client"]["headers"] == {"X-A": "1", "X-B": "2"}
    assert made["resources"] == [{"name": "calls"}, "agents"]


def test_what_hangs_on_a_condition_that_is_not_known_is_told() -> None:
    made = read("""
        config = {"client": {"base_url": "u"}, "resources": ["calls"]}
        if unknown():
            config["client"]["headers"] = {}
        rest_api_source(config)
    """)
    assert [(remark.line, remark.loses) for remark in made.remarks] == [(7, True)]
    assert "headers" not in made.content["client"]


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


# dlt's classes


def test_classes_of_dlt_are_their_words() -> None:
    made = content("""
        from dlt.sources.helpers.rest_client.auth import APIKeyAuth, BearerTokenAuth, HttpBasicAuth
        from dlt.sources.helpers.rest_client.auth import OAuth2ClientCredentials as OAuth2
        from dlt.sources.helpers.rest_client import paginators as p
        pages = {
            "a": p.JSONLinkPaginator("links.next"),
            "b": p.OffsetPaginator(50, total_path=None),
            "c": p.PageNumberPaginator(base_page=1, total_path="pages"),
            "d": p.HeaderLinkPaginator(links_next_key="next"),
            "e": p.SinglePagePaginator(),
            "f": p.JSONResponseCursorPaginator("next", cursor_param="after"),
        }
        auths = {
            "a": APIKeyAuth("X-Key", dlt.secrets["key"], "query"),
            "b": HttpBasicAuth("user", dlt.secrets["password"]),
            "c": OAuth2(access_token_url="t", client_id="i", client_secret=dlt.secrets["s"]),
        }
        rest_api_source({
            "client": {"base_url": "u", "auth": BearerTokenAuth(token=dlt.secrets["token"])},
            "resources": [
                *({"name": name, "endpoint": {"paginator": each}} for name, each in pages.items()),
                *({"name": f"auth_{name}", "endpoint": {"auth": each}} for name, each in auths.items()),
            ],
        })
    """)
    assert made["client"]["auth"] == {"type": "bearer", "token": "$TOKEN"}
    endpoints = [each["endpoint"] for each in made["resources"]]
    assert [each["paginator"] for each in endpoints[:6]] == [
        {"type": "json_link", "next_url_path": "links.next"},
        {"type": "offset", "limit": 50, "total_path": None},
        {"type": "page_number", "base_page": 1, "total_path": "pages"},
        {"type": "header_link", "links_next_key": "next"},
        {"type": "single_page"},
        {"type": "cursor", "cursor_path": "next", "cursor_param": "after"},
    ]
    assert [each["auth"] for each in endpoints[6:]] == [
        {"type": "api_key", "name": "X-Key", "api_key": "$KEY", "location": "query"},
        {"type": "http_basic", "username": "user", "password": "$PASSWORD"},
        {"type": "oauth2_client_credentials", "access_token_url": "t", "client_id": "i", "client_secret": "$S"},
    ]


def test_incremental_of_dlt_is_a_parameter() -> None:
    expression = 'dlt.sources.incremental("updated_at", "2024-01-01", last_value_func=max)'
    assert params(expression) == {
        "type": "incremental",
        "cursor_path": "updated_at",
        "initial_value": "2024-01-01",
        "last_value_func": "max",
    }


def test_the_lists_of_a_rest_client_are_resources() -> None:
    made = content("""
        client = RESTClient("https://api.example.com", auth=BearerTokenAuth(dlt.secrets["t"]), data_selector="items")

        @dlt.resource(primary_key="id", write_disposition="merge")
        def calls(updated_at=dlt.sources.incremental("updated_at", initial_value="2024-01-01")):
            for page in client.paginate("calls", params={"since": updated_at.last_value, "size": 10}):
                yield page

        @dlt.transformer(data_from=calls, name="notes")
        def notes_of(rows):
            for row in rows:
                yield from client.paginate(f"calls/{row['id']}/notes", paginator="single_page")
    """)
    assert made == {
        "client": {"base_url": "https://api.example.com", "auth": {"type": "bearer", "token": "$T"}},
        "resources": [
            {
                "name": "calls",
                "primary_key": "id",
                "write_disposition": "merge",
                "endpoint": {
                    "path": "calls",
                    "data_selector": "items",
                    "params": {"size": 10},
                    "incremental": {
                        "cursor_path": "updated_at",
                        "initial_value": "2024-01-01",
                        "start_param": "since",
                    },
                },
            },
            {
                "name": "notes",
                "endpoint": {
                    "path": "calls/{resources.calls.id}/notes",
                    "data_selector": "items",
                    "paginator": "single_page",
                },
            },
        ],
    }


def test_resources_within_a_source_are_read_and_what_they_do_with_pages_is_told() -> None:
    made = read("""
        @dlt.source
        def crm():
            client = RESTClient(base_url="https://api.example.com")
            @dlt.resource
            def calls():
                for page in client.paginate("calls"):
                    for row in page:
                        yield {"id": row["id"]}
            return calls
    """)
    assert made.content["resources"] == [{"name": "calls", "endpoint": {"path": "calls"}}]
    assert told(made, losing=True) == ["what `calls` does with its pages is Python; it is left out"]


# Code of one's own


def test_functions_and_lambdas_become_steps_with_what_they_need() -> None:
    made = read("""
        import json
        from decimal import Decimal as D
        LOST = {"lost"}

        def amount(row):
            # A cent is the least.
            return D(row["amount"])

        def keep(row: dict[str, Any]) -> bool:
            return row["state"] not in LOST and amount(row) > 0

        def source():
            return rest_api_source({"client": {"base_url": "u"}, "resources": [{"name": "deals", "processing_steps": [
                {"filter": keep}, {"map": lambda row: {**row, "raw": json.dumps(row)}},
            ]}]})
    """)
    steps = made.content["resources"][0]["processing_steps"]
    assert steps == [{"filter": "steps.py:keep"}, {"map": "steps.py:deals_map"}]
    assert made.step_names == ["LOST", "amount", "keep", "deals_map"]
    names: dict[str, Any] = {}
    exec(compile(made.steps, "steps.py", "exec"), names)  # noqa: S102 - the code is that of this test
    assert names["keep"]({"state": "open", "amount": "2.50"})
    assert not names["keep"]({"state": "lost", "amount": "2.50"})
    assert names["deals_map"]({"a": 1}) == {"a": 1, "raw": '{"a": 1}'}
    assert "# A cent is the least." in made.steps
    assert told(made) == []


def run(made: Configuration) -> dict[str, Any]:
    """Return what the code of the steps defines."""
    names: dict[str, Any] = {}
    exec(compile(made.steps, "steps.py", "exec"), names)  # noqa: S102 - the code is that of this test
    return names


def test_code_that_a_function_makes_has_the_locals_that_it_was_made_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "k")
    made = read("""
        def renamed(old, new):
            def step(row):
                return {new if key == old else key: value for key, value in row.items()}
            return step

        def source(prefix="p-", api_key=dlt.secrets.value):
            def mark(text, sign=prefix):
                return sign + text
            return rest_api_source({"client": {"base_url": "u"}, "resources": [{"name": "deals", "processing_steps": [
                {"map": renamed("a", "b")}, {"map": renamed("b", "c")},
                {"map": lambda row: {**row, "c": mark(row["c"])}},
                {"filter": lambda row, key=api_key: row["c"] != key},
            ]}]})
    """)
    first, second, third, fourth = made.content["resources"][0]["processing_steps"]
    assert [first, second] == [{"map": "steps.py:step"}, {"map": "steps.py:step_2"}]
    names = run(made)
    assert names["step_2"](names["step"]({"a": "x"})) == {"c": "x"}
    assert names[third["map"].removeprefix("steps.py:")]({"c": "x"}) == {"c": "p-x"}
    keep = names[fourth["filter"].removeprefix("steps.py:")]
    assert [keep({"c": "k"}), keep({"c": "x"})] == [False, True]
    assert made.variables == ["API_KEY"]
    assert told(made) == []


def test_functions_of_one_name_are_two_steps() -> None:
    made = read("""
        def first():
            def step(row): return 1
            return step
        def second():
            def step(row): return 2
            return step
        rest_api_source({"client": {"base_url": "u"}, "resources": [
            {"name": "deals", "processing_steps": [{"map": first()}, {"map": second()}, {"map": first()}]},
        ]})
    """)
    steps = [each["map"].removeprefix("steps.py:") for each in made.content["resources"][0]["processing_steps"]]
    assert [run(made)[name]({}) for name in steps] == [1, 2, 1]


def test_credentials_of_a_class_that_dlt_configures_are_a_class_of_requests() -> None:
    made = read("""
        from dlt.common.configuration import configspec
        from dlt.sources.helpers.rest_client.auth import AuthConfigBase

        @configspec
        class Signed(AuthConfigBase):
            key: str = None
            def __call__(self, request):
                request.headers["X-Key"] = self.key
                return request

        rest_api_source({"client": {"base_url": "u", "auth": Signed(dlt.secrets["key"])}, "resources": ["deals"]})
    """)
    assert made.content["client"]["auth"] == {"type": "steps.py:Signed", "key": "$KEY"}
    assert run(made)["Signed"]("k").key == "k"


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        ("wanted = names()\ndef keep(row): return row in wanted", "needs `wanted`, which needs `names`"),
        ("def keep(row): return dlt.current.state()", "needs `dlt` of dlt"),
        ("def keep(row): return shared(row)", "needs `shared` of another file"),
        ("def keep(row): return later(row)", "needs `later`, which is not defined at the top"),
    ],
)
def test_code_that_is_not_plain_is_named_and_left_out(definition: str, reason: str) -> None:
    code = f"""
from .common import shared
def source():
{indent(definition, "    ")}
    return rest_api_source({{"client": {{"base_url": "u"}}, "resources": [
        {{"name": "deals", "processing_steps": [{{"filter": keep}}]}}
    ]}})
"""
    made = read(code)
    assert made.content["resources"] == [{"name": "deals", "processing_steps": []}]
    (sentence,) = told(made, losing=True)
    assert reason in sentence
    assert made.steps == ""


def test_classes_become_types_unless_they_are_made_of_dlts_own() -> None:
    made = read("""
        from requests.auth import AuthBase
        from dlt.sources.helpers.rest_client.paginators import BasePaginator

        class TwoHeaders(AuthBase):
            def __init__(self, key, user):
                self.key, self.user = key, user

        class Odd(BasePaginator):
            pass

        rest_api_source({
            "client": {"base_url": "u", "auth": TwoHeaders(dlt.secrets["key"], user="me")},
            "resources": [{"name": "calls", "endpoint": {"path": "calls", "paginator": Odd()}}],
        })
    """)
    assert made.content["client"]["auth"] == {"type": "steps.py:TwoHeaders", "key": "$KEY", "user": "me"}
    assert made.steps.count("class") == 1
    assert made.content["resources"] == [{"name": "calls", "endpoint": {"path": "calls"}}]
    assert "derives from `BasePaginator`" in told(made, losing=True)[0]


def test_code_that_says_how_records_are_stored_decides_nothing() -> None:
    made = read("""
        rest_api_source({"client": {"base_url": "u"}, "resources": [{"name": "a", "table_name": lambda row: row["t"]}]})
    """)
    assert made.content["resources"] == [{"name": "a"}]
    assert [remark.loses for remark in made.remarks] == [False]


# Files


def test_several_configurations_stand_at_their_lines() -> None:
    code = 'rest_api_source({"client": {"base_url": "u"}, "resources": ["a"]})\n'
    found = source.read(code + code + code.replace('"a"', '"b"'))
    assert list(found.configurations) == [1, 3]


def test_a_configuration_without_a_call_is_known_by_its_keys() -> None:
    assert content('config: RESTAPIConfig = {"client": {"base_url": "u"}, "resources": ["a"]}')["resources"] == ["a"]


def test_a_configuration_without_resources_is_told() -> None:
    made = read('rest_api_source({"client": {"base_url": "u"}, "resources": [missing]})')
    assert "`resources` has none that can be read" in told(made, losing=True)


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
