"""The records of a stream, a page at a time: bodies of responses come in, rows that can be written go out."""

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

from tap_analytics.records.coerce import Coercer, CoercionError
from tap_analytics.records.decoder import FaultyRow, PageDecoder
from tap_analytics.records.raw_records import records_of
from tap_analytics.records.sent_fields import SentFields
from tap_analytics.records.structs import attribute, is_sayable, part
from tap_analytics.records.text_columns import TextColumns

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from tap_analytics.pagination.page import Page, Row
    from tap_analytics.records.coerce import Schema
    from tap_analytics.records.envelope import Envelope

# Names beyond the schema that are learned, so that a page with them is read at full speed the next time.
LEARNED_NAMES = 500
# Names beyond the schema that are remembered, so that each is told once.
MOST_NAMES = 10_000


class RecordCodec:
    """Reads the records of one stream from the bodies of responses, and says what is written of them.

    A row is an object of its own kind: `get` says how to read a field of it.

    Args:
        schema: JSON Schema of the stream.
        omitted: Fields to leave out, whatever they hold.
        envelope: Where a body holds the records.
        report: Told of the fields that the schema does not have, of each once, before there is a row with one.
        keeps_unknown: Whether rows keep these fields as they came; they are left out otherwise.
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
        self._unknown: dict[str, None] = {}  # in the order met
        self._lock = threading.Lock()
        self._attributes = {name: f"f{number}" for number, name in enumerate(self._fields)}
        self._is_sayable = all(map(is_sayable, self._fields))
        self._sent = SentFields(self._fields)
        self._decoders, self._is_checked = self._compile(0), False

    def under(self, envelope: Envelope) -> RecordCodec:
        """Return the codec for bodies that hold the records elsewhere; the rows of both are alike."""
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
        """Return the page in a body, each value as declared; numbers are exact, date-times in UTC.

        A page whose values are all as declared takes the quick way. Any other is read value by value, and so are
        records that were `parsed` from the body by other means than its selector.

        Raises:
            TransientError: The body is not JSON, or was cut short.
            FatalAPIError: It holds no records, or their field twice.
        """
        if parsed is not None:
            return self._fit(self._envelope.around(body, parsed, offset=offset))
        self._is_checked = self._is_checked or self._envelope.names_once(body)
        decoders = self._decoders
        page = decoders[0]().open(body, offset)
        # Another thread may have met the same fields just now.
        if page is None and (self.expect(decoders[0]().names(body)) or self._decoders is not decoders):
            decoders = self._decoders
            page = decoders[0]().open(body, offset)
        if page is None and len(decoders) > 1 and (page := decoders[1]().open(body, offset)) is not None:
            with self._lock:
                if self._decoders is decoders:
                    self._decoders = decoders[1:]
        return self._fit(self._envelope.open(body, offset=offset, content_type=content_type)) if page is None else page

    def expect(self, names: Collection[str]) -> bool:
        """Let rows have a place for these fields from now on; return whether they had none for one of them."""
        with self._lock:
            is_new = self._sent.add(names)
            if is_new:
                self._decoders = self._compile(2 - len(self._decoders))
        return is_new

    def get(self, path: str) -> Callable[[Row], Any]:
        """Return what reads a field, or what is at a dotted path, from a row: None where there is none."""
        first, *rest = [path] if path in self._attributes else path.split(".")
        read = self._reader(first)
        if rest:
            return lambda row: reduce(part, rest, read(row))
        return lambda row: None if (value := read(row)) is UNSET else value

    def values(self, rows: Sequence[Row], path: str) -> list[Any]:
        """Return what `get` reads from each of many rows."""
        if path not in self._attributes:
            return list(map(self.get(path), rows))
        values = list(map(self._reader(path), rows))
        has_gaps = UnsetType in set(map(type, values))
        return [None if value is UNSET else value for value in values] if has_gaps else values

    def _reader(self, name: str) -> Callable[[Row], Any]:
        if is_sayable(name):
            # The rows of a page that was read before a name was met do not have it.
            is_late = name in self._unknown
            return partial(_value, self._attributes[name]) if is_late else attrgetter(self._attributes[name])
        return lambda row: UNSET if row.rest is UNSET else row.rest.get(name, UNSET)

    def key(self, names: Sequence[str]) -> Callable[[Row], Any]:
        """Return what reads several fields from a row at once, as quickly as can be."""
        if all(map(is_sayable, names)):
            return attrgetter(*(self._attributes[name] for name in names))
        readers = [self._reader(name) for name in names]
        return lambda row: tuple(read(row) for read in readers)

    def put(self, row: Row, name: str, value: object) -> None:
        """Give a row the value of a field that was in it, or that was to be expected."""
        if is_sayable(name):
            setattr(row, self._attributes[name], value)
        else:
            row.rest = {name: value} if row.rest is UNSET else {**row.rest, name: value}

    def is_blank(self, row: Row, names: Collection[str]) -> bool:
        """Return whether a row has none of these fields."""
        return all(self._reader(name)(row) is UNSET for name in names)

    def lacks(self, rows: Sequence[Row], name: str) -> int | None:
        """Return the first of these rows without a value for a field, None if all have one."""
        values = map(self._reader(name), rows)
        return next((number for number, value in enumerate(values) if value is None or value is UNSET), None)

    def fault(self, rows: Sequence[Row]) -> tuple[Row, CoercionError] | None:
        """Return the first of these rows with a value that does not fit its field, and the reason."""
        if not any(issubclass(kind, FaultyRow) for kind in set(map(type, rows))):
            return None
        return next((row, row.error) for row in rows if isinstance(row, FaultyRow))

    def plain(self, row: Row) -> dict[str, Any]:
        """Return a row as a dictionary, numbers exact."""
        record: dict[str, Any] = msgspec.to_builtins(row, builtin_types=(Decimal,))
        rest: dict[str, Any] = record.pop(" rest", {})
        return record | rest

    def encodable(self, rows: Sequence[Row]) -> Sequence[Any]:
        """Return what is written of each row: it encodes as the JSON of the record."""
        return rows if self._is_sayable else [self.plain(row) for row in rows]

    def _compile(self, first: int) -> tuple[Callable[[], PageDecoder], ...]:
        """Return what makes the ways to read a page, the quickest first, of those that have not failed before."""
        learned = [name for name in self._unknown if name in self._attributes]
        kept, left_out = (learned, ()) if self._keeps_unknown else ((), learned)
        fields = {name: field for name, field in self._fields.items() if name in self._sent}
        omitted = [*self._omitted.intersection(fields), *left_out]
        fields |= dict.fromkeys(kept, _ANYTHING)
        make = partial(PageDecoder, fields, self._attributes, omitted=omitted, envelope=self._envelope)
        return tuple(cache(partial(make, is_open=is_open)) for is_open in (False, True)[first:])

    def fit(self, records: Sequence[Mapping[str, Any]]) -> list[Row]:
        """Return records that are dictionaries as rows, each value as declared."""
        self._learn(set().union(*records))
        decoder = self._decoders[0]()
        # Most are as declared: then one call makes rows of all of them.
        rows = decoder.convert(records)
        return [self._row(decoder, record) for record in records] if rows is None else rows

    def fit_table(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Row]:
        """Return rows of texts, whose columns have these names, as rows, each value as declared.

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

    def _fit(self, page: Page) -> Page:
        """Return a page whose records were read from a document."""
        return replace(page, rows=self.fit(page.rows))

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
        """Report names that the schema does not have, and be ready for these names on the next page."""
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


# What is declared of a field of which nothing is known.
_ANYTHING: Schema = {}
