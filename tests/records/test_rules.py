"""Rules say which rows belong to a reading, what identifies one, and what each must have."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import requests
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.retry import TransientError
from tap_analytics.records.rules import RowRules
from tap_analytics.sandbox import Answer
from tap_analytics.state.bounds import Bounds
from tests.records.reader import DATE, ID, NUMBER, TEXT, Reader, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.sandbox import Sandbox

START = datetime(2024, 1, 1, tzinfo=UTC)
FIELDS = {"id": ID, "name": TEXT, "at": DATE, "amount": NUMBER, "_parent_id": {"type": ["integer", "null"]}}


class Rows:
    """Rules for records of these fields, and pages of them."""

    def __init__(self, **rules: Any) -> None:  # noqa: ANN401 - any rule
        self.reader = Reader(FIELDS)
        self.rules = RowRules(path="/things", codec=self.reader.records, **rules)

    def read(self, *rows: str) -> Sequence[Any]:
        return self.reader.open(page(*rows)).rows

    def ids(self, rows: Sequence[Any]) -> list[Any]:
        return list(map(self.reader.records.get("id"), rows))


def response_of(api: Sandbox, body: str) -> requests.Response:
    """Return a response of a real API with this body."""
    api.intercept(lambda _: Answer(200, body.encode()))
    return requests.get(f"{api.url}/v1/deals", timeout=5)


def test_a_response_is_a_page_whose_rows_have_what_they_inherit(api: Sandbox) -> None:
    made = Rows(primary_keys=["id"], inherited={"_parent_id": 7})
    opened = made.rules.open(response_of(api, page('{"id": 1}', '{"id": "2", "name": "x"}')), offset=30)
    assert made.reader.plain(opened) == [{"id": 1, "_parent_id": 7}, {"id": 2, "name": "x", "_parent_id": 7}]
    assert opened.offset == 30


def test_records_that_somebody_else_takes_from_a_response_are_opened_like_any_others(api: Sandbox) -> None:
    made = Rows(parse=lambda it: [{"id": "5", "name": str(it.status_code), "unknown": 1}])
    opened = made.rules.open(response_of(api, page('{"id": 1}')), offset=0)
    assert made.reader.plain(opened) == [{"id": 5, "name": "200"}]


@pytest.mark.parametrize(("body", "error"), [('{"data": [{', TransientError), ('{"error": "no"}', FatalAPIError)])
def test_a_response_without_records_is_refused(api: Sandbox, body: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        Rows().rules.open(response_of(api, body), offset=0)


@pytest.mark.parametrize("kind", [{}, {"type": ["object", "array"], "properties": {"a": {"type": "integer"}}}])
@pytest.mark.parametrize(("key", "what"), [("[1]", "a list"), ('{"a": 1}', "an object")])
def test_a_record_whose_key_is_no_single_value_is_refused(kind: dict[str, Any], key: str, what: str) -> None:
    reader = Reader({"id": kind})
    rules = RowRules(path="/things", codec=reader.records, primary_keys=["id"])
    with pytest.raises(FatalAPIError, match=f"record 1 of the response has {what} as `id`, its primary key"):
        rules.complete(reader.open(page(f'{{"id": {key}}}')))


@pytest.mark.parametrize("body", ['{"data": []}', "{}", '{"state": "building"}'])
def test_a_202_in_any_words_is_no_failure_yet(api: Sandbox, body: str) -> None:
    api.intercept(lambda _: Answer(202, body.encode()))
    response = requests.get(f"{api.url}/v1/deals", timeout=5)
    with pytest.raises(TransientError, match="no records yet"):
        Rows().rules.open(response, offset=0)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{}", "no `id`, its primary key; check"),
        ('{"at": "2024-01-01"}', "no `id`, its primary key (its fields are `at`); check"),
        ('{"id": null}', "null as `id`, its primary key; check"),
    ],
)
def test_a_record_without_its_key_is_refused_by_its_number(row: str, said: str) -> None:
    made = Rows(primary_keys=["id"])
    opened = made.reader.open(page('{"id": 1}', row))
    with pytest.raises(FatalAPIError) as raised:
        made.rules.complete(opened)
    assert str(raised.value) == f"record 2 of the response has {said} `primary_key`"
    assert Rows(keys=["id"]).rules.complete(opened) is opened


def test_of_a_record_without_its_key_the_first_fields_are_named() -> None:
    fields = {f"f{number}": {"type": "integer"} for number in range(15)}
    reader = Reader({"id": {}, **fields})
    rules = RowRules(path="/things", codec=reader.records, primary_keys=["id"])
    with pytest.raises(FatalAPIError, match=r"\(its fields are `f0`, .*`f9`, 5 others\); check"):
        rules.complete(reader.open(page(json.dumps(dict.fromkeys(fields, 1)))))


def test_rows_within_the_bounds_are_selected() -> None:
    made = Rows(cursor="at", bounds=Bounds(start=START))
    rows = made.read('{"id": 1, "at": "2023-12-31"}', '{"id": 2, "at": "2024-01-01"}', '{"id": 3}')
    assert made.ids(made.rules.select(rows)) == [2, 3]
    assert Rows(cursor="at").rules.select(rows) is rows
    assert Rows(bounds=Bounds(start=START)).rules.select(rows) is rows


def test_a_value_that_does_not_fit_is_refused_with_the_key_of_its_record() -> None:
    made = Rows(keys=["id", "name"])
    with pytest.raises(FatalAPIError, match=r"record 2, x: `amount` is a text that .*; if the API is right"):
        made.rules.select(made.read('{"id": 1}', '{"id": 2, "name": "x", "amount": "much"}'))


def test_a_value_that_does_not_fit_is_no_matter_outside_of_the_bounds() -> None:
    made = Rows(cursor="at", bounds=Bounds(start=START), keys=["id"])
    rows = made.read('{"id": 1, "at": "2000-01-01", "amount": "much"}', '{"id": 2, "at": "2024-01-01"}')
    assert made.ids(made.rules.select(rows)) == [2]


def test_rows_lack_a_cursor_where_none_of_them_has_one_and_a_bookmark_is_to_move() -> None:
    made = Rows(cursor="at", expects_cursor=True)
    without, one_with = made.read('{"id": 1}', '{"at": null}'), made.read('{"id": 1}', '{"at": "2024-01-01"}')
    assert made.rules.lack_cursor(without)
    assert not made.rules.lack_cursor(one_with)
    assert not Rows(cursor="at").rules.lack_cursor(without)
    assert not Rows(expects_cursor=True).rules.lack_cursor(without)
    assert "`at`" in made.rules.no_cursor


def test_rows_lack_a_cursor_where_none_of_its_values_is_a_date_or_a_number() -> None:
    made = Rows(cursor="at", expects_cursor=True)
    none, misread = made.read('{"id": 1, "at": null}'), made.read('{"id": 1, "at": null}', '{"at": "31.12.2024"}')
    assert made.rules.lack_cursor(misread)
    assert made.rules.misread_cursor(misread)
    assert not made.rules.misread_cursor(none)
    german = Rows(cursor="at", expects_cursor=True, bounds=Bounds(layout="%d.%m.%Y"))
    assert not german.rules.lack_cursor(misread)
    assert not german.rules.misread_cursor(misread)


def test_a_row_is_identified_by_its_keys_and_has_changed_with_its_cursor() -> None:
    made = Rows(keys=["id", "name"], cursor="at")
    key, version = made.rules.key(), made.rules.version()
    row, same, later, other = made.read(
        '{"id": 1, "name": "x", "at": "2024-01-01", "amount": 1}',
        '{"id": 1, "name": "x", "at": "2024-01-01", "amount": 2}',
        '{"id": 1, "name": "x", "at": "2024-01-02", "amount": 1}',
        '{"id": 1, "name": "y", "at": "2024-01-01", "amount": 1}',
    )
    assert key is not None
    assert [key(each) == key(row) for each in (same, later, other)] == [True, True, False]
    assert [version(each) == version(row) for each in (same, later)] == [True, False]


def test_a_row_without_a_value_of_its_cursor_has_changed_with_any_of_its_values() -> None:
    made = Rows(cursor="at")
    one, two, same = made.read('{"id": 1}', '{"id": 2}', '{"id": 1}')
    version = made.rules.version()
    assert version(one) == version(same) != version(two)
    assert made.rules.key() is None


def test_the_identity_of_a_row_is_its_key_and_its_version() -> None:
    identity = Rows(keys=["id"], cursor="at").rules.identity()
    (row,) = Rows().read('{"id": 1, "at": "2024-01-01"}')
    assert identity.key is not None
    assert identity.version is not None
    assert (identity.key(row), identity.version(row)) == (1, "2024-01-01")


def test_rows_of_a_list_without_cursor_never_count_as_changed() -> None:
    made = Rows(keys=["id"])
    one, two = made.read('{"id": 1, "name": "x"}', '{"id": 1, "name": "y"}')
    assert made.rules.version()(one) == made.rules.version()(two)


def test_a_record_without_a_cursor_is_left_out_or_fails_where_that_is_declared() -> None:
    pages = ('{"id": 1, "at": "2024-01-05T00:00:00Z"}', '{"id": 2, "at": null}', '{"id": 3}')
    for missing, ids in (("include", [1, 2, 3]), ("exclude", [1])):
        made = Rows(cursor="at", bounds=Bounds(missing=missing))
        assert made.ids(made.rules.select(made.read(*pages))) == ids
    made = Rows(cursor="at", bounds=Bounds(start=START, missing="raise"))
    with pytest.raises(FatalAPIError, match="a record has no value in `at`, and `on_cursor_value_missing` is `raise`"):
        made.rules.select(made.read(*pages))
    assert made.ids(made.rules.select(made.read(pages[0]))) == [1]
