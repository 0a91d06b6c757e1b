"""CSV: a table as text, whose first row or the declaration names the columns."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.config.faults import TEXT, Schema
from tap_analytics.http.retry import TransientError
from tap_analytics.patterns import pattern
from tap_analytics.records.formats.csv_ending import remark_sum, without_notes
from tap_analytics.records.formats.csv_header import DELIMITERS, delimiter_of, names_in, refuse_title
from tap_analytics.records.formats.file_format import LONGEST_RECORD, FileFormat, undecodable
from tap_analytics.records.formats.format import Record, option
from tap_analytics.records.formats.notice import refuse_document, refuse_sentence
from tap_analytics.records.formats.texts import with_types

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterable, Iterator, Sequence

    from tap_analytics.pagination.page import Row
    from tap_analytics.records.formats.format import Body, Codec

# Rows that are read at a time.
BATCH = 1_000
# A line of its own above the table, by which spreadsheets know what parts the columns.
_SEPARATOR = pattern(r'"?sep=([^\w\s"]|\t)"?\s*', re.IGNORECASE)
_CHARACTER: Schema = {"type": "string", "minLength": 1, "maxLength": 1, "title": "one character"}
_NAMES: Schema = {"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True, "title": "a list of names"}


class Table(NamedTuple):
    """Some rows of a table, and the names of its columns."""

    names: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, kw_only=True)
class CsvFormat(FileFormat):
    """Values as text, separated by a delimiter; an empty one is null."""

    type: ClassVar = "csv"
    title: ClassVar = "CSV"
    accept: ClassVar = "text/csv, */*;q=0.5"

    delimiter: str | None = field(
        default=None,
        metadata=option(
            _CHARACTER, "What parts the columns; without it, what parts the header row: `,` `;` a tab or `|`."
        ),
    )
    quote: str | None = field(default=None, metadata=option(_CHARACTER, 'What values may stand in; `"` unless set.'))
    escape: str | None = field(
        default=None, metadata=option(_CHARACTER, "What makes the next character a usual one, such as a backslash.")
    )
    column_names: tuple[str, ...] | None = field(
        default=None, metadata=option(_NAMES, "The names of the columns, of a file without a header row.")
    )

    @override
    def batches(self, file: io.BufferedReader, body: Body) -> Iterator[Table]:
        beginning = file.peek()
        refuse_document(beginning, wanted=self.title, content_type=body.content_type)
        text = io.TextIOWrapper(file, encoding=self.codec_of(beginning), newline="")
        try:
            yield from self._tables(text, body)
        except UnicodeDecodeError as error:
            failure = undecodable(error)
        else:
            return
        finally:
            text.detach()
        raise failure

    @override
    def rows(self, batch: Table, codec: Codec) -> Sequence[Row]:
        return codec.fit_table(batch.names, batch.rows)

    @override
    def with_types(self, records: list[Record]) -> list[Record]:
        return with_types(records)

    def _tables(self, text: io.TextIOWrapper, body: Body) -> Iterator[Table]:
        """Give the rows of a table, some at a time."""
        lines = _lines(text)
        first = next((line for line in lines if line.strip("\r\n ")), "").removeprefix("\ufeff")
        if not first:
            if not body.is_beginning:
                self._refuse_empty()
            return
        if "\0" in first:
            message = "the first line of the file has NUL characters; if it is UTF-16, declare its `encoding`"
            raise FatalAPIError(message)
        csv.field_size_limit(LONGEST_RECORD)
        named = _SEPARATOR.fullmatch(first)
        if named:
            first = next(lines, "")
        delimiter = self._delimiter(first) if named is None else self.delimiter or named[1]
        reader = self._reader(chain([first], lines), delimiter)
        raw = self.column_names or _first(reader)
        names, done = raw if self.column_names else names_in(raw), 0
        for read, is_last in _read(reader, is_beginning=body.is_beginning):
            rows = without_notes(read, len(names), before=done) if is_last and not body.is_beginning else read
            if done == 0 and rows:
                self._check(raw, rows[0], first, body)
                if self.delimiter is None and self.column_names is None:
                    refuse_title(raw, rows)
            yield Table(names, _even(rows, len(names), len(raw), done, is_last=is_last))
            done += len(rows)
            if is_last and done > 1 and rows:
                remark_sum(rows[-1])
        if done == 0:
            self._check(raw, None, first, body)
            yield Table(names, [])

    def _reader(self, lines: Iterable[str], delimiter: str) -> Reader:
        return csv.reader(lines, delimiter=delimiter, quotechar=self.quote or '"', escapechar=self.escape, strict=True)

    def _delimiter(self, first: str) -> str:
        candidates = dict.fromkeys([*DELIMITERS, self.delimiter or DELIMITERS[0]])
        widths = {each: len(_first(self._reader([first], each), first)) for each in candidates}
        count = len(self.column_names) if self.column_names else None
        return delimiter_of(first, widths, given=self.delimiter, count=count)

    def _refuse_empty(self) -> None:
        """Raise FatalAPIError for a file without anything in it, where it is to have a header row."""
        if self.column_names is None:
            message = (
                "the file is empty, without even a header row; if that is how the API says that there is no row, "
                'declare `"empty_when": {"data": "empty"}`'
            )
            raise FatalAPIError(message)

    def _check(self, raw: Sequence[str], row: Sequence[str] | None, first: str, body: Body) -> None:
        """Raise FatalAPIError where the header row is none, or the first row is one."""
        if self.column_names is None:
            refuse_sentence(
                raw, has_rows=row is not None, text=first, wanted=self.title, content_type=body.content_type
            )
        elif row and [name.strip() for name in row] == list(raw):
            message = "the first row of the file has the names of `column_names`: it is a header row; remove that"
            raise FatalAPIError(message)
        elif row and len(row) != len(raw):
            message = (
                f"the first row of the file has {len(row)} values, but `column_names` has {len(raw)} names. "
                f"It begins: {first.strip()}"
            )
            raise FatalAPIError(message)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Give the lines of a text, none of which is too long."""
    while line := text.readline(LONGEST_RECORD):
        if len(line) == LONGEST_RECORD:
            message = f"a line of the file is longer than {LONGEST_RECORD:,} characters; is it CSV?"
            raise FatalAPIError(message)
        yield line


def _first(reader: Reader, line: str = "") -> list[str]:
    """Return the first row; the whole line where it is none by these rules."""
    try:
        return next(reader)
    except csv.Error as error:
        if line:
            return [line]
        reason = str(error)
    message = f"the header row of the file cannot be read: {reason}"
    raise FatalAPIError(message)


def _read(reader: Reader, *, is_beginning: bool) -> Iterator[tuple[list[list[str]], bool]]:
    """Give the rows that are not blank, some at a time, and whether they are the last ones.

    Raises:
        TransientError: The file ends within a value.
        FatalAPIError: Its quotes are not those of CSV.
    """
    rows: list[list[str]] = []
    failure: Exception | None = None
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > BATCH:
                yield rows[:BATCH], False
                rows = rows[BATCH:]
    except csv.Error as error:
        failure = _of_csv(error, reader.line_num)
    except UnicodeDecodeError:
        if not is_beginning:
            raise
    if failure and not is_beginning:
        raise failure
    if is_beginning:
        rows = rows[:-1]  # which may be cut
    if rows:
        yield rows, True


def _of_csv(error: csv.Error, line: int) -> Exception:
    if "end of data" in str(error):
        return TransientError(
            f"the file ends within a value in quotes, on line {line}: it is cut short, or has a quote too many"
        )
    return FatalAPIError(f"line {line} of the file is not CSV: {error}; check `delimiter`, `quote` and `escape`")


def _even(rows: list[list[str]], width: int, raw_width: int, done: int, *, is_last: bool) -> list[list[str]]:
    """Return rows with a value for each column; what stands below no name must be empty.

    Raises:
        TransientError: The last row has too few: the file is cut short.
        FatalAPIError: Another has too few, or too many.
    """
    if set(map(len, rows)) == {width}:
        return rows
    for number, row in enumerate(rows, 1):
        if len(row) == width or (len(row) <= raw_width and len(row) > width and not any(row[width:])):
            continue
        values = "value" if len(row) == 1 else "values"
        message = f"row {done + number} of the file has {len(row)} {values}, but there are {width} columns"
        if is_last and number == len(rows) and len(row) < width:
            said = f". It says: {row[0].strip()}" if len(row) == 1 and " " in row[0].strip() else ""
            cut = f"{message}: the file is cut short, or ends with a note{said}"
            raise TransientError(cut)
        raise FatalAPIError(message)
    return [row[:width] for row in rows]
