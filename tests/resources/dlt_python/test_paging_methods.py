"""What the methods of a paginator read of a response, and put into a request."""

from __future__ import annotations

import ast

import pytest

from tap_analytics.resources.dlt_python.paging_methods import PagingMethods
from tap_analytics.resources.dlt_python.paging_values import Part, UnusualError


def _methods(code: str) -> PagingMethods:
    known = {each.name: each for each in ast.parse(code).body if isinstance(each, ast.FunctionDef)}
    return PagingMethods({"page": 1, "size": 20}, ast.literal_eval, method=known.get)


def test_what_is_sent_is_told_by_its_place_and_attribute() -> None:
    methods = _methods(
        "def update_request(self, req):\n"
        "    '''Ask for a page.'''\n"
        "    logger.info('next')\n"
        "    req.params = req.params or {}\n"
        "    if req.json is None:\n        req.json = {}\n"
        "    if 'options' not in req.json:\n        req.json['options'] = {}\n"
        "    req.json['options']['page'] = self.page\n"
        "    self.put(req)\n"
        "def put(self, req):\n    req.params.update(size=self.size)\n"
    )
    assert methods.go_through("update_request", ("request",))
    assert [(each.place, each.keys, each.attribute, each.value) for each in methods.sent] == [
        ("json", ("options", "page"), "page", 1),
        ("params", ("size",), "size", 20),
    ]
    assert not methods.go_through("init_request", ("request",))


def test_what_is_read_is_told_by_attribute() -> None:
    methods = _methods(
        "def update_state(self, response, data=None):\n"
        "    try:\n        body = response.json()\n    except ValueError:\n        body = {}\n"
        "    self.cursor: str = body.get('next') if isinstance(body, dict) else None\n"
        "    self.page += 1\n"
        "    super().update_state(response, data)\n"
    )
    methods.go_through("update_state", ("response", "data"))
    assert methods.parts == {"cursor": Part(("next",))}
    assert methods.steps == {"page": 1}
    assert methods.to_base == {"update_state"}


@pytest.mark.parametrize(
    "line", ["self.page -= 1", "self.page += 0", "del self.page", "while data: pass", "data.sort()", "self.x = 'a'"]
)
def test_a_statement_that_is_not_usual_is_refused(line: str) -> None:
    methods = _methods(f"def update_state(self, response, data):\n    {line}\n")
    with pytest.raises(UnusualError):
        methods.go_through("update_state", ("response", "data"))
