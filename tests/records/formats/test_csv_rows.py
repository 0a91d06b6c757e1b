"""CSV: every row with a value for each column, or a failure that names the row."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.records.formats.csv_rows import BATCH
from tests.files import PEOPLE, as_csv, as_zip, gzip_of
from tests.records.formats.opened import fatal, records_in, transient

TEXTS = [
    {
        name: str(value).lower() if isinstance(value, bool) else None if value is None else str(value)
        for name, value in row.items()
    }
    for row in PEOPLE
]
FILES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "commas": (as_csv(PEOPLE).encode(), {}),
    "semicolons": (as_csv(PEOPLE, ";").encode(), {"delimiter": ";"}),
    "semicolons that are found": (as_csv(PEOPLE, ";").encode(), {}),
    "tabs that are found": (as_csv(PEOPLE, "\t").encode(), {}),
    "bars that are found": (as_csv(PEOPLE, "|").encode(), {}),
    "byte order mark": (as_csv(PEOPLE).encode("utf-8-sig"), {}),
    "utf-16 that is found": (as_csv(PEOPLE).encode("utf-16"), {}),
    "utf-16-le": (as_csv(PEOPLE).encode("utf-16-le"), {"encoding": "utf-16-le"}),
    "latin-1": (as_csv(PEOPLE).encode("latin-1"), {"encoding": "latin-1"}),
    "no header row": (as_csv(PEOPLE, header=False).encode(), {"column_names": list(PEOPLE[0])}),
    "tabs without header row": (as_csv(PEOPLE, "\t", header=False).encode(), {"column_names": list(PEOPLE[0])}),
    "blank lines": (b"\r\n" + as_csv(PEOPLE).encode() + b"\r\n\r\n", {}),
    "delimiters at the ends": (
        as_csv(PEOPLE).replace("seen\r\n", "seen,\r\n").replace("Z\r\n", "Z,\r\n").encode(),
        {},
    ),
    "gzip": (gzip_of(as_csv(PEOPLE).encode()), {}),
    "zip": (as_zip(a=as_csv(PEOPLE[:1]).encode(), b=as_csv(PEOPLE[1:]).encode()), {}),
}


@pytest.mark.parametrize(("content", "words"), FILES.values(), ids=FILES)
def test_each_row_is_a_record_of_texts_and_an_empty_value_is_null(content: bytes, words: dict[str, Any]) -> None:
    assert records_in(content, format="csv", **words) == TEXTS


def test_a_file_that_is_longer_than_a_batch_comes_in_its_order() -> None:
    rows = [{"id": str(number), "name": f"row {number}"} for number in range(2 * BATCH + 1)]
    assert records_in(as_csv(rows).encode(), format="csv") == rows


def test_a_quote_and_an_escape_of_its_own_are_declared() -> None:
    content = b"id,text\n1,'a, b'\n2,it\\'s\n"
    assert records_in(content, format="csv", quote="'", escape="\\") == [
        {"id": "1", "text": "a, b"},
        {"id": "2", "text": "it's"},
    ]


@pytest.mark.parametrize("content", [b"id,name\n", b"id\n", b"\xef\xbb\xbfid;name"])
def test_a_header_row_alone_is_an_empty_file(content: bytes) -> None:
    assert records_in(content, format="csv", headers={"Content-Length": "9", "Content-Type": "text/csv"}) == []


def test_a_file_without_header_row_may_be_empty() -> None:
    assert records_in(b"", format="csv", column_names=["id"]) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty, without even a header row"),
        (b"id,name\n1,Ann\n2\n3,Bob\n", "row 2 of the file has 1 value, but there are 2 columns"),
        (b"id,name\n1,Ann\n2,Bob,x\n3,Cem\n", "row 2 of the file has 3 values, but there are 2 columns"),
        (b"id,name,\n1,Ann,x\n2,Bob,\n", "row 1 of the file has 3 values, but there are 2 columns"),
        (b"id,name,id\n1,2,3\n", "the columns 1 and 3 of the file are both named `id`"),
        (b"id,,name\n1,2,3\n", "column 2 of the header row has no name"),
        (b'id,name\n1,"Ann"x\n2,Bob\n', "line 2 of the file is not CSV"),
        (b"i\0d\0,\0", "the first line of the file has NUL characters; if it is UTF-16, declare its `encoding`"),
        (gzip_of(b'{"error": "x"}\n'), "the body of the response is JSON, not CSV"),
        (b"id,n;ame,x;y\n", "the header row may be separated by `,` or `;`"),
        ("id,näme\n1,2\n".encode("latin-1"), "the file is not in utf-8"),
        (b"\xff\xfei\x00d\x00,\x00\x00\xd8\x00\xd8", "the file is not in utf-16"),
    ],
)
def test_what_is_wrong_for_ever_fails_at_once_by_its_place(content: bytes, message: str) -> None:
    assert message in fatal(content, format="csv")


def test_a_file_without_header_row_is_parted_as_declared() -> None:
    assert records_in(b"a, b, c\n", format="csv", delimiter=";", column_names=["text"]) == [{"text": "a, b, c"}]


def test_names_that_do_not_fit_the_first_row_are_refused() -> None:
    assert "has 3 values, but `column_names` has 2 names" in fatal(b"1,2,3\n", format="csv", column_names=["a", "b"])
    assert "it is a header row" in fatal(b"a,b\n1,2\n", format="csv", column_names=["a", "b"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"id,name\n1,Ann\n2", "row 2 of the file has 1 value, but there are 2 columns: the file is cut short"),
        (b'id,name\n1,Ann\n2,"Bob', "the file ends within a value in quotes, on line 3"),
        (b'id,name\n1,"Ann\n2,Bob\n', "the file ends within a value in quotes"),
        ("id,name\n1,é".encode()[:-1], "it ends within a character"),
        (gzip_of(b"id,name\n1,Ann\n")[:-4], "the body is cut short or damaged: its gzip data has no end"),
        (gzip_of(b"id,name\n1,Ann\n")[:-8] + b"\0" * 8, "the body is cut short or damaged: CRC check failed"),
        (as_zip(a=b"id,name\n1,Ann\n" * 99)[:-4], "the ZIP file is cut short or damaged"),
        (as_zip(a=b"id,name\n1,Ann\n2"), "`a` in the ZIP file: row 2 of the file has 1 value"),
    ],
)
def test_a_file_that_is_cut_is_asked_for_again(content: bytes, message: str) -> None:
    assert message in transient(content, format="csv")


@pytest.mark.parametrize("size", [20, 500, 3_000, 70_000])
@pytest.mark.parametrize("packed", ["", "gzip", "zip"])
def test_the_beginning_of_a_file_has_its_first_rows_and_no_cut_one(size: int, packed: str) -> None:
    rows = [{"id": f"{number}", "text": 'é, "x"\n' + f"{hash(str(number))}"} for number in range(5_000)]
    plain = as_csv(rows).encode()
    content = {"": plain, "gzip": gzip_of(plain), "zip": as_zip(a=plain)}[packed]
    found = records_in(content, format="csv", most=size)
    assert found == rows[: len(found)]
    assert len(found) < len(rows) or size > len(content)
    assert found or size < 4096


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;", "\ufeffsep=;"])
def test_a_line_for_spreadsheets_above_the_table_says_what_parts_it(line: str) -> None:
    content = f"{line}\r\nid;name\r\n1;a, b\r\n".encode()
    assert records_in(content, format="csv") == [{"id": "1", "name": "a, b"}]
    assert records_in(content, format="csv", delimiter=";") == [{"id": "1", "name": "a, b"}]
