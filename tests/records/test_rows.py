"""Pages of records: each value as declared, however quickly it was read; what is written is exact."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.http.retry import TransientError
from tap_analytics.pagination.page import whole
from tap_analytics.records.decoder import is_sayable
from tap_analytics.records.envelope import Envelope
from tap_analytics.records.rows import LEARNED_NAMES, RecordCodec

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from types import FrameType

    from tap_analytics.pagination.page import Page

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, kw_only=True)
class Watched(Envelope):
    """An envelope that knows which bodies were opened by it: those that no layout could read."""

    opened: list[bytes] = field(default_factory=list, compare=False)

    @override
    def open(self, body: bytes, *, offset: int, content_type: str = "") -> Page:
        self.opened.append(body)
        return super().open(body, offset=offset, content_type=content_type)


class Reader:
    """Records of a schema, with an eye on what is read quickly and what value by value."""

    def __init__(self, properties: Mapping[str, Any], *, omitted: Collection[str] = (), **envelope: Any) -> None:  # noqa: ANN401 - paths
        self.envelope = Watched(**envelope)
        self.reported: list[str] = []
        self.records = RecordCodec(
            {"properties": properties}, omitted=omitted, envelope=self.envelope, report=self.reported.append
        )

    def open(self, body: bytes | str) -> Page:
        return self.records.open(body.encode() if isinstance(body, str) else body, offset=7)

    def is_quick(self, body: bytes | str) -> bool:
        """Return whether a page is opened by a layout, not value by value."""
        before = len(self.envelope.opened)
        self.open(body)
        return len(self.envelope.opened) == before

    def kind(self, body: bytes | str) -> type:
        """Return the kind of rows in a page: each layout has its own."""
        kind: type = type(self.open(body).rows[0])
        return kind

    def plain(self, page: Page) -> list[dict[str, Any]]:
        return [self.records.plain(row) for row in page.rows]


def page(*rows: str) -> str:
    return f'{{"data": [{", ".join(rows)}]}}'


ID = {"type": ["integer"]}
TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["number", "null"]}
DATE = {"type": ["string", "null"], "format": "date-time"}
AMOUNTS = {
    "id": ID,
    "amount": NUMBER,
    "lines": {"type": ["array", "null"], "items": {"type": ["object", "null"], "properties": {"price": NUMBER}}},
}

# Quick, or value by value: the same.

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


def nested(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    others = st.lists(st.sampled_from(["string", "number", "integer", "boolean", "null"]), max_size=2, unique=True)
    lists = st.builds(lambda items, kinds: {"type": ["array", *kinds], "items": items}, inner, others)
    objects = st.builds(
        lambda properties, kinds: {"type": ["object", *kinds], "properties": properties},
        st.dictionaries(names, inner, max_size=3),
        others,
    )
    return inner | lists | objects | st.just({"type": ["array", "object", "null"]})


schemas = st.dictionaries(names, nested(nested(leaves)), max_size=4)

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
            some.append(st.fixed_dictionaries({}, optional=_members(schema.get("properties", {}))).map(_object))
        else:
            some.append(_OF_KIND.get(kind, values))
    return st.sampled_from([*some, *some[1:], *some[1:]]).flatmap(lambda chosen: chosen)


def _members(properties: Mapping[str, Any]) -> dict[str, st.SearchStrategy[str]]:
    return {name: fitting(each) for name, each in properties.items()}


def _object(members: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{json.dumps(name)}: {value}' for name, value in members.items())}}}"


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
    rows = st.fixed_dictionaries({}, optional=_members(properties)).map(_object)
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


def told(reader: Reader, body: bytes) -> object:
    """Return all that is to be told of the page in a body."""
    opened = reader.open(body)
    misfit = reader.records.misfit(opened.rows)
    if misfit is not None:
        row, error = misfit
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
    expected = told(slow, BYTE_ORDER_MARK + body)
    assert slow.envelope.opened
    for _ in range(3):  # strictly, then openly, then with the names that were learned
        assert told(quick, body) == expected
    assert sorted(quick.reported) == sorted(slow.reported)


@pytest.mark.parametrize("schema", [{"format": "date-time"}, {"type": [], "format": "date-time"}, {"type": "weird"}])
def test_a_field_of_no_known_type_is_kept_as_it_is_either_way(schema: dict[str, Any]) -> None:
    body = page('{"a": "2024-05-01T02:00:00+02:00"}').encode()
    reader = Reader({"a": schema})
    assert told(reader, body) == told(reader, BYTE_ORDER_MARK + body)


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
        assert reader.records.misfit(reader.open(mark + page(row).encode()).rows) is not None


# Which layout


def test_a_page_as_declared_is_read_quickly() -> None:
    reader = Reader(AMOUNTS)
    rows = ['{"id": 1, "amount": 1.50, "lines": [{"price": 2.50}, null, {}]}', '{"amount": null}', "{}"]
    assert reader.is_quick(page(*rows))
    assert reader.reported == []


def test_numbers_as_text_are_read_quickly() -> None:
    assert Reader(AMOUNTS).is_quick(page('{"id": 1, "amount": "1.50", "lines": [{"price": "1"}]}'))


@pytest.mark.parametrize("value", ['"1"', "1.0", "1E+2"])
def test_what_is_to_be_converted_otherwise_is_read_value_by_value(value: str) -> None:
    reader = Reader(AMOUNTS)
    assert not reader.is_quick(page(f'{{"id": {value}}}'))
    assert reader.is_quick(page('{"id": 1}'))  # one page says nothing of the next


def test_a_nested_name_that_is_not_declared_has_the_next_pages_read_openly() -> None:
    reader = Reader(AMOUNTS)
    declared, beyond = page('{"lines": [{"price": 1.5}]}'), page('{"lines": [{"beyond": {"a": 1.10}, "price": "1"}]}')
    strict = reader.kind(declared)
    assert reader.kind(declared) is strict
    openly = reader.kind(beyond)
    assert openly is not strict
    assert reader.kind(declared) is openly
    assert reader.envelope.opened == []
    assert reader.plain(reader.open(beyond)) == [{"lines": [{"beyond": {"a": Decimal("1.10")}, "price": 1}]}]


def test_a_page_that_no_layout_reads_leaves_the_strict_one_first() -> None:
    reader = Reader(AMOUNTS)
    strict = reader.kind(page('{"id": 1}'))
    assert not reader.is_quick(page('{"id": "1"}'))
    assert reader.kind(page('{"id": 1}')) is strict


def test_names_beyond_the_schema_are_left_out_told_once_and_learned() -> None:
    reader = Reader(AMOUNTS)
    first, second = page('{"id": 1, "b": {"x": 1}, "a": 2}', '{"a": 3}'), page('{"c": [1], "id": 2, "a": 4}')
    assert not reader.is_quick(first)
    assert reader.is_quick(first)
    assert not reader.is_quick(second)
    assert reader.is_quick(second)
    assert reader.is_quick(page('{"a": 1, "b": 2, "c": 3}'))
    assert reader.plain(reader.open(second)) == [{"id": 2}]
    assert reader.reported == ["a", "b", "c"]


def test_names_are_learned_openly_too() -> None:
    reader = Reader(AMOUNTS)
    beyond = page('{"lines": [{"beyond": 1}], "a": 1}')
    assert not reader.is_quick(beyond)
    assert reader.is_quick(beyond)
    openly = reader.kind(beyond)
    assert not reader.is_quick(page('{"b": 1}'))
    assert reader.kind(beyond) is reader.kind(page('{"b": 1}')) is not openly  # with `b`, and still open
    assert reader.reported == ["a", "b"]


def test_values_of_names_that_were_learned_may_be_anything() -> None:
    reader = Reader(AMOUNTS)
    reader.open(page('{"a": 1}'))
    for value in ('"x"', "null", "[1, {}]", '{"id": 1}', "1E+500", "true"):
        assert reader.is_quick(page(f'{{"id": 1, "a": {value}}}'))
        assert reader.plain(reader.open(page(f'{{"id": 1, "a": {value}}}'))) == [{"id": 1}]


def test_so_many_names_are_learned_and_no_more() -> None:
    reader = Reader({"id": ID})
    usual = page(_object({f"a{number}": "1" for number in range(LEARNED_NAMES)}))
    assert not reader.is_quick(usual)
    assert reader.is_quick(usual)
    for _ in range(2):
        assert not reader.is_quick(page('{"one more": 1}'))
    assert reader.is_quick(usual)
    assert reader.plain(reader.open(page('{"one more": 1, "id": 1}'))) == [{"id": 1}]
    assert reader.reported.count("one more") == 1
    assert len(reader.reported) == LEARNED_NAMES + 1


def test_a_name_is_told_once_however_many_threads_meet_it() -> None:
    for _ in range(10):
        reader, ready = Reader(AMOUNTS), threading.Barrier(8)
        bodies = [page(f'{{"id": {number}, "a": 1, "b{number % 3}": 2}}') for number in range(8)]

        def meet(body: str, reader: Reader = reader, ready: threading.Barrier = ready) -> None:
            ready.wait()
            reader.open(body)

        threads = [threading.Thread(target=meet, args=[body]) for body in bodies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(reader.reported) == ["a", "b0", "b1", "b2"]
        assert all(map(reader.is_quick, bodies))


def test_what_another_thread_has_learned_is_not_forgotten() -> None:
    reader = Reader(AMOUNTS)
    openly, unknown = page('{"lines": [{"beyond": 1}]}'), page('{"a": 1}')

    def meanwhile(frame: FrameType, event: str, returned: object) -> None:
        is_opened = (
            event == "return" and frame.f_code.co_filename.endswith("decoder.py") and frame.f_code.co_name == "open"
        )
        if is_opened and returned is not None:  # a page is read, but nothing is said of it yet
            sys.setprofile(None)
            other = threading.Thread(target=reader.open, args=[unknown])
            other.start()
            other.join()

    sys.setprofile(meanwhile)
    try:
        reader.open(openly)
    finally:
        sys.setprofile(None)
    assert reader.reported == ["a"]
    assert reader.is_quick(unknown)


# Names

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
    "misfit",
    " misfit",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_field_may_have_any_name(name: str) -> None:
    reader = Reader({"id": ID, name: TEXT})
    body = page(_object({"id": "1", name: '"x"'}))
    assert reader.plain(reader.open(body)) == [{"id": 1, name: "x"}]
    (row,) = reader.open(body).rows
    assert reader.records.get(name)(row) == "x"
    reader.records.put(row, name, "y")
    assert written(reader, [row]) == [{"id": 1, name: "y"}]


@pytest.mark.parametrize("name", NAMES)
def test_a_field_of_any_name_may_be_left_out_be_unknown_or_hold_a_misfit(name: str) -> None:
    body = page(_object({"id": "1", name: "[]"}))
    assert Reader({"id": ID, name: TEXT}, omitted=[name]).is_quick(body) == is_sayable(name)
    unknown = Reader({"id": ID})
    for _ in range(2):
        assert unknown.plain(unknown.open(body)) == [{"id": 1}]
    assert unknown.reported == [name]
    reader = Reader({"id": ID, name: TEXT})
    misfit = reader.records.misfit(reader.open(body).rows)
    assert misfit is not None
    assert str(misfit[1]) == f"`{name}` is a list, not text or null"


@pytest.mark.parametrize("name", NAMES)
def test_a_nested_field_and_a_part_of_a_path_may_have_any_name(name: str) -> None:
    nested = {"type": ["object", "null"], "properties": {name: NUMBER}}
    reader = Reader({"a": nested, "b": {"type": ["array"], "items": nested}})
    inner = _object({name: "1.50"})
    expected = {"a": {name: Decimal("1.50")}, "b": [{name: Decimal("1.50")}]}
    assert reader.plain(reader.open(page(_object({"a": inner, "b": f"[{inner}]"})))) == [expected]
    if not set(name) & set(".$ ") and name not in {"", "error", "errors"}:
        selected = Reader({"id": ID}, data_selector=f"{name}.rows", total_path=f"{name}.count")
        opened = selected.open(_object({name: '{"rows": [{"id": 1}], "count": 9}'}))
        assert (selected.plain(opened), opened.total) == ([{"id": 1}], 9)


def written(reader: Reader, rows: Sequence[Any]) -> list[dict[str, Any]]:
    lines = reader.records.lines(rows, stream="s").decode().split("\n")
    return [json.loads(line, parse_float=Decimal)["record"] for line in lines[:-1]]


# Rows


def test_a_field_is_read_from_a_row_whichever_layout_opened_it() -> None:
    reader = Reader({"id": ID, "at": DATE, "lines": AMOUNTS["lines"]})
    bodies = [
        '{"id": 1, "at": null}',
        '{"id": 2, "at": "2024-05-01T02:00:00+02:00", "lines": [{"beyond": 1}]}',
        '{"id": "3", "unknown": 1}',
        '{"id": 4, "lines": 5}',
    ]
    rows = [row for body in bodies for row in reader.open(page(body)).rows]
    assert len(set(map(type, rows))) == 4
    assert list(map(reader.records.get("id"), rows)) == [1, 2, 3, 4]
    assert list(map(reader.records.key(["id"]), rows)) == [1, 2, 3, 4]
    assert list(map(reader.records.get("at"), rows)) == [None, "2024-05-01T00:00:00Z", None, None]
    assert [number for number, _ in map(reader.records.key(["id", "at"]), rows)] == [1, 2, 3, 4]


def test_rows_alike_are_the_same_whichever_layout_opened_them() -> None:
    reader = Reader({"b": TEXT, "a": {"type": ["object"], "properties": {"y": NUMBER, "x": TEXT}}, "id": ID})
    row = '{"id": 1, "b": "x", "a": {"x": "1", "y": 1.50}}'
    rows = list(reader.open(page(row)).rows)
    rows += reader.open(BYTE_ORDER_MARK + page(row).encode()).rows
    rows += reader.open(page(row, '{"a": {"beyond": 1}}')).rows[:1]
    rows += reader.open(page(row, '{"beyond": 1}')).rows[:1]
    rows += reader.open(page('{"a": {"y": 1.50, "x": "1"}, "beyond": 2, "id": 1, "b": "x"}')).rows
    assert len(set(map(whole, rows))) == 1
    assert len(set(map(type, rows))) > 2


def test_a_misfit_is_known_from_others_like_any_row() -> None:
    reader = Reader(AMOUNTS)
    some, same, other = (reader.open(page(f'{{"id": {number}, "amount": "x"}}')).rows[0] for number in (1, 1, 2))
    assert whole(some) == whole(same) != whole(other)


def test_the_first_row_without_a_value_is_found() -> None:
    reader = Reader({"id": ID, "amount": NUMBER})
    for rows, found in (
        (['{"id": 1}', '{"id": 2}'], None),
        (['{"id": 1}', "{}"], 1),
        (['{"id": 1}', '{"id": null}'], 1),
        ([], None),
        (['{"id": 0}'], None),
    ):
        assert reader.records.lacks(reader.open(page(*rows)).rows, "id") == found


def test_a_row_is_blank_if_it_has_none_of_the_fields() -> None:
    reader = Reader({"id": ID, "amount": NUMBER, "at": DATE})
    blank, null, has = reader.open(page('{"id": 1}', '{"amount": null}', '{"at": "2024-05-01"}')).rows
    assert [reader.records.is_blank(row, ["amount", "at"]) for row in (blank, null, has)] == [True, False, False]


def test_a_misfit_is_one_only_where_its_row_is_wanted() -> None:
    reader = Reader(AMOUNTS)
    rows = reader.open(page('{"id": 1}', '{"id": 2, "amount": "much"}', '{"id": 3, "amount": []}')).rows
    assert reader.records.misfit(rows[:1]) is None
    assert reader.records.misfit([]) is None
    for wanted, expected in ((rows, 1), (rows[1:], 1), (rows[2:], 2)):
        found = reader.records.misfit(wanted)
        assert found is not None
        assert found[0] is rows[expected]
    assert reader.records.get("id")(rows[1]) == 2


def test_a_misfit_in_a_field_that_is_left_out_is_none() -> None:
    reader = Reader(AMOUNTS, omitted=["amount"])
    opened = reader.open(page('{"id": 1, "amount": "much"}'))
    assert reader.records.misfit(opened.rows) is None
    assert reader.envelope.opened == []
    assert reader.plain(opened) == [{"id": 1}]


# Lines


def test_each_record_is_a_line_of_its_own_that_begins_with_its_type() -> None:
    reader = Reader({"id": ID, "name": TEXT})
    rows = reader.open(page(_object({"id": "1", "name": json.dumps('a\nb\r\u2028\u0085\x00"\\')}), '{"id": 2}')).rows
    lines = reader.records.lines(rows, stream='a "stream"\n')
    assert lines.endswith(b"}\n")
    first, second = lines.removesuffix(b"\n").split(b"\n")
    assert first.startswith(b'{"type":"RECORD","stream":"a \\"stream\\"\\n","record":{"id":1,')
    assert json.loads(second)["record"] == {"id": 2}
    assert json.loads(first)["record"]["name"] == 'a\nb\r\u2028\u0085\x00"\\'
    assert list(json.loads(first)) == ["type", "stream", "record", "time_extracted"]
    assert datetime.fromisoformat(json.loads(first)["time_extracted"]).utcoffset() == timedelta(0)
    assert reader.records.lines([], stream="s") == b""


def test_a_version_is_written_only_where_there_is_one() -> None:
    reader = Reader({"id": ID})
    rows = reader.open(page('{"id": 1}')).rows
    assert "version" not in json.loads(reader.records.lines(rows, stream="s"))
    assert json.loads(reader.records.lines(rows, stream="s", version=0))["version"] == 0


@pytest.mark.parametrize(
    "digits",
    [
        "0.1",
        "1.10",
        "0.123456789012345678901234567890",
        "12345678901234567890123.5",
        "1E+2",
        "1E-7",
        "-0.0",
        "0",
        "123456789012345678901234567890",
        "-18446744073709551617",
        "9007199254740993",
        "1E+307",
        "0E+400",
        "1E-400",
    ],
)
def test_numbers_are_written_as_they_came(digits: str) -> None:
    nested = {"type": ["object"], "properties": {"x": NUMBER}}
    reader = Reader(
        {"a": NUMBER, "b": nested, "c": {"type": ["object"]}, "d": {}, "e": {"type": ["array"], "items": NUMBER}}
    )
    row = f'{{"a":{digits},"b":{{"x":{digits}}},"c":{{"beyond":[{digits}]}},"d":{digits},"e":[{digits}]}}'
    for body in (page(row).encode(), BYTE_ORDER_MARK + page(row).encode(), page(row.replace('"x"', '"y"')).encode()):
        line = reader.records.lines(reader.open(body).rows, stream="s").decode()
        record = re.search(r'"record":(.*),"time_extracted"', line)
        assert record is not None
        assert record[1].replace('"y"', '"x"') == row


def test_a_key_that_the_tap_makes_is_written_though_the_api_sent_none() -> None:
    reader = Reader({"id": {"type": ["string"]}, "amount": NUMBER})
    (row,) = reader.open(page('{"amount": 1}')).rows
    reader.records.put(row, "id", "made")
    assert written(reader, [row]) == [{"id": "made", "amount": 1}]


# Where the records are

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
        ({"data": [{"id": 7}], "total": 3}, {"data_selector": "$['data']"}, 3),
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
        page('{"amount": "\\ud800"}').encode(),
        b"<html>",
        page('{"id": 1}').encode("utf-16"),
        page(f'{{"amount": {"[" * 100_000}').encode(),
        page(f'{{"id": {"[" * 50_000}{"]" * 50_000}}}').encode(),
        page(f'{{"unknown": {"[" * 50_000}{"]" * 50_000}}}').encode(),
        page('{"amount": 1e99999999999999999999}').encode(),
    ],
)
def test_what_is_not_json_may_be_better_in_a_moment(body: bytes) -> None:
    with pytest.raises(TransientError):
        Reader(AMOUNTS).open(body)


def test_a_byte_order_mark_is_passed_over() -> None:
    reader = Reader(AMOUNTS)
    assert reader.plain(reader.open(BYTE_ORDER_MARK + page('{"id": 1}').encode())) == [{"id": 1}]


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "-Infinity", "nan", "1e400", "0x10", "1_000", "\u0661", "1 ", ".5", "1."]
)
def test_text_that_is_no_number_does_not_fit_one(text: str) -> None:
    reader = Reader({"id": ID, "amount": NUMBER})
    for name in ("id", "amount"):
        rows = reader.open(page(_object({name: json.dumps(text)}))).rows
        misfit = reader.records.misfit(rows)
        assert misfit is not None
        assert str(misfit[1]).startswith(f"`{name}` is a text that does not fit, not a ")


@pytest.mark.parametrize("depth", [1, 100, 800])
def test_values_may_stand_deep_in_others(depth: int) -> None:
    reader = Reader({"a": {}})
    body = page(f'{{"a": {"[" * depth}1.50{"]" * depth}}}')
    line = reader.records.lines(reader.open(body).rows, stream="s").decode()
    assert f'"a":{"[" * depth}1.50{"]" * depth}' in line


def calls_made(work: Callable[[], object]) -> Counter[str]:
    """Return how often each function was called, those written in C too."""
    made: Counter[str] = Counter()

    def count(frame: FrameType, event: str, called: Any) -> None:  # noqa: ANN401 - as Python gives it
        if event == "call":
            made[frame.f_code.co_name] += 1
        elif event == "c_call":
            made[called.__name__] += 1

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return made


def test_a_page_is_decoded_once_and_written_at_once() -> None:
    reader = Reader({"id": ID, "name": TEXT, "at": DATE, "lines": AMOUNTS["lines"]})
    usual = '{"id": 1, "name": "x", "at": "2024-05-01T00:00:00Z", "lines": [{}]}'
    for rows in ([usual] * 100, [usual, '{"lines": [{"beyond": 1}]}'], [usual, '{"unknown": 1}']):
        body = page(*rows)
        reader.open(body)
        made = calls_made(lambda body=body: reader.records.lines(reader.open(body).rows, stream="s"))  # type: ignore[misc]
        assert (made["decode"], made["encode_lines"]) == (1, 1)


def test_what_a_page_as_declared_costs_hardly_grows_with_its_rows() -> None:
    reader = Reader({"id": ID, "name": TEXT, "at": DATE, "tags": {"type": ["array"], "items": TEXT}}, omitted=["name"])
    row = '{"id": 1, "name": "x", "at": "2024-05-01T00:00:00Z", "tags": ["a", "b"]}'
    few, many = page(*[row] * 10), page(*[row] * 1010)

    def cost(body: str) -> int:
        return calls_made(lambda: reader.records.lines(reader.open(body).rows, stream="s")).total()

    assert cost(many) - cost(few) <= 1000  # the quick look at a date is no call


def test_the_fields_of_a_page_are_looked_at_without_a_call_for_each_row() -> None:
    reader = Reader(AMOUNTS)
    few, many = (reader.open(page(*['{"id": 1}'] * count)).rows for count in (10, 1010))

    def cost(rows: Sequence[Any]) -> int:
        made = calls_made(lambda: (reader.records.lacks(rows, "id"), reader.records.misfit(rows)))
        return made.total() - made["<genexpr>"]  # each step of a loop counts as a call

    assert cost(many) - cost(few) <= 1000
