from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.retry import TransientError
from tap_analytics.records.envelope.envelope import Envelope

ROWS = [{"id": 1}, {"id": 2}]


def read(body: object, **envelope: Any) -> tuple[list[Any], int | None, bool]:  # noqa: ANN401 - options of any type
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    page = Envelope(**envelope).open(content, offset=7)
    assert page.offset == 7
    return list(page.rows), page.total, page.single


def refusal(body: object, **envelope: Any) -> str:  # noqa: ANN401 - options of any type
    with pytest.raises(FatalAPIError) as raised:
        read(body, **envelope)
    return str(raised.value)


def test_the_records_are_the_list_under_data() -> None:
    assert read({"data": ROWS, "total": 2}) == (ROWS, 2, False)


def test_an_empty_list_is_a_page_without_records() -> None:
    assert read({"data": []}) == ([], None, False)


def test_an_object_is_one_record_and_the_end_where_one_was_asked_for() -> None:
    assert read({"data": {"id": 1}}, may_be_object=True) == ([{"id": 1}], None, True)


def test_one_record_alone_in_the_body_is_a_record_or_an_error_by_what_it_says() -> None:
    assert read([{"id": 1}], data_selector="$") == ([{"id": 1}], None, False)
    assert "reports an error in `error`: no such key" in refusal([{"error": "no such key"}], data_selector="$")


def test_fields_of_a_record_say_nothing_of_the_list() -> None:
    page = Envelope(data_selector="$", may_be_object=True).open(b'{"id": 1, "has_more": true, "count": 9}', offset=0)
    assert (page.signs.more, dict(page.signs.counts)) == ("", {})


def test_a_cursor_under_another_name_is_a_sign_only_where_the_declared_one_is_not_there() -> None:
    envelope = Envelope(next_path="next")
    assert envelope.open(b'{"data": [{"id": 1}], "end_cursor": "abc"}', offset=0).signs.cursor
    assert not envelope.open(b'{"data": [{"id": 1}], "end_cursor": "abc", "next": null}', offset=0).signs.cursor


@pytest.mark.parametrize("selector", ["data", "$", "$['data']"])
def test_an_object_where_a_list_is_due_is_refused_and_quoted(selector: str) -> None:
    message = refusal({"data": {"id": 1, "name": "Ann"}}, data_selector=selector)
    assert f"the response has an object as `{selector}`, not a list of records" in message
    assert "`single_page` if it is one record. The API says: {" in message
    assert '"name":"Ann"' in message


@pytest.mark.parametrize(
    ("selector", "body"),
    [
        ("results", {"results": ROWS}),
        ("$.results", {"results": ROWS}),
        ("results[*]", {"results": ROWS}),
        ("$.results[*]", {"results": ROWS}),
        ("response.page.items", {"response": {"page": {"items": ROWS}}}),
        ("$", ROWS),
        ("$[*]", ROWS),
        ("$['results']", {"results": ROWS}),
        ("$['a b'].items", {"a b": {"items": ROWS}}),
        ("pages[0].items", {"pages": [{"items": ROWS}]}),
        ("$..items", {"a": {"b": {"items": ROWS}}}),
        ("$..items[*]", {"a": {"b": {"items": ROWS}}}),
        ("data[*].attributes", {"data": [{"attributes": row} for row in ROWS]}),
        ("groups[*].items", {"groups": [{"items": [row]} for row in ROWS]}),
        ("groups[*].items[*]", {"groups": [{"items": [row]} for row in ROWS]}),
        ("groups[*].items[*]", {"groups": [{"items": ROWS[0]}, {"items": ROWS[1:]}]}),
        ("data[?(@.id > 0)]", {"data": [{"id": 0}, *ROWS]}),
        ("data[1:]", {"data": [{"id": 0}, *ROWS]}),
        ("with-dash.ünicode", {"with-dash": {"ünicode": ROWS}}),
    ],
)
def test_a_selector_finds_the_records(selector: str, body: object) -> None:
    assert read(body, data_selector=selector) == (ROWS, None, False)


@pytest.mark.parametrize(
    ("selector", "body"),
    [
        ("data[*].attributes", {"data": []}),
        ("data[?(@.id > 5)]", {"data": ROWS}),
        ("data[5:]", {"data": ROWS}),
        ("$.data[*].attributes", {"data": []}),
        ("$[?(@.id > 5)]", ROWS),
        ("$['data']", {"data": []}),
        ("groups[*].items[*]", {"groups": [{"items": []}]}),
        ("data.*", {"data": []}),
    ],
)
def test_a_selector_that_picks_none_of_a_list_finds_no_records(selector: str, body: object) -> None:
    assert read(body, data_selector=selector) == ([], None, False)


@pytest.mark.parametrize("selector", ["data[*].x", "data[?(@.id)]", "$..items", "$['data']", "data[0]", "pages[*].x"])
def test_a_path_into_what_is_not_there_finds_nothing(selector: str) -> None:
    assert refusal({"items_": [], "message": "Hello."}, data_selector=selector) == (
        f"the response has no `{selector}` (its fields are `items_`, `message`); check `data_selector`. "
        "The API says: Hello."
    )


@pytest.mark.parametrize(
    ("selector", "single"),
    [
        ("accounts[0]", True),
        ("accounts[*]", False),
        ("accounts[?(@.id == 1)]", False),
        ("accounts[0:1]", False),
        ("wrapped[*].account", False),
        ("$..wrapped..account", False),
    ],
)
def test_a_path_that_can_mean_one_object_only_is_the_end(*, selector: str, single: bool) -> None:
    body = {"account": {"id": 1}, "accounts": [{"id": 1}], "wrapped": [{"account": {"id": 1}}]}
    assert read(body, data_selector=selector) == ([{"id": 1}], None, single)


def test_the_body_itself_may_be_the_one_record() -> None:
    assert read({"id": 1, "error": "none of ours"}, data_selector="$", may_be_object=True) == (
        [{"id": 1, "error": "none of ours"}],
        None,
        True,
    )


@pytest.mark.parametrize("selector", ["data[", "data[?(", "a[b]c[", "$['x"])
def test_a_selector_that_is_no_path_is_refused(selector: str) -> None:
    assert "is neither a dotted path nor a JSONPath; check `data_selector`" in refusal({"a": 1}, data_selector=selector)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        ("Nothing today.", "text"),
        (5, "a number"),
        (1.5, "a number"),
        (10**40, "a number"),
        (True, "true or false"),
    ],
)
def test_what_is_no_list_is_refused(value: object, kind: str) -> None:
    quotation = f". The API says: {value}" if isinstance(value, str) else ""
    assert refusal({"data": value, "page": 1}) == (
        f"the response has {kind} as `data`, not a list of records "
        f"(its fields are `data`, `page`); check `data_selector`{quotation}"
    )


@pytest.mark.parametrize("body", [{"results": []}, {"Data": []}, {"count": 0}])
def test_a_body_without_the_records_is_refused_and_says_what_it_has(body: dict[str, object]) -> None:
    (field,) = body
    assert refusal(body) == f"the response has no `data` (its fields are `{field}`); check `data_selector`"


@pytest.mark.parametrize("body", [{}, [], ROWS, 5, None, True])
def test_a_body_without_fields_is_refused(body: object) -> None:
    assert refusal(body) == "the response has no `data`; check `data_selector`"


@pytest.mark.parametrize("path", ["response.items", "response.items.more", "response..items"])
def test_a_path_through_what_is_no_object_finds_nothing(path: str) -> None:
    assert f"has no `{path}`" in refusal({"response": "text"}, data_selector=path)


def test_no_more_than_20_fields_are_named() -> None:
    message = refusal({f"field{number}": 1 for number in range(100)})
    assert message.count("field") == 20 + 1  # and the word itself


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"error": "Invalid key."}, "`error`: Invalid key."),
        ({"error": "Invalid key.", "data": []}, "`error`: Invalid key."),
        ({"errors": ["a", "b"], "data": ROWS}, "`errors`: a, b"),
        ({"ERRORS": ["a", "b"], "data": ROWS}, "`ERRORS`: a, b"),
        ({"error": {"code": 7, "message": "Nö"}, "data": None}, "`error`: 7, Nö"),
        (b'{"error": {"limit": 1.10}}', '`error`: {"limit":1.10}'),
        ({"error": True, "message": "no"}, "`error`: true, no"),
        ({"error": 5}, "`error`: 5"),
    ],
)
def test_an_error_under_200_is_an_error(body: object, text: str) -> None:
    assert refusal(body) == f"the response reports an error in {text}"


@pytest.mark.parametrize("none", [None, False, "", [], {}, 0])
def test_an_error_field_that_says_no_error_is_none(none: object) -> None:
    assert read({"data": ROWS, "error": none, "errors": none}) == (ROWS, None, False)


@pytest.mark.parametrize(
    "body", [{"error": "Invalid key."}, {"status": "failed", "code": 7, "errors": ["Invalid key."]}]
)
def test_a_body_that_is_nothing_but_an_error_is_no_record(body: dict[str, object]) -> None:
    for may_be_object in (True, False):
        message = refusal(body, data_selector="$", may_be_object=may_be_object)
        assert message.startswith("the response reports an error in `error")
        assert "Invalid key." in message


@pytest.mark.parametrize(
    ("body", "selector", "values"),
    [
        ({"data": ["a", "b"]}, "data", ["a", "b"]),
        ({"data": ["a"]}, "data", ["a"]),
        ([1, 2], "$", [1, 2]),
        ({"data": [{"tags": ["x"]}, {"tags": ["y", "x"]}]}, "data[*].tags[*]", ["x", "y", "x"]),
    ],
)
def test_plain_values_are_records_where_they_may_be(body: object, selector: str, values: list[object]) -> None:
    rows = [{"value": each} for each in values]
    assert read(body, data_selector=selector, takes_values=True)[0] == rows
    assert Envelope(data_selector=selector, takes_values=True).data_in(body) == rows
    assert "not an object" in refusal(body, data_selector=selector)


@pytest.mark.parametrize("body", [["No such account."], [1, {"id": 1}], ["a", None], [["a"], ["b"]]])
def test_values_that_are_no_list_of_plain_ones_are_refused(body: object) -> None:
    assert "not an object" in refusal(body, data_selector="$", takes_values=True)


@pytest.mark.parametrize(
    ("row", "kind"),
    [(1, "a number"), (1.5, "a number"), (None, "null"), ("x", "text"), ([{}], "a list"), (False, "true or false")],
)
def test_a_record_that_is_no_object_is_refused(row: object, kind: str) -> None:
    advices = {"a list": ", or name its cells by `columns_path` or `column_names`", "null": "", "true or false": ""}
    advice = advices.get(kind, ", or name the values by `column_lists`")
    assert refusal({"data": [{"id": 1}, row]}) == (
        f"record 2 of the response is {kind}, not an object; check `data_selector`{advice}"
    )


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<!doctype html><p>x", "HTML; check `api_url` and the path of the resource"),
        (b'{"data": [{"id": 1}', "cut short: it is JSON that ends in its middle, after 19 bytes"),
        (b"Bad Gateway", "not JSON. It begins: Bad Gateway"),
    ],
)
def test_a_body_that_is_not_json_may_be_better_in_a_moment(body: bytes, kind: str) -> None:
    with pytest.raises(TransientError) as raised:
        read(body)
    assert str(raised.value) == f"the body of the response is {kind}"
    assert raised.value.__context__ is raised.value.__cause__ is None


def test_a_body_that_is_not_json_is_told_with_its_content_type() -> None:
    with pytest.raises(FatalAPIError) as raised:
        Envelope().open(b"id,name", offset=0, content_type="text/csv")
    told = "is CSV, not JSON (content type `text/csv`); declare `format` as `csv`. It begins: id,name"
    assert told in str(raised.value)


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read(b'\xef\xbb\xbf{"data": [{"id": 1}]}') == ([{"id": 1}], None, False)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1.10", Decimal("1.10")),
        ("0.1", Decimal("0.1")),
        ("-0.0", Decimal("-0.0")),
        ("1e400", Decimal("1E+400")),
        ("1e-400", Decimal("1E-400")),
        (
            "3.14159265358979323846264338327950288419716939937510",
            Decimal("3.14159265358979323846264338327950288419716939937510"),
        ),
        ("9007199254740993", 9007199254740993),
        ("18446744073709551616", 18446744073709551616),
        ("1" * 40, int("1" * 40)),
        ("-" + "1" * 40, -int("1" * 40)),
    ],
)
def test_numbers_are_exact(written: str, number: object) -> None:
    ((row,), _, _) = read(f'{{"data": [{{"n": {written}, "nested": {{"n": [{written}]}}}}]}}'.encode())
    assert repr(row) == repr({"n": number, "nested": {"n": [number]}})


@pytest.mark.parametrize(
    ("total", "rows"),
    [
        (b"12", 12),
        (b"0", 0),
        (b'"12"', 12),
        (b"12.0", 12),
        (b'"12.0"', 12),
        (b"9007199254740993", 9007199254740993),
        (b"12.5", None),
        (b"-1", None),
        (b'"-1"', None),
        (b"true", None),
        (b"false", None),
        (b"null", None),
        (b'""', None),
        (b'"many"', None),
        (b'"1e3"', None),
        (b'"\xc2\xb2"', None),
        (b'"\xd9\xa3"', None),
        (b"1e999999999", None),
        (b'"' + b"1" * 5_000 + b'"', None),
        (b"[12]", None),
        (b'{"rows": 12}', None),
    ],
)
def test_a_total_is_a_whole_number_or_none(total: bytes, rows: int | None) -> None:
    page = Envelope().open(b'{"data": [], "total": ' + total + b"}", offset=0)
    assert page.total == rows
    assert type(page.total) is type(rows)


@pytest.mark.parametrize("path", ["meta.rows", "$.meta.rows", "$['meta'].rows"])
def test_a_total_may_be_elsewhere(path: str) -> None:
    assert read({"data": ROWS, "total": 5, "meta": {"rows": 9}}, total_path=path) == (ROWS, 9, False)


def test_a_total_is_not_there_in_a_bare_list() -> None:
    assert read(ROWS, data_selector="$") == (ROWS, None, False)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda values: (
        st.lists(values) | st.dictionaries(st.sampled_from(["data", "items", "error", "total", "x"]), values)
    ),
)
paths = st.sampled_from(
    ["data", "$", "data.items", "$..items", "data[*].items", "data[0]", "data.*", "$.*", "*", "data[?(@.x)]", "$['x']"]
)


@settings(deadline=None)
@given(body=json_values, selector=paths, total_path=paths)
def test_any_json_is_a_page_of_objects_or_refused(body: object, selector: str, total_path: str) -> None:
    try:
        rows, total, single = read(body, data_selector=selector, total_path=total_path)
    except (FatalAPIError, TransientError):
        return
    assert all(isinstance(row, dict) for row in rows)
    assert total is None or total >= 0
    assert len(rows) == 1 or not single


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_are_a_page_or_refused(body: bytes) -> None:
    with pytest.raises((TransientError, FatalAPIError)):
        read(body)


@pytest.mark.parametrize("told", [{"status": "error"}, {"success": False}, {"ok": False}, {"status": 500}])
def test_no_records_and_word_of_a_failure_are_a_failure(told: dict[str, object]) -> None:
    assert "no such table" in refusal({"data": [], "message": "no such table", **told})


def test_a_list_of_errors_that_is_selected_is_no_report_of_one() -> None:
    assert read({"errors": ROWS}, data_selector="errors") == (ROWS, None, False)


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("a." * 300 + "b", "is longer than 500 characters"),
        ("$[?(@.name =~ '(a+)+$')]", "has a regular expression in it"),
        ("$.name.`sub(/(a+)+$/, b)`", "has a regular expression in it"),
        ("$.name.`split((a+)+, 0, -1)`", "has a regular expression in it"),
    ],
)
def test_a_path_that_costs_too_much_is_refused(path: str, fault: str) -> None:
    message = refusal({"data": [{"name": "a" * 100 + "b"}]}, data_selector=path)
    assert f"` {fault}" in message
    assert message.endswith("; check `data_selector` and `total_path`")
    assert len(message) < 250
