"""Functions, lambdas and classes of the file become a file of steps, with all that they need."""

from __future__ import annotations

from textwrap import indent
from typing import Any

import pytest

from tests.resources.dlt_python.readings import read, sentences


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
    assert sentences(made) == []


def test_an_object_that_is_called_for_each_record_is_made_among_the_steps() -> None:
    made = read("""
        class Stamp:
            def __init__(self, times=1, **fields):
                self.times, self.fields = times, fields
            def __call__(self, row):
                return {**row, **self.fields}
            def scaled(self, row):
                return {**row, "n": row["n"] * self.times}

        scale = Stamp(times=3)
        rest_api_source({"client": {"base_url": "u"}, "resources": [{"name": "deals", "processing_steps": [
            {"map": Stamp(account="acme", key=os.environ["KEY"])}, {"map": scale.scaled}, {"filter": Stamp(dlt.x)},
        ]}]})
    """)
    steps = made.content["resources"][0]["processing_steps"]
    assert steps == [{"map": "steps.py:deals_map"}, {"map": "steps.py:deals_map_2"}]
    (sentence,) = sentences(made)
    assert "[2].filter` is Python that needs `times`, which is a local that only running the code tells" in sentence
    assert made.variables == ["KEY"]
    names: dict[str, Any] = {}
    exec("import os\nos.environ['KEY'] = 'k'\n" + made.steps.partition("annotations")[2], names)  # noqa: S102 - as above
    assert names["deals_map"]({"n": 2}) == {"n": 2, "account": "acme", "key": "k"}
    assert names["deals_map_2"]({"n": 2}) == {"n": 6}


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
    (sentence,) = sentences(made, losing=True)
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
    assert "derives from `BasePaginator`" in sentences(made, losing=True)[0]


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
    assert "from requests.auth import AuthBase as AuthConfigBase" in made.steps
    assert sentences(made) == []
