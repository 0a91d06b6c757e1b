"""The body of a response as msgspec types: the rows, and what stands around them, in one call."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import reduce
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

from tap_analytics.records.failures import failure_of
from tap_analytics.records.own_names import usual_name
from tap_analytics.records.paths import names_in
from tap_analytics.records.sign_names import NAMES
from tap_analytics.records.structs import attribute, is_sayable, part, struct
from tap_analytics.records.wording import is_nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from tap_analytics.pagination.page import Page
    from tap_analytics.records.coerce import Value
    from tap_analytics.records.envelope import Envelope

Path = tuple[str, ...]

_ERRORS = ("error", "Error", "ERROR", "errors", "Errors", "ERRORS")


class Body:
    """The body of a response as msgspec types, where its records are a list at a dotted path."""

    def __init__(self, envelope: Envelope, data: Path, leaves: Collection[Path], row: type) -> None:
        self._envelope = envelope
        self._data = data
        self._leaves = leaves
        self._row = row
        self._is_prepared = False

    def _prepare(self, body: bytes) -> None:
        """Make the types, for bodies that hold what the first one does beside the records."""
        leaves, data = {*self._leaves, *self._signs(body)}, self._data
        beside = ({leaf[depth] for leaf in leaves if leaf[:depth] == data[:depth]} for depth in range(len(data)))
        self._levels = [(sorted(names), _getter([attribute(name) for name in sorted(names)])) for names in beside]
        types = {path: list[self._row] if path == data else Any for path in leaves}  # type: ignore[name-defined]
        self._decoder = msgspec.json.Decoder(_tree(types), dec_hook=_fit, float_hook=Decimal)
        self._is_prepared = True

    def _signs(self, body: bytes) -> Iterator[Path]:
        """Give the places of what says something of the list, under names of the API's own too."""
        data, within = self._data, body
        for depth, name in enumerate(data):
            names = _names(within)
            own = (each for each in names if is_sayable(each) and usual_name(each, self._envelope.noun))
            if depth in {0, len(data) - 1}:
                signs = ((*data[:depth], each) for each in (*NAMES, *own))
                yield from (sign for sign in signs if sign != data[: len(sign)])
            within = names.get(name, b"")

    @classmethod
    def of(cls, envelope: Envelope, row: type) -> Body | None:
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
        return cls(envelope, data, leaves, row)

    def open(self, body: bytes, offset: int) -> Page | None:
        """Return the page in a body; None for one that reports an error, or holds something else."""
        if not self._is_prepared:
            self._prepare(body)
        try:
            document = self._decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InvalidOperation):
            return None
        rows = reduce(part, self._data, document)
        # Without a row the rest of the body may tell of a failure; one row that is all of the body may be one itself.
        if type(rows) is not list or not rows or (not self._data and _is_failure(rows, body)):
            return None
        around = self._around(document, 0) if self._data else {}
        if not all(is_nothing(around.get(name)) for name in _ERRORS):
            return None
        return self._envelope.page(around, rows, offset=offset)

    def _around(self, whole: object, depth: int) -> dict[str, Any]:
        """Return what stands around the records, as far as anybody looks at it."""
        names, values = self._levels[depth]
        around = {name: value for name, value in zip(names, values(whole), strict=True) if value is not UNSET}
        within = around.pop(self._data[depth])
        if depth + 1 < len(self._data):
            around[self._data[depth]] = self._around(within, depth + 1)
        return around


def _is_failure(rows: Sequence[object], body: bytes) -> bool:
    """Return whether the one row that is all of a body is a failure."""
    return len(rows) == 1 and failure_of(msgspec.json.decode(body)[0]) is not None


def _names(body: bytes) -> Mapping[str, bytes]:
    """Return what stands under each name of an object, as it is written; nothing where it is none."""
    try:
        return msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


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


def _getter(attributes: Sequence[str]) -> Callable[[Any], Sequence[Any]]:
    """Return what reads these attributes of an object at once."""
    if len(attributes) == 1:
        return lambda whole: (getattr(whole, attributes[0]),)
    return attrgetter(*attributes)


def _tree(leaves: Mapping[Path, Any]) -> Any:  # noqa: ANN401 - a type, as msgspec takes it
    """Return the type of a document that has these types at these paths, and anything elsewhere."""
    if () in leaves:
        return leaves[()]
    branches: dict[str, dict[Path, Any]] = {}
    for (name, *rest), leaf in leaves.items():
        branches.setdefault(name, {})[tuple(rest)] = leaf
    types = {name: _tree(branch) | None for name, branch in branches.items()}
    return struct("Body", types, {name: attribute(name) for name in types}, is_closed=False)


def _fit(kind: Any, value: Value) -> Value:  # noqa: ANN401 - one of `_converted`
    return kind.fit(value)
