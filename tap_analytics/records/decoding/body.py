"""Decodes the body of a response with msgspec types: the rows and the values around them, in one call."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import reduce
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, Raw

from tap_analytics.records.decoding.structs import attribute, is_sayable, part, struct
from tap_analytics.records.failures.beside import OF_ERRORS, SPELLINGS, Beside, failure_alone, is_beside
from tap_analytics.records.failures.failures import failure_of
from tap_analytics.records.failures.wording import plain
from tap_analytics.records.paths import at_names, names_in
from tap_analytics.records.signs.own_names import usual_name
from tap_analytics.records.signs.sign_names import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from tap_analytics.pagination.page import Page, Row
    from tap_analytics.records.decoding.coerce import Value
    from tap_analytics.records.envelope.envelope import Envelope

Path = tuple[str, ...]

# If there are more names around the records than this, they are probably keys, such as ids.
MOST_NAMES = 200


class Body:
    """Decodes bodies whose records are a list at a dotted path, with msgspec types.

    The types know the names that have come around the records so far; if a body has another one, they are made anew.
    """

    def __init__(self, envelope: Envelope, data: Path, leaves: Collection[Path], row: type) -> None:
        self._envelope = envelope
        self._data = data
        self._row = row
        ways = [data[:depth] for depth in range(len(data))]
        # The names that are read, from the outside in: the declared ones, and usual names that say how a list goes on.
        self._wanted = [
            {leaf[len(way)] for leaf in leaves if leaf[: len(way)] == way}
            | (NAMES.keys() | SPELLINGS if way in ((), data[:-1]) else set())
            for way in ways
        ]
        self._names = [{name} for name in data]
        # The first body shows which names come: types without these would only fail.
        self._document: _Document | None = None

    @classmethod
    def of(cls, envelope: Envelope, row: type) -> Body | None:
        """Return the decoder for an envelope; None for an envelope that msgspec types cannot express."""
        data = names_in(envelope.data_selector)
        told = (envelope.total_path, envelope.pages_path, envelope.next_path, envelope.more_path, envelope.last_path)
        paths = [names for path in told if (names := names_in(path)) is not None]
        if data is None or len(paths) < len(told) or not envelope.is_plain:
            return None
        # If the body itself is the list, there are no other values.
        leaves = {data} | {leaf for names in paths if names and data for leaf in _leaves(names, data)}
        if not all(map(is_sayable, chain.from_iterable(leaves))) or _overlaps(leaves):
            return None
        if not OF_ERRORS.isdisjoint(map(plain, data[:-1])):
            return None
        return cls(envelope, data, leaves, row)

    def open(self, body: bytes, offset: int) -> Page | None:
        """Return the page in a body; None if it reports an error or does not fit, so that it is read in another way."""
        try:
            rows, around = self._read(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InvalidOperation):
            return None
        # Without a row, other parts of the body may report a failure; a row that is the whole body may be a failure.
        if not rows or (around and not Beside(around, rows, self._data, sent=self._envelope.sent).is_clean):
            return None
        if len(rows) == 1 and (offset == 0 or not self._data) and self._is_failure(body):
            return None
        return self._envelope.page(around, rows, offset=offset)

    def names(self, body: bytes) -> set[str]:
        """Return the names of the fields in the records of a body; none if it has no records."""
        return row_names(body, self._data)

    def _read(self, body: bytes) -> tuple[list[Row], dict[str, Any]]:
        """Return the records in a body, and the values around them."""
        document = self._document or self._learn(body)
        try:
            return document.read(body)
        except msgspec.ValidationError:
            if (learned := self._learn(body)) is document:
                raise
            return learned.read(body)

    def _learn(self, body: bytes) -> _Document:
        """Return what decodes documents with the names around the records in a body, and all that came before."""
        names = [known | came for known, came in zip(self._names, _names(body, self._data), strict=True)]
        if self._document is not None and names == self._names:
            return self._document
        # The API's own names for totals and links are read where the usual names are.
        self._wanted = [
            wanted | (self._own(came) if depth in {0, len(names) - 1} else set())
            for depth, (wanted, came) in enumerate(zip(self._wanted, names, strict=True))
        ]
        self._names, self._document = names, _Document(self._data, names, self._wanted, self._row)
        return self._document

    def _own(self, names: set[str]) -> set[str]:
        """Return the names that say something about the list."""
        noun = self._envelope.noun
        return {name for name in names if is_sayable(name) and (is_beside(name) or usual_name(name, noun))}

    def _is_failure(self, body: bytes) -> bool:
        """Return whether the only row in a body is a failure, or cannot be read without types."""
        try:
            rows = at_names(_ANYTHING.decode(body), self._data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InvalidOperation):
            return True
        return (failure_alone(rows) if self._data else failure_of(rows[0])) is not None


class _Document:
    """Decodes documents that have these names around their records, and no others; if there are many, any names.

    Args:
        data: The path of the records.
        names: The names around them, from the outside in.
        wanted: The names whose values are read.
        row: The type of a record.
    """

    def __init__(self, data: Path, names: Sequence[set[str]], wanted: Sequence[set[str]], row: type) -> None:
        self._data = data
        is_closed = sum(map(len, names)) < MOST_NAMES and all(map(is_sayable, chain.from_iterable(names)))
        kept = [looked_at & came if is_closed else looked_at for came, looked_at in zip(names, wanted, strict=True)]
        self._levels = [(sorted(each), _getter([attribute(name) for name in sorted(each)])) for each in kept]
        kind: Any = list[row]  # type: ignore[valid-type]
        for name, came, looked_at in reversed([*zip(data, names, kept, strict=True)]):
            types = dict.fromkeys(came if is_closed else (), Raw) | dict.fromkeys(looked_at, Any) | {name: kind | None}
            kind = struct("Body", types, {each: attribute(each) for each in types}, is_closed=is_closed)
        self._decoder = msgspec.json.Decoder(kind, dec_hook=_fit, float_hook=Decimal)

    def read(self, body: bytes) -> tuple[list[Row], dict[str, Any]]:
        """Return the records in a body, and the values around them; both are empty if it has no list of records.

        Raises:
            ValidationError: It has another name, or a record that does not fit its type.
        """
        document = self._decoder.decode(body)
        rows = reduce(part, self._data, document)
        return (rows, self._around(document, 0) if self._data else {}) if type(rows) is list else ([], {})

    def _around(self, whole: object, depth: int) -> dict[str, Any]:
        """Return the wanted values around the records."""
        names, values = self._levels[depth]
        around = {name: value for name, value in zip(names, values(whole), strict=True) if value is not UNSET}
        within = around.pop(self._data[depth])
        if depth + 1 < len(self._data):
            around[self._data[depth]] = self._around(within, depth + 1)
        return around


def row_names(body: bytes, data: Path) -> set[str]:
    """Return the names of the fields in the records at a place in a body; none if it has no records there."""
    found = Raw(body)
    try:
        for name in data:
            found = (_OBJECT.decode(found) or {}).get(name, _NOTHING)
        return set().union(*(_OBJECTS.decode(found) or ()))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return set()


def _names(body: bytes, data: Path) -> Iterator[set[str]]:
    """Give the names of each object around the records of a body, from the outside in."""
    for name in data:
        found = _OBJECT.decode(body) or {}
        body = found.get(name, _NOTHING)
        yield set(found)


def _leaves(names: Path, data: Path) -> Iterator[Path]:
    """Give the paths at which a value beside the records may stand; several names may be one key with dots."""
    pairs = enumerate(zip(names, data, strict=False))
    common = next((depth for depth, (name, other) in pairs if name != other), None)
    if common is None:
        yield names  # one of the two paths leads through the other
        return
    yield names[: common + 1]
    for depth in range(min(common + 1, len(names) - 1)):
        yield (*names[:depth], ".".join(names[depth:]))


def _overlaps(paths: Collection[Path]) -> bool:
    """Return whether one of these paths leads through another."""
    return any(path[:depth] in paths for path in paths for depth in range(len(path)))


def _getter(attributes: Sequence[str]) -> Callable[[Any], Sequence[Any]]:
    """Return a function that reads these attributes of an object at once."""
    if len(attributes) == 1:
        return lambda whole: (getattr(whole, attributes[0]),)
    return attrgetter(*attributes)


def _fit(kind: Any, value: Value) -> Value:  # noqa: ANN401 - one of `_converted`
    return kind.fit(value)


_OBJECT = msgspec.json.Decoder(dict[str, Raw] | None)
_OBJECTS = msgspec.json.Decoder(list[dict[str, Raw]] | None)
_ANYTHING = msgspec.json.Decoder(float_hook=Decimal)
_NOTHING = Raw(b"null")
