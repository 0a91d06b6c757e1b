"""ErrorRows: finds rows that are nothing but an error, in a list whose other rows are records."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, Raw

from tap_analytics.records.failures.beside import SPELLINGS
from tap_analytics.records.failures.failures import error_of, failure_of, is_of_error
from tap_analytics.records.failures.wording import Verdict, of_error, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    Getter = Callable[[Any], Any]

_NAMES = frozenset(("error", "errors", "exception", "fault", "errormessage", "errorcode"))
# Fields that hold a whole record, and may say of an error how it went.
_ENVELOPES = frozenset(("result", "Result", "response", "Response"))
# How the names of fields for errors are written usually.
_SPELLED = frozenset(name for name in SPELLINGS if plain(name) in _NAMES)


class ErrorRows:
    """Finds rows that have the fields of an error, and no field of a record.

    A field with an error that a record has too is one of the records: rows with it are left alone from then on.

    Args:
        fields: The names of the fields of records.
    """

    def __init__(self, fields: Iterable[str]) -> None:
        names = frozenset(fields)
        # Where rows are nothing but `{"result": {...}}`, that is what a record has.
        self._fields = frozenset(name for name in names if not is_of_error(name)) or _ENVELOPES.intersection(names)
        self._of_records: set[str] = set()

    def finder(self, attributes: Mapping[str, str], names: Collection[str]) -> Callable[[Sequence[Any]], bool] | None:
        """Return what says whether there are such rows among some; None if rows of this type have no such field.

        Args:
            attributes: The attribute of a row for each name.
            names: The names of the fields that rows may have.
        """
        sought = [(name, attrgetter(attributes[name])) for name in names if name in _SPELLED]
        fields = [attrgetter(attributes[name]) for name in names if name in self._fields]
        if not sought or not self._fields:
            return None

        def has_some(rows: Sequence[Any]) -> bool:
            return any(self._has_some(rows, *each, fields) for each in sought if each[0] not in self._of_records)

        return has_some

    def _has_some(self, rows: Sequence[Any], name: str, error: Getter, fields: Sequence[Getter]) -> bool:
        values = list(map(error, rows))
        if not any(values):
            return False
        found = [row for row, value in zip(rows, values, strict=True) if value and _is_error(value)]
        if any(field(row) not in (UNSET, None) for row in found for field in fields):
            self._of_records.add(name)
            return False
        return bool(found)

    def check(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Raise an error for the first record that is nothing but one."""
        found = {}
        for number, record in enumerate(records, 1) if self._fields else ():
            names = [name for name in _SPELLED.intersection(record) if _is_error(record[name])]
            if any(record[name] is not None for name in self._fields.intersection(record) if names):
                self._of_records.update(names)
            elif names and (failure := failure_of(record)):
                found[number] = names, failure
        for number, (names, failure) in found.items():
            if self._of_records.isdisjoint(names):
                message = f"record {number} of the response is an error, and no record: {failure.said}"
                raise error_of(message, failure.said)


def _is_error(value: object) -> bool:
    return of_error(msgspec.json.decode(value) if isinstance(value, Raw) else value) is Verdict.FAILURE
