"""JSON Schema -> msgspec types: bytes become rows whose values are as declared, in one call per page."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import reduce
from itertools import chain, repeat
from operator import attrgetter, or_
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType
from typing_extensions import override

from tap_analytics.instants import in_utc
from tap_analytics.json_types import is_date_time, items_of, kinds_of
from tap_analytics.records.coerce import CoercionError, fit_for
from tap_analytics.records.paths import names_in
from tap_analytics.records.signs import NAMES
from tap_analytics.records.wording import is_nothing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tap_analytics.pagination.page import Page
    from tap_analytics.records.coerce import Fit, Schema, Value
    from tap_analytics.records.envelope import Envelope


class FaultyRow:
    """A row with a value that does not fit its field: an `error` only if the row is to be emitted."""

    __slots__ = ()
    error: CoercionError


def is_sayable(name: str) -> bool:
    """Return whether msgspec can give a field this name; a space begins the names that rows need for themselves."""
    return not _UNSAYABLE.search(name)


class PageDecoder:
    """One way to read a page: msgspec types, made from the fields of a schema.

    Args:
        fields: The JSON Schema of each field.
        attributes: The attribute of a row for each name, those of `omitted` included.
        omitted: Names to leave out, whatever they hold.
        envelope: Where a body holds the records.
        is_open: Whether objects within a row may hold more than their schema says. They are read more slowly then.
    """

    def __init__(
        self,
        fields: Mapping[str, Schema],
        attributes: Mapping[str, str],
        *,
        omitted: Collection[str],
        envelope: Envelope,
        is_open: bool,
    ) -> None:
        said = {name: field for name, field in fields.items() if name not in omitted and is_sayable(name)}
        types = {name: _Types(is_open=is_open).of(field) for name, field in said.items()}
        omitted = [name for name in omitted if is_sayable(name)]
        row = _struct("Row", types | dict.fromkeys(omitted, Raw), attributes)
        # What msgspec cannot name is read leniently, and kept apart.
        self.row = msgspec.defstruct(
            "Row",
            [("rest", dict[str, Any] | UnsetType, UNSET)],
            bases=(row,),
            rename={"rest": " rest"},
            forbid_unknown_fields=True,
            kw_only=True,
            gc=False,
        )
        self.misfit = msgspec.defstruct(
            "FaultyRow",
            [("error", Any)],
            bases=(self.row, FaultyRow),
            rename={"error": " fault"},
            kw_only=True,
            gc=False,
        )
        # A member of a class with slots writes without a look at the name: a third of the time of `setattr`.
        self._drops = [getattr(self.row, attributes[name]).__set__ for name in omitted]
        dates = [attributes[name] for name, field in said.items() if is_date_time(field)]
        self._dates = [(attrgetter(date), getattr(self.row, date).__set__) for date in dates]
        self._body = _Body.of(envelope, self.row)

    def open(self, body: bytes, offset: int) -> Page | None:
        """Return the page in a body, or None where something in it is not as this layout has it."""
        page = self._body.open(body, offset) if self._body else None
        if page is not None:
            self._finish(page.rows)
        return page

    def convert(self, records: Sequence[Mapping[str, Any]]) -> list[Any] | None:
        """Return records that were decoded before as rows, or None where something in them is not as declared."""
        try:
            rows = msgspec.convert(records, list[self.row], dec_hook=_fit)  # type: ignore[name-defined] # made at run time
        except (msgspec.ValidationError, RecursionError, InvalidOperation):
            return None
        self._finish(rows)
        return rows

    def _finish(self, rows: Sequence[Any]) -> None:
        """Leave out what is omitted, and put dates in UTC."""
        for drop in self._drops:
            deque(map(drop, rows, repeat(UNSET)), maxlen=0)
        for read, write in self._dates:
            for row in rows:
                if type(date := read(row)) is str and date[-1:] != "Z":
                    write(row, in_utc(date))


class _Body:
    """The body of a response as msgspec types, where its records are a list at a dotted path."""

    def __init__(self, envelope: Envelope, data: Path, leaves: Collection[Path], row: type) -> None:
        self._envelope = envelope
        self._data = data
        beside = ({leaf[depth] for leaf in leaves if leaf[:depth] == data[:depth]} for depth in range(len(data)))
        self._levels = [[(name, _attribute(name)) for name in sorted(names)] for names in beside]
        types = {path: list[row] if path == data else Any for path in leaves}  # type: ignore[valid-type]
        self._decoder = msgspec.json.Decoder(_tree(types), dec_hook=_fit, float_hook=Decimal)

    @classmethod
    def of(cls, envelope: Envelope, row: type) -> _Body | None:
        """Return the body for an envelope, None for one that msgspec types cannot say."""
        data = names_in(envelope.data_selector)
        told = [
            *(envelope.total_path, envelope.pages_path, envelope.next_path, envelope.more_path, envelope.last_path),
            *_ERRORS,
        ]
        paths = [names for path in told if (names := names_in(path)) is not None]
        if data is None or len(paths) < len(told) or not envelope.is_plain:
            return None
        # Where the body itself is the list there is nothing else.
        leaves = {data} | {leaf for names in paths if names and data for leaf in _leaves(names, data)}
        if not all(map(is_sayable, chain.from_iterable(leaves))) or _overlaps(leaves):
            return None
        for sign in ((*prefix, name) for prefix in ((), data[:-1]) for name in NAMES if data):
            if sign != data[: len(sign)]:
                leaves.add(sign)
        return cls(envelope, data, leaves, row)

    def open(self, body: bytes, offset: int) -> Page | None:
        """Return the page in a body; None for one that reports an error, or holds something else."""
        try:
            document = self._decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InvalidOperation):
            return None
        rows = reduce(part, self._data, document)
        # Without a row the rest of the body may tell of a failure.
        if type(rows) is not list or not rows:
            return None
        around = self._around(document, 0) if self._data else {}
        if not all(is_nothing(around.get(name)) for name in _ERRORS):
            return None
        return self._envelope.page(around, rows, offset=offset)

    def _around(self, whole: object, depth: int) -> dict[str, Any]:
        """Return what stands around the records, as far as anybody looks at it."""
        found = ((name, getattr(whole, attribute)) for name, attribute in self._levels[depth])
        around = {name: value for name, value in found if value is not UNSET}
        within = around.pop(self._data[depth])
        if depth + 1 < len(self._data):
            around[self._data[depth]] = self._around(within, depth + 1)
        return around


def _leaves(names: Path, data: Path) -> Iterator[Path]:
    """Return where a value is beside the records, however far it is within; several names may be one key with dots."""
    pairs = enumerate(zip(names, data, strict=False))
    common = next((depth for depth, (name, other) in pairs if name != other), None)
    if common is None:
        yield names  # the records are within it, or it is within them
        return
    yield names[: common + 1]
    for depth in range(min(common + 1, len(names) - 1)):
        yield (*names[:depth], ".".join(names[depth:]))


def _overlaps(paths: Collection[Path]) -> bool:
    """Return whether one of these paths leads through another."""
    return any(path[:depth] in paths for path in paths for depth in range(len(path)))


def part(whole: object, name: str) -> Any:  # noqa: ANN401 - a value of a record
    """Return a field of an object within a row, however that was read; None where there is none."""
    value = whole.get(name) if isinstance(whole, dict) else getattr(whole, _attribute(name), None)
    return None if value is UNSET else value


def _tree(leaves: Mapping[Path, Any]) -> Any:  # noqa: ANN401 - a type, as msgspec takes it
    """Return the type of a document that has these types at these paths, and anything elsewhere."""
    if () in leaves:
        return leaves[()]
    branches: dict[str, dict[Path, Any]] = {}
    for (name, *rest), leaf in leaves.items():
        branches.setdefault(name, {})[tuple(rest)] = leaf
    types = {name: _tree(branch) | None for name, branch in branches.items()}
    return _struct("Body", types, {name: _attribute(name) for name in types}, is_closed=False)


def _attribute(name: str) -> str:
    """Return an identifier for a name that may be none."""
    return "_".join(["f", *(f"{ord(character):x}" for character in name)])


def _struct(name: str, types: Mapping[str, Any], attributes: Mapping[str, str], *, is_closed: bool = True) -> Any:  # noqa: ANN401
    """Return a type of object whose fields may all be absent; a closed one refuses names that it does not have."""
    return msgspec.defstruct(
        name,
        [(attributes[field], kind | UnsetType, UNSET) for field, kind in types.items()],
        rename={attributes[field]: field for field in types},
        forbid_unknown_fields=is_closed,
        kw_only=True,
        gc=False,
    )


class _Converted(type):
    """The kind of types whose values may be of any type: `fit` alone says what is one of them."""

    fit: Fit

    @override
    def __instancecheck__(cls, instance: object) -> bool:
        return True


def _fit(kind: Any, value: Value) -> Value:  # noqa: ANN401 - one of `_converted`
    return kind.fit(value)


def _converted(fit: Fit) -> Any:  # noqa: ANN401
    """Return a type for values that msgspec does not judge as the schema does."""
    return _Converted("Converted", (), {"fit": staticmethod(fit)})


@dataclass(frozen=True)
class _Types:
    """What types the values of schemas have."""

    is_open: bool

    def of(self, schema: Schema, *, is_nested: bool = False) -> Any:  # noqa: ANN401
        """Return the type of the values that a schema takes."""
        kinds = kinds_of(schema)
        if not set(kinds) & _NATIVE.keys() - {"null"}:
            return Any
        others = set(kinds) - {"null"}
        fields = schema.get("properties", {}) if "object" in kinds else {}
        is_open = fields and (self.is_open or not all(map(is_sayable, fields)))
        if "number" in others or is_open:
            converted = _converted(_quick(fit_for(schema)) if others == {"number"} else fit_for(schema))
            return converted | None if "null" in kinds else converted
        return reduce(or_, (self._native(kind, schema, is_nested=is_nested) for kind in kinds if kind in _NATIVE))

    def _native(self, kind: str, schema: Schema, *, is_nested: bool) -> Any:  # noqa: ANN401
        if kind == "array":
            return list[self.of(items_of(schema), is_nested=True)]  # type: ignore[misc] # made at run time
        if kind == "object" and (fields := schema.get("properties")):
            types = {name: self.of(field, is_nested=True) for name, field in fields.items()}
            return _struct("Object", types, {name: _attribute(name) for name in types})
        if kind == "string" and is_nested and is_date_time(schema):
            return _IN_UTC
        return _NATIVE[kind]


def _quick(fit: Fit) -> Fit:
    """Return the fit for a number, with those first that need none."""

    def quick(value: Value) -> Value:
        kind = type(value)
        return value if kind is int or (kind is Decimal and value.adjusted() < _USUAL_EXPONENT) else fit(value)

    return quick


Path = tuple[str, ...]

_UNSAYABLE = re.compile(r'^ |["\\\x00-\x1f]')
_USUAL_EXPONENT = 300
_ERRORS = ("error", "Error", "ERROR", "errors", "Errors", "ERRORS")
_IN_UTC = Annotated[str, Meta(pattern=r"Z\Z")]
_NATIVE: Mapping[str, Any] = {
    "string": str,
    "integer": int,
    "number": Decimal,
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict[str, Any],
}
