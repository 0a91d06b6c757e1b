"""Pages of records: which layout reads them, what is learned of them; what is written is exact."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.pagination.page import whole
from tap_analytics.records.lines import record_lines
from tap_analytics.records.rows import LEARNED_NAMES
from tests.records.reader import AMOUNTS, BYTE_ORDER_MARK, DATE, ID, NUMBER, TEXT, Reader, object_of, page, records_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType


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
    usual = page(object_of({f"a{number}": "1" for number in range(LEARNED_NAMES)}))
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
    assert reader.records.fault(rows[:1]) is None
    assert reader.records.fault([]) is None
    for wanted, expected in ((rows, 1), (rows[1:], 1), (rows[2:], 2)):
        found = reader.records.fault(wanted)
        assert found is not None
        assert found[0] is rows[expected]
    assert reader.records.get("id")(rows[1]) == 2


def test_a_misfit_in_a_field_that_is_left_out_is_none() -> None:
    reader = Reader(AMOUNTS, omitted=["amount"])
    opened = reader.open(page('{"id": 1, "amount": "much"}'))
    assert reader.records.fault(opened.rows) is None
    assert reader.envelope.opened == []
    assert reader.plain(opened) == [{"id": 1}]


# Lines


def test_each_record_is_a_line_of_its_own_that_begins_with_its_type() -> None:
    reader = Reader({"id": ID, "name": TEXT})
    rows = reader.open(page(object_of({"id": "1", "name": json.dumps('a\nb\r\u2028\u0085\x00"\\')}), '{"id": 2}')).rows
    lines = record_lines(reader.records.encodable(rows), stream='a "stream"\n')
    assert lines.endswith(b"}\n")
    first, second = lines.removesuffix(b"\n").split(b"\n")
    assert first.startswith(b'{"type":"RECORD","stream":"a \\"stream\\"\\n","record":{"id":1,')
    assert json.loads(second)["record"] == {"id": 2}
    assert json.loads(first)["record"]["name"] == 'a\nb\r\u2028\u0085\x00"\\'
    assert list(json.loads(first)) == ["type", "stream", "record", "time_extracted"]
    assert datetime.fromisoformat(json.loads(first)["time_extracted"]).utcoffset() == timedelta(0)
    assert record_lines(reader.records.encodable([]), stream="s") == b""


def test_a_version_is_written_only_where_there_is_one() -> None:
    reader = Reader({"id": ID})
    rows = reader.open(page('{"id": 1}')).rows
    assert "version" not in json.loads(record_lines(reader.records.encodable(rows), stream="s"))
    assert json.loads(record_lines(reader.records.encodable(rows), stream="s", version=0))["version"] == 0


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
        line = record_lines(reader.records.encodable(reader.open(body).rows), stream="s").decode()
        record = re.search(r'"record":(.*),"time_extracted"', line)
        assert record is not None
        assert record[1].replace('"y"', '"x"') == row


def test_a_key_that_the_tap_makes_is_written_though_the_api_sent_none() -> None:
    reader = Reader({"id": {"type": ["string"]}, "amount": NUMBER})
    reader.records.expect(["id"])
    (row,) = reader.open(page('{"amount": 1}')).rows
    reader.records.put(row, "id", "made")
    assert records_in(reader, [row]) == [{"id": "made", "amount": 1}]


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
        for _ in range(2):  # types are made for the fields and for the names around the records
            reader.open(body)
        made = calls_made(lambda body=body: record_lines(reader.records.encodable(reader.open(body).rows), stream="s"))  # type: ignore[misc]
        assert (made["decode"], made["encode_lines"]) == (1, 1)


def test_what_a_page_as_declared_costs_hardly_grows_with_its_rows() -> None:
    reader = Reader({"id": ID, "name": TEXT, "at": DATE, "tags": {"type": ["array"], "items": TEXT}}, omitted=["name"])
    row = '{"id": 1, "name": "x", "at": "2024-05-01T00:00:00Z", "tags": ["a", "b"]}'
    few, many = page(*[row] * 10), page(*[row] * 1010)

    def cost(body: str) -> int:
        return calls_made(lambda: record_lines(reader.records.encodable(reader.open(body).rows), stream="s")).total()

    cost(few)  # the first page says what stands beside the rows
    assert cost(many) - cost(few) <= 1000  # the quick look at a date is no call


def test_the_fields_of_a_page_are_looked_at_without_a_call_for_each_row() -> None:
    reader = Reader(AMOUNTS)
    few, many = (reader.open(page(*['{"id": 1}'] * count)).rows for count in (10, 1010))

    def cost(rows: Sequence[Any]) -> int:
        made = calls_made(lambda: (reader.records.lacks(rows, "id"), reader.records.fault(rows)))
        return made.total() - made["<genexpr>"]  # each step of a loop counts as a call

    assert cost(many) - cost(few) <= 1000
