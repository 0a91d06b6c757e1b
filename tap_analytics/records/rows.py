"""RecordCodec: reads the records of a stream, a page at a time, into rows that can be written."""

from __future__ import annotations

import threading
from decimal import Decimal
from functools import cache, partial, reduce
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.decoding.body import row_names
from tap_analytics.records.decoding.coerce import Coercer, CoercionError
from tap_analytics.records.decoding.decoder import FaultyRow, PageDecoder
from tap_analytics.records.decoding.sent_fields import SentFields
from tap_analytics.records.decoding.structs import attribute, is_sayable, part
from tap_analytics.records.decoding.text_columns import TextColumns
from tap_analytics.records.failures.error_rows import ErrorRows
from tap_analytics.records.paths import names_in
from tap_analytics.records.raw_records import records_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from tap_analytics.pagination.page import Page, Row
    from tap_analytics.records.decoding.coerce import Schema
    from tap_analytics.records.envelope.envelope import Envelope

# So many names that the schema lacks are added to the types, so that the next page with them is read at full speed.
LEARNED_NAMES = 500
# So many names that the schema lacks are remembered, so that each is reported once.
MOST_NAMES = 10_000


class RecordCodec:
    """Reads the records of one stream from the bodies of responses into rows, and gives what is written of them.

    The type of a row is private to the codec: `get` returns a function that reads a field of it.

    Args:
        schema: JSON Schema of the stream.
        omitted: Fields to leave out, whatever their values.
        envelope: Says where a body holds the records.
        report: Called with the fields that the schema does not have, once for each, before a row has it.
        keeps_unknown: Whether rows keep these fields as they came; otherwise they are left out.
    """

    def __init__(
        self,
        schema: Schema,
        *,
        omitted: Collection[str] = (),
        envelope: Envelope,
        report: Callable[[Sequence[str]], None],
        keeps_unknown: bool = False,
    ) -> None:
        self._fields = {name: {} if name in omitted else field for name, field in schema["properties"].items()}
        self._omitted = frozenset(omitted)
        self._envelope = envelope
        self._report = report
        self._keeps_unknown = keeps_unknown
        self._coercer = Coercer.of({"properties": self._fields})
        self._columns = TextColumns({name: field for name, field in self._fields.items() if name not in omitted})
        self._siblings: dict[Envelope, RecordCodec] = {}
        self._unknown: dict[str, None] = {}  # in the order in which they came
        self._lock = threading.Lock()
        self._attributes = {name: f"f{number}" for number, name in enumerate(self._fields)}
        self._is_sayable = all(map(is_sayable, self._fields))
        self._sent = SentFields(self._fields)
        self._errors = ErrorRows(self._fields)
        self._decoders, self._is_checked = self._compile(0), False

    def under(self, envelope: Envelope) -> RecordCodec:
        """Return the codec for bodies with the records at another place; the rows of both have the same fields."""
        if envelope == self._envelope:
            return self
        if envelope not in self._siblings:
            self._siblings[envelope] = RecordCodec(
                {"properties": self._fields},
                omitted=self._omitted,
                envelope=envelope,
                report=self._learn,
                keeps_unknown=self._keeps_unknown,
            )
        return self._siblings[envelope]

    def open(
        self, body: bytes, *, offset: int, parsed: Iterable[dict[str, Any]] | None = None, content_type: str = ""
    ) -> Page:
        """Return the page in a body, with all values in their declared types; numbers are exact, date-times in UTC.

        A page whose values all have their types is decoded in one call. Any other is read value by value, and so are
        records that a hook has `parsed` from the body.

        Raises:
            TransientError: The body is not JSON, or was cut short.
            FatalAPIError: It holds no records, or has their field twice.
        """
        if parsed is not None:
            around = self._envelope.around(body, parsed, offset=offset)
            return replace(around, rows=self.fit(around.rows))
        if not self._is_checked:
            self._envelope.learn(body)
            self._is_checked = True
            self.expect(row_names(body, names_in(self._envelope.data_selector) or ()))
        decoders = self._decoders
        page = decoders[0]().open(body, offset)
        # Another thread may have added the same fields just now.
        if page is None and (self.expect(decoders[0]().names(body)) or self._decoders is not decoders):
            decoders = self._decoders
            page = decoders[0]().open(body, offset)
        if page is None and len(decoders) > 1 and (page := decoders[1]().open(body, offset)) is not None:
            with self._lock:
                if self._decoders is decoders:
                    self._decoders = decoders[1:]
        if page is None:
            page = self._envelope.open(body, offset=offset, content_type=content_type)
            self._errors.check(page.rows)
            page = replace(page, rows=self.fit(page.rows))
        return page

    def lone(self, body: bytes, *, offset: int, keys: Sequence[str]) -> Page | None:
        """Return the page of a body with one record in place of the list; None where it is none with these keys."""
        from tap_analytics.records.envelope.lone_object import lone_page  # noqa: PLC0415 - few lists have one

        page = lone_page(self._envelope, body, offset=offset, keys=keys, fields=self._fields)
        return page and replace(page, rows=self.fit(page.rows))

    def expect(self, names: Collection[str]) -> bool:
        """Make room in rows for these fields from now on; return whether any of them is new."""
        with self._lock:
            is_new = self._sent.add(names)
            if is_new:
                self._decoders = self._compile(2 - len(self._decoders))
        return is_new

    def get(self, path: str) -> Callable[[Row], Any]:
        """Return a function that reads a field, or the value at a dotted path, of a row; None if there is none."""
        first, *rest = [path] if path in self._attributes else path.split(".")
        read = self._reader(first)
        if rest:
            return lambda row: reduce(part, rest, read(row))
        return lambda row: None if (value := read(row)) is UNSET else value

    def values(self, rows: Sequence[Row], path: str) -> list[Any]:
        """Return the value at a path of each row, as `get` reads it."""
        if path not in self._attributes:
            return list(map(self.get(path), rows))
        values = list(map(self._reader(path), rows))
        has_gaps = UnsetType in set(map(type, values))
        return [None if value is UNSET else value for value in values] if has_gaps else values

    def _reader(self, name: str) -> Callable[[Row], Any]:
        if is_sayable(name):
            # Rows that were read before the name first came do not have the attribute.
            is_late = name in self._unknown
            return partial(_value, self._attributes[name]) if is_late else attrgetter(self._attributes[name])
        return lambda row: UNSET if row.rest is UNSET else row.rest.get(name, UNSET)

    def key(self, names: Sequence[str]) -> Callable[[Row], Any]:
        """Return a function that reads several fields of a row at once, as fast as possible."""
        if all(map(is_sayable, names)):
            return attrgetter(*(self._attributes[name] for name in names))
        readers = [self._reader(name) for name in names]
        return lambda row: tuple(read(row) for read in readers)

    def put(self, row: Row, name: str, value: object) -> None:
        """Set a field of a row that it has, or that was announced by `expect`."""
        if is_sayable(name):
            setattr(row, self._attributes[name], value)
        else:
            row.rest = {name: value} if row.rest is UNSET else {**row.rest, name: value}

    def is_blank(self, row: Row, names: Collection[str]) -> bool:
        """Return whether a row has none of these fields."""
        return all(self._reader(name)(row) is UNSET for name in names)

    def lacks(self, rows: Sequence[Row], name: str) -> int | None:
        """Return the index of the first of these rows without a value for a field; None if all have one."""
        values = map(self._reader(name), rows)
        return next((number for number, value in enumerate(values) if value is None or value is UNSET), None)

    def fault(self, rows: Sequence[Row]) -> tuple[Row, CoercionError] | None:
        """Return the first of these rows with a value that does not fit its field, and the reason; None if all fit."""
        if not any(issubclass(kind, FaultyRow) for kind in set(map(type, rows))):
            return None
        return next((row, row.error) for row in rows if isinstance(row, FaultyRow))

    def plain(self, row: Row) -> dict[str, Any]:
        """Return a row as a dictionary, with exact numbers."""
        record: dict[str, Any] = msgspec.to_builtins(row, builtin_types=(Decimal,))
        rest: dict[str, Any] = record.pop(" rest", {})
        return record | rest

    def encodable(self, rows: Sequence[Row]) -> Sequence[Any]:
        """Return for each row an object that msgspec encodes as the JSON of the record."""
        return rows if self._is_sayable else [self.plain(row) for row in rows]

    def _compile(self, first: int) -> tuple[Callable[[], PageDecoder], ...]:
        """Return functions that make decoders of a page, the fastest first, without those that have failed before."""
        learned = [name for name in self._unknown if name in self._attributes]
        kept, left_out = (learned, ()) if self._keeps_unknown else ((), learned)
        fields = {name: field for name, field in self._fields.items() if name in self._sent}
        omitted = [*self._omitted.intersection(fields), *left_out]
        fields |= dict.fromkeys(kept, _ANYTHING)
        make = partial(
            PageDecoder, fields, self._attributes, omitted=omitted, envelope=self._envelope, errors=self._errors
        )
        return tuple(cache(partial(make, is_open=is_open)) for is_open in (False, True)[first:])

    def fit(self, records: Sequence[Mapping[str, Any]]) -> list[Row]:
        """Return dictionaries as rows, with all values in their declared types."""
        self._learn(set().union(*records))
        decoder = self._decoders[0]()
        # If all values have their types, which is usual, one call makes all rows.
        rows = decoder.convert(records)
        return [self._row(decoder, record) for record in records] if rows is None else rows

    def fit_table(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Row]:
        """Return rows of texts, whose columns have these names, as rows with all values in their declared types.

        Raises:
            FatalAPIError: None of the columns is a field.
        """
        if self._fields and self._fields.keys().isdisjoint(names):
            listed = ", ".join(f"`{name}`" for name in names[:20])
            message = f"no column of the file is a field of the stream; its columns are {listed}"
            raise FatalAPIError(message)
        if not rows:
            return []
        self._learn(names)
        is_known = not self._keeps_unknown or self._fields.keys() >= set(names)
        columns = (self._columns.fit(names, rows) if is_known else None) or {}
        if not columns or not all(map(is_sayable, columns)):
            return self.fit(records_of(names, rows))
        attributes, make = [self._attributes[name] for name in columns], self._decoders[0]().row
        return [make(**dict(zip(attributes, values, strict=True))) for values in zip(*columns.values(), strict=True)]

    def _row(self, decoder: PageDecoder, record: Mapping[str, Any]) -> Row:
        try:
            fitted, error = self._coercer.fit(record), None
        except CoercionError as fault:
            fitted, error = dict(record), fault
        if self._keeps_unknown:
            fitted = {**record, **fitted}
        known = self._attributes if self._keeps_unknown else self._fields
        kept = {name: value for name, value in fitted.items() if name in known and name not in self._omitted}
        values = {self._attributes[name]: value for name, value in kept.items() if is_sayable(name)}
        if rest := {name: value for name, value in kept.items() if not is_sayable(name)}:
            values["rest"] = rest
        return decoder.row(**values) if error is None else decoder.faulty_row(**values, error=error)

    def _learn(self, names: Collection[str]) -> None:
        """Report names that the schema does not have, and add them to the types for the next page."""
        self.expect(names)
        unknown = set(names) - self._fields.keys()
        if not unknown or len(self._unknown) > MOST_NAMES:
            return
        with self._lock:
            new = sorted(unknown - self._unknown.keys())
            if not new:
                return
            self._report(new)
            self._unknown |= dict.fromkeys(new)
            if len(self._unknown) <= LEARNED_NAMES:
                self._attributes |= {name: attribute(name) for name in new}
                self._is_sayable = self._is_sayable and (not self._keeps_unknown or all(map(is_sayable, new)))
                self._decoders = self._compile(2 - len(self._decoders))


def _value(name: str, row: Row) -> Any:  # noqa: ANN401 - a value of a record
    return getattr(row, name, UNSET)


# The schema of a field of which nothing is known.
_ANYTHING: Schema = {}
