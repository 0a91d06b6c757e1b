"""A page is decoded to the same records whichever way it is read, whatever its names and wherever its records are."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.retry import TransientError
from tap_analytics.records.decoding.decoder import PageDecoder
from tap_analytics.records.decoding.structs import is_sayable, part
from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.failures.error_rows import ErrorRows
from tap_analytics.records.lines import record_lines
from tests.records.reader import AMOUNTS, BYTE_ORDER_MARK, DATE, ID, NUMBER, TEXT, Reader, object_of, page, records_in

if TYPE_CHECKING:
    from collections.abc import Mapping


leaves: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.lists(st.sampled_from(["string", "integer", "number", "boolean", "null", "weird"]), max_size=3, unique=True).map(
        lambda kinds: {"type": kinds}
    ),
    st.sampled_from(["string", "integer", "number", "boolean", "null"]).map(lambda kind: {"type": kind}),
    st.sampled_from([["string"], ["string", "null"], ["number", "string"], ["integer", "null"], []]).map(
        lambda kinds: {"type": kinds, "format": "date-time"}
    ),
    st.just({}),
)


names = st.sampled_from(["a", "b", "c", "ü", "a.b", "class", "__init__", "error", "f0", "data", ""])


def nest(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    others = st.lists(st.sampled_from(["string", "number", "integer", "boolean", "null"]), max_size=2, unique=True)
    lists = st.builds(lambda items, kinds: {"type": ["array", *kinds], "items": items}, inner, others)
    objects = st.builds(
        lambda properties, kinds: {"type": ["object", *kinds], "properties": properties},
        st.dictionaries(names, inner, max_size=3),
        others,
    )
    return inner | lists | objects | st.just({"type": ["array", "object", "null"]})


schemas = st.dictionaries(names, nest(nest(leaves)), max_size=4)


numbers = st.one_of(
    st.integers(-3, 3).map(str),
    st.integers(min_value=-(10**40), max_value=10**40).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=30).map(str).filter(lambda text: "E" not in text.upper()),
    st.sampled_from(
        [
            "0.0",
            "-0",
            "-0.0",
            "1.0",
            "1E+2",
            "1e-7",
            "1e300",
            "1e307",
            "1e308",
            "1e309",
            "0e400",
            "1e-400",
            "1.50",
            "18446744073709551616",
            "0.1e1",
            "1E400",
        ]
    ),
)


texts = st.one_of(
    st.text(max_size=3).map(json.dumps),
    st.sampled_from(["1", "1.0", "-0", "1e3", "01", " 1", "NaN", "Infinity", "true", "FALSE", "0", "null"]).map(
        json.dumps
    ),
    st.sampled_from(
        [
            "2024-05-01T00:00:00Z",
            "2024-05-01T02:00:00+02:00",
            "2024-05-01T00:00:00.123456789-05",
            "2024-05-01",
            "2024-05-01 00:00:00z",
            "0001-01-01T00:00:00+23:00",
            "2024-05-01T00:00:00Z\n",
        ]
    ).map(json.dumps),
)


def within(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Give JSON that holds other JSON; a name may stand in an object twice."""
    lists = st.lists(inner, max_size=3).map(lambda items: f"[{','.join(items)}]")
    members = st.builds(lambda name, value: f"{json.dumps(name)}: {value}", names | st.just("beyond"), inner)
    return lists | st.lists(members, max_size=4).map(lambda found: f"{{{', '.join(found)}}}")


scalars = numbers | texts | st.sampled_from(["null", "true", "false"])


values = st.recursive(scalars, within, max_leaves=6)


def fitting(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
    """Give values as JSON, most of them of the types that a schema has."""
    kinds = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", [])
    some: list[st.SearchStrategy[str]] = [values]
    for kind in kinds:
        if kind == "array":
            some.append(
                st.lists(fitting(schema.get("items", {})), max_size=3).map(lambda items: f"[{','.join(items)}]")
            )
        elif kind == "object":
            some.append(st.fixed_dictionaries({}, optional=_members(schema.get("properties", {}))).map(object_of))
        else:
            some.append(_OF_KIND.get(kind, values))
    return st.sampled_from([*some, *some[1:], *some[1:]]).flatmap(lambda chosen: chosen)


def _members(properties: Mapping[str, Any]) -> dict[str, st.SearchStrategy[str]]:
    return {name: fitting(each) for name, each in properties.items()}


_OF_KIND = {
    "string": texts,
    "integer": st.integers(-(10**20), 10**20).map(str),
    "number": numbers,
    "boolean": st.sampled_from(["true", "false"]),
    "null": st.just("null"),
}


@st.composite
def readings(draw: st.DrawFn) -> tuple[dict[str, Any], list[str], list[str]]:
    """Give a schema, fields to leave out, and rows."""
    properties = draw(schemas)
    omitted = draw(st.lists(st.sampled_from(sorted(properties)), max_size=2)) if properties else []
    rows = st.fixed_dictionaries({}, optional=_members(properties)).map(object_of)
    return (
        properties,
        omitted,
        draw(st.lists(rows | rows | rows | within(values).filter(lambda t: t[0] == "{"), max_size=4)),
    )


def exactly(value: object) -> object:
    """Return what a value is, its type and the digits of its numbers included."""
    if isinstance(value, dict):
        return {name: exactly(each) for name, each in value.items()}
    if isinstance(value, list):
        return [exactly(each) for each in value]
    return (type(value), str(value))


def signs_of(reader: Reader, body: bytes) -> object:
    """Return all that is reported about the page in a body."""
    try:
        opened = reader.open(body)
    except FatalAPIError as failure:  # a row is nothing but an error
        return str(failure)
    fault = reader.records.fault(opened.rows)
    if fault is not None:
        row, error = fault
        return (next(number for number, each in enumerate(opened.rows) if each is row), str(error))
    return (exactly(reader.plain(opened)), opened.total, opened.single)


@settings(deadline=None)
@given(readings())
def test_a_page_that_is_read_quickly_holds_what_it_holds_value_by_value(
    reading: tuple[dict[str, Any], list[str], list[str]],
) -> None:
    properties, omitted, rows = reading
    body = f'{{"data": [{", ".join(rows)}], "total": 3}}'.encode()
    quick, slow = Reader(properties, omitted=omitted), Reader(properties, omitted=omitted)
    expected = signs_of(slow, BYTE_ORDER_MARK + body)
    assert slow.envelope.opened
    for _ in range(3):  # strictly, then openly, then with the names that were learned
        assert signs_of(quick, body) == expected
    assert sorted(quick.reported) == sorted(slow.reported)


@pytest.mark.parametrize("schema", [{"format": "date-time"}, {"type": [], "format": "date-time"}, {"type": "weird"}])
def test_a_field_of_no_known_type_is_kept_as_it_is_either_way(schema: dict[str, Any]) -> None:
    body = page('{"a": "2024-05-01T02:00:00+02:00"}').encode()
    reader = Reader({"a": schema})
    assert signs_of(reader, body) == signs_of(reader, BYTE_ORDER_MARK + body)


@pytest.mark.parametrize("mark", [b"", BYTE_ORDER_MARK])
def test_a_nested_date_is_in_utc_either_way(mark: bytes) -> None:
    reader = Reader({"a": {"type": ["object"], "properties": {"at": DATE}}, "b": {"type": ["array"], "items": DATE}})
    date = "2024-05-01T02:00:00+02:00"
    body = mark + page(f'{{"a": {{"at": "{date}"}}, "b": ["{date}"]}}').encode()
    utc = "2024-05-01T00:00:00Z"
    assert reader.plain(reader.open(body)) == [{"a": {"at": utc}, "b": [utc]}]


@pytest.mark.parametrize("mark", [b"", BYTE_ORDER_MARK])
@pytest.mark.parametrize("number", ["1E+308", "-1e400", '"1e308"'])
def test_a_number_that_no_target_can_hold_is_a_misfit_either_way(mark: bytes, number: str) -> None:
    reader = Reader(AMOUNTS)
    for row in (f'{{"amount": {number}}}', f'{{"lines": [{{"price": {number}}}]}}'):
        assert reader.records.fault(reader.open(mark + page(row).encode()).rows) is not None


NAMES = [
    'a "quoted" name',
    "a\\b",
    "a\nb\x00\x1f",
    "",
    " ",
    "a.b",
    "$",
    "ünï-cödé \u2028 \U0001f600",
    "class",
    "None",
    "__init__",
    "__class__",
    "__slots__",
    "__struct_fields__",
    "self",
    "error",
    "errors",
    "fit",
    "f0",
    "f1",
    "f_61",
    "data",
    "total",
    "type",
    "record",
    "fault",
    " fault",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_field_may_have_any_name(name: str) -> None:
    reader = Reader({"id": ID, name: TEXT})
    body = page(object_of({"id": "1", name: '"x"'}))
    assert reader.plain(reader.open(body)) == [{"id": 1, name: "x"}]
    (row,) = reader.open(body).rows
    assert reader.records.get(name)(row) == "x"
    reader.records.put(row, name, "y")
    assert records_in(reader, [row]) == [{"id": 1, name: "y"}]


@pytest.mark.parametrize("name", NAMES)
def test_a_field_of_any_name_may_be_left_out_be_unknown_or_hold_a_misfit(name: str) -> None:
    body = page(object_of({"id": "1", name: "[]"}))
    assert Reader({"id": ID, name: TEXT}, omitted=[name]).is_quick(body) == is_sayable(name)
    unknown = Reader({"id": ID})
    for _ in range(2):
        assert unknown.plain(unknown.open(body)) == [{"id": 1}]
    assert unknown.reported == [name]
    reader = Reader({"id": ID, name: TEXT})
    fault = reader.records.fault(reader.open(body).rows)
    assert fault is not None
    assert str(fault[1]) == f"`{name}` is a list, not text or null"


@pytest.mark.parametrize("name", NAMES)
def test_a_nested_field_and_a_part_of_a_path_may_have_any_name(name: str) -> None:
    nested = {"type": ["object", "null"], "properties": {name: NUMBER}}
    reader = Reader({"a": nested, "b": {"type": ["array"], "items": nested}})
    inner = object_of({name: "1.50"})
    expected = {"a": {name: Decimal("1.50")}, "b": [{name: Decimal("1.50")}]}
    assert reader.plain(reader.open(page(object_of({"a": inner, "b": f"[{inner}]"})))) == [expected]
    if not set(name) & set(".$ ") and name not in {"", "error", "errors"}:
        selected = Reader({"id": ID}, data_selector=f"{name}.rows", total_path=f"{name}.count")
        opened = selected.open(object_of({name: '{"rows": [{"id": 1}], "count": 9}'}))
        assert (selected.plain(opened), opened.total) == ([{"id": 1}], 9)


SEVEN = {"rows": [{"id": 7}]}


@pytest.mark.parametrize(
    ("body", "envelope", "total"),
    [
        ({"data": [{"id": 7}], "total": 3}, {}, 3),
        ({"data": [{"id": 7}]}, {}, None),
        ({"data": [{"id": 7}], "total": "3"}, {}, 3),
        ({"data": [{"id": 7}], "total": -3}, {}, None),
        ({"data": [{"id": 7}], "total": None, "error": None, "errors": []}, {}, None),
        ({"data": [{"id": 7}], "total": 3}, {"total_path": ""}, None),
        ([{"id": 7}], {"data_selector": "$"}, None),
        ([{"id": 7}], {"data_selector": "$[*]"}, None),
        ({"a": SEVEN | {"count": 3}}, {"data_selector": "a.rows", "total_path": "a.count"}, 3),
        ({"a": SEVEN, "b": {"a": 3}}, {"data_selector": "a.rows", "total_path": "b.a"}, 3),
        ({"a": SEVEN}, {"data_selector": "$.a.rows[*]", "total_path": "a.page.total"}, None),
        ({"a": SEVEN, "total": {"count": 3.0}}, {"data_selector": "a.rows", "total_path": "total.count"}, 3),
        ({"error": {"rows": 0}, "rows": [{"id": 7}]}, {"data_selector": "rows", "total_path": "total"}, None),
        ({"error": {"rows": 9}, "rows": [{"id": 7}]}, {"data_selector": "rows", "total_path": "total"}, "error"),
    ],
)
def test_records_are_found_quickly_at_any_dotted_path(
    body: object, envelope: dict[str, str], total: int | str | None
) -> None:
    reader = Reader({"id": ID}, **envelope)
    if total == "error":
        with pytest.raises(FatalAPIError):
            reader.open(json.dumps(body))
        return
    opened = reader.open(json.dumps(body))
    assert reader.envelope.opened == []
    assert (reader.plain(opened), opened.total, opened.offset, opened.single) == ([{"id": 7}], total, 7, False)
    slowly = reader.open(BYTE_ORDER_MARK + json.dumps(body).encode())
    assert (reader.plain(slowly), slowly.total) == ([{"id": 7}], total)


@pytest.mark.parametrize(
    ("body", "envelope", "total"),
    [
        ({"data": {"id": 7}}, {"may_be_object": True}, None),
        ({"id": 7}, {"data_selector": "$", "may_be_object": True}, None),
        ({"data": [{"id": 7}], "pages": [{"total": 3}]}, {"total_path": "pages[0].total"}, 3),
        ({"data": {"a": [{"id": 7}], "total": 3}}, {"data_selector": "data.*", "total_path": "data.total"}, 3),
        ({"data": {"items": [{"id": 7}]}}, {"data_selector": "data.items", "total_path": "data"}, None),
        ({"error": {"rows": [{"id": 7}]}}, {"data_selector": "error.rows"}, "error"),
    ],
)
def test_records_are_found_value_by_value_elsewhere(
    body: object, envelope: dict[str, Any], total: int | str | None
) -> None:
    reader = Reader({"id": ID}, **envelope)
    if total == "error" or "data.*" in envelope.values():
        with pytest.raises(FatalAPIError):
            reader.open(json.dumps(body))
        return
    opened = reader.open(json.dumps(body))
    assert (reader.plain(opened), opened.total) == ([{"id": 7}], total)
    assert reader.envelope.opened


ERRORS = [
    {"error": "no"},
    {"data": [], "error": "denied"},
    {"data": [], "code": 401},
    {"data": {"id": 1}},
    {"data": [{"id": 1}], "error": {"code": 1}},
    {"data": [{"id": 1}], "errors": ["denied"]},
    {"data": [{"id": 1}], "Error": "denied"},
    {"data": [{"id": 1}], "ERRORS": "denied"},
    {"data": [{"id": 1}], "error": 1.5},
    {"data": [{"id": 1}], "error": True},
    {"data": None},
    {"data": "no"},
    {"data": 1},
    {"data": [1]},
    {"data": [{"id": 1}, None]},
    {"data": [[]]},
    {"total": 0},
    {},
    [],
    None,
    "no",
]


@pytest.mark.parametrize("body", ERRORS, ids=json.dumps)
def test_a_body_without_records_is_refused_either_way_in_the_same_words(body: object) -> None:
    told_of = []
    for content in (json.dumps(body).encode(), BYTE_ORDER_MARK + json.dumps(body).encode()):
        with pytest.raises(FatalAPIError) as raised:
            Reader(AMOUNTS).open(content)
        told_of.append(str(raised.value))
    assert told_of[0] == told_of[1]


@pytest.mark.parametrize("error", [None, False, 0, 0.0, "", [], {}, "none", {"code": 0}, [{"code": "200"}]])
def test_an_error_that_is_none_is_read_quickly(error: object) -> None:
    assert Reader(AMOUNTS).is_quick(json.dumps({"data": [{"id": 1}], "error": error, "errors": error}))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        page('{"id": 1}').encode()[:-1],
        page('{"id": 1}').encode()[:-5],
        page('{"id": 1}').encode() + b"}",
        page('{"id": NaN}').encode(),
        page('{"amount": Infinity}').encode(),
        page('{"amount": 01}').encode(),
        b'{"data": [{"id": 1, "amount": "\xff"}]}',
        b'{"data": [{"id": 1, "\xff": 1}]}',
        b"<html>",
        page('{"amount": 1e99999999999999999999}').encode(),
    ],
)
def test_what_is_not_json_may_be_better_in_a_moment(body: bytes) -> None:
    with pytest.raises(TransientError):
        Reader(AMOUNTS).open(body)


@pytest.mark.parametrize(
    "body",
    [
        page(f'{{"amount": {"[" * 100_000}').encode(),
        page(f'{{"id": {"[" * 50_000}{"]" * 50_000}}}').encode(),
        page(f'{{"unknown": {"[" * 50_000}{"]" * 50_000}}}').encode(),
    ],
    ids=["cut", "in a field", "beyond the schema"],
)
def test_what_is_nested_too_deeply_is_no_better_in_a_moment(body: bytes) -> None:
    with pytest.raises(FatalAPIError, match="nested too deeply"):
        Reader(AMOUNTS).open(body)


def test_a_byte_order_mark_is_passed_over() -> None:
    reader = Reader(AMOUNTS)
    assert reader.plain(reader.open(BYTE_ORDER_MARK + page('{"id": 1}').encode())) == [{"id": 1}]


@pytest.mark.parametrize("depth", [1, 100, 800])
def test_values_may_stand_deep_in_others(depth: int) -> None:
    reader = Reader({"a": {}})
    body = page(f'{{"a": {"[" * depth}1.50{"]" * depth}}}')
    line = record_lines(reader.records.encodable(reader.open(body).rows), stream="s").decode()
    assert f'"a":{"[" * depth}1.50{"]" * depth}' in line


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "-Infinity", "nan", "1e400", "0x10", "1_000", "\u0661", "1 ", ".5", "1."]
)
def test_text_that_is_no_number_does_not_fit_one(text: str) -> None:
    reader = Reader({"id": ID, "amount": NUMBER})
    for name in ("id", "amount"):
        rows = reader.open(page(object_of({name: json.dumps(text)}))).rows
        fault = reader.records.fault(rows)
        assert fault is not None
        assert str(fault[1]).startswith(f"`{name}` is a text that does not fit, not a ")


# A layout by itself


def layout(properties: Mapping[str, Any], *, is_open: bool = False, **envelope: Any) -> PageDecoder:  # noqa: ANN401 - options
    attributes = {name: f"f{number}" for number, name in enumerate(properties)}
    options: Any = {"omitted": ["left"], "envelope": Envelope(**envelope), "errors": ErrorRows(properties)}
    return PageDecoder(properties, attributes, is_open=is_open, **options)


LAID = {"id": ID, "left": TEXT, "at": DATE, "inner": {"type": ["object", "null"], "properties": {"x": NUMBER}}}


def test_a_layout_opens_a_page_with_what_it_says_of_its_list() -> None:
    body = b'{"data": [{"id": 1, "at": "2024-05-01T02:00:00+02:00", "left": [1]}], "total": "3", "more": true}'
    opened = layout(LAID, more_path="more").open(body, 30)
    assert opened is not None
    (row,) = opened.rows
    assert (opened.offset, opened.total) == (30, 3)
    assert (row.f0, row.f1, row.f2) == (1, UNSET, "2024-05-01T00:00:00Z")


@pytest.mark.parametrize(
    "body",
    [
        '{"data": [{"id": "1"}]}',
        '{"data": [{"unknown": 1}]}',
        '{"data": [{"inner": {"unknown": 1}}]}',
        '{"data": []}',
        '{"data": null}',
        '{"data": {"id": 1}}',
        '{"data": [{"id": 1}], "error": "denied"}',
        '{"data": [{"id": 1}], "errors": [{}]}',
        '{"data": [{"id": 1}',
        "[]",
    ],
)
def test_a_layout_leaves_a_page_that_is_not_as_it_has_it_to_others(body: str) -> None:
    assert layout(LAID).open(body.encode(), 0) is None


def test_an_open_layout_reads_more_than_is_declared_within_an_object_and_there_only() -> None:
    opened = layout(LAID, is_open=True).open(b'{"data": [{"inner": {"unknown": 1, "x": "1.50"}}]}', 0)
    assert opened is not None
    assert opened.rows[0].f3 == {"unknown": 1, "x": Decimal("1.50")}
    assert layout(LAID, is_open=True).open(b'{"data": [{"unknown": 1}]}', 0) is None


def test_a_layout_cannot_read_records_at_a_path_that_is_more_than_names() -> None:
    assert layout(LAID, data_selector="$..data").open(b'{"data": [{"id": 1}]}', 0) is None


@pytest.mark.parametrize(("name", "can"), [("a", True), ("a b", True), (" a", False), ('a"', False), ("\n", False)])
def test_a_name_is_sayable_without_quotes_control_characters_or_a_space_before_it(name: str, *, can: bool) -> None:
    assert is_sayable(name) is can


def test_a_part_of_an_object_is_found_however_the_object_was_read() -> None:
    body = b'{"data": [{"id": 1, "inner": {"x": 2}}, {"id": 2, "inner": {}}]}'
    for is_open in (False, True):
        opened = layout(LAID, is_open=is_open).open(body, 0)
        assert opened is not None
        assert [part(row.f3, "x") for row in opened.rows] == [2, None]
    assert [part(whole, "x") for whole in (None, 5, {"x": 1}, {})] == [None, None, 1, None]


@pytest.mark.parametrize("field", ["id", "amount", "unknown"])
@pytest.mark.parametrize("end", ["", "]" * 50_000])
def test_what_is_nested_too_deeply_stays_so(field: str, end: str) -> None:
    with pytest.raises(FatalAPIError, match="nested too deeply"):
        Reader(AMOUNTS).open(page(f'{{"{field}": {"[" * 50_000}{end}}}').encode())
