"""Which part of a response an expression of a paginator is, and which flags its conditions look at."""

from __future__ import annotations

import ast

import pytest

from tap_analytics.resources.dlt_python.paging_values import Given, PagingValues, Part, UnusualError


def _values() -> PagingValues:
    names = {"response": Given("response"), "data": Given("data"), "body": Part(())}
    return PagingValues({"key": "next"}, ast.literal_eval, dict(names), {"cursor": Part(("next",))}, {"page": 1})


def _node(expression: str) -> ast.expr:
    return ast.parse(expression, mode="eval").body


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        ("response.json()['a']['b']", "a.b"),
        ("response.json().get('a', {}).get('b.c')", "a['b.c']"),
        ("(body.get('a') or {})['b']", "a.b"),
        ("body['rows'][-1]['id']", "rows[-1].id"),
        ("str(body[self.key])", "next"),
        ("body['a'] if body else None", "a"),
        ("self.cursor", "next"),
    ],
)
def test_a_part_of_the_body_is_a_path(expression: str, path: str) -> None:
    found = _values().value(_node(expression))
    assert isinstance(found, Part)
    assert found.text == path


@pytest.mark.parametrize(
    ("condition", "flags"),
    [
        ("body['has_more']", {"has_more_path": "has_more"}),
        ("not body['page'].get('isLast') and data", {"is_last_path": "page.isLast"}),
        ("body.get('hasNextPage') is True", {"has_more_path": "hasNextPage"}),
        ("not body['end_of_stream']", {"is_last_path": "end_of_stream"}),
        # Names that only sound like it.
        ("body['endCursor'] and body['last_id'] and body['no_more'] and body['calendar']", {}),
        ("len(data) < 50 or body['page'] >= body['pages'] or self.page > body['pages']", {}),
    ],
)
def test_a_condition_may_look_at_a_flag(condition: str, flags: dict[str, str]) -> None:
    values = _values()
    values.test(_node(condition))
    assert {option: part.text for option, part in values.flags.items()} == flags


@pytest.mark.parametrize(
    "condition", ["data[0]['at'] > 3", "body['rows'][-1]['n'] > 3", "body['at'] < '2025'", "self.page > 3", "any(data)"]
)
def test_a_condition_that_the_tap_would_not_see_is_refused(condition: str) -> None:
    with pytest.raises(UnusualError):
        _values().test(_node(condition))
