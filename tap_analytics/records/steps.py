"""Steps: makes records of the objects of a list, by taking them out of the objects and by code of the operator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import FatalAPIError

if TYPE_CHECKING:
    from typing import Self

    from tap_analytics.pagination.page import Row
    from tap_analytics.records.envelope.nested import NestedRecords
    from tap_analytics.records.raw_records import RawRecords
    from tap_analytics.records.rows import RecordCodec

Record = dict[str, Any]
# The result of a step for one record: nothing, the record, another one, or several.
Step = Callable[[Record], Iterable[Any]]


def _filter(code: Callable[[Record], Any]) -> Step:
    return lambda record: [record] if code(record) else []


def _map(code: Callable[[Record], Any]) -> Step:
    return lambda record: [code(record)]


def _yield_map(code: Callable[[Record], Any]) -> Step:
    return code


# How code is applied to a record, by its word in a declaration.
STEPS: Mapping[str, Callable[[Callable[[Record], Any]], Step]] = {
    "filter": _filter,
    "map": _map,
    "yield_map": _yield_map,
}


class Steps:
    """Applies steps to the objects of one list, and fits the resulting records to the schema.

    Args:
        nested: The way to the records within an object; None if the object is the record.
        steps: The steps that code takes with each record, in order.
        codec: Fits the resulting records to the schema of the stream.
    """

    def __init__(self, nested: NestedRecords | None, steps: Sequence[Step], codec: RecordCodec | RawRecords) -> None:
        self.codec = codec
        self.nested = nested
        self._steps = steps
        self._count = 0

    @classmethod
    def of(cls, nested: NestedRecords | None, steps: Sequence[Step], codec: RecordCodec | RawRecords) -> Self | None:
        """Return the steps of a resource; None if it has none."""
        return cls(nested, steps, codec) if nested or steps else None

    def apply(self, outer: Sequence[Record]) -> Sequence[Row]:
        """Return the records that the objects of a list become, in their order.

        Code gets copies, with numbers as `json` reads them: `float`, or `Decimal` if that would lose a digit.

        Raises:
            FatalAPIError: The objects have no records, or the code of a step failed or returned something else.
        """
        records = [record for each in outer for record in self.nested.of(each)] if self.nested else outer
        return self.codec.fit([made for record in records for made in self._of(record)] if self._steps else records)

    def _of(self, record: Record) -> list[Record]:
        self._count += 1
        try:
            made = [_FOR_CODE.decode(_ENCODER.encode(record))]
            for step in self._steps:
                made = [each for one in made for each in step(one)]
            return _RECORDS.decode(_ENCODER.encode(made))
        except FatalAPIError as error:
            reason = str(error)
        except (TypeError, ValueError, OverflowError):  # msgspec's among them
            reason = "a step of `processing_steps` must give objects of what JSON can say"
        message = f"record {self._count}: {reason}"
        raise FatalAPIError(message)


def _number(text: str) -> float | Decimal:
    """Return a number with a fraction as a float, or as a Decimal if a float would lose a digit."""
    exact, usual = Decimal(text), float(text)
    return usual if Decimal(repr(usual)) == exact else exact


_ENCODER = msgspec.json.Encoder(decimal_format="number")
_FOR_CODE = msgspec.json.Decoder(Record, float_hook=_number)
_RECORDS = msgspec.json.Decoder(list[Record], float_hook=Decimal)
