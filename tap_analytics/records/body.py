"""The body of a response as msgspec types: the rows, and what stands around them, in one call."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import reduce
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

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
        beside = ({leaf[depth] for leaf in leaves if leaf[:depth] == data[:depth]} for depth in range(len(data)))
        self._levels = [(sorted(names), _getter([attribute(name) for name in sorted(names)])) for names in beside]
        types = {path: list[row] if path == data else Any for path in leaves}  # type: ignore[valid-type]
        self._decoder = msgspec.json.Decoder(_tree(types), dec_hook=_fit, float_hook=Decimal)

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
        names, values = self._levels[depth]
        around = {name: value for name, value in zip(names, values(whole), strict=True) if value is not UNSET}
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
