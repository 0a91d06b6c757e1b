"""Checks records that hooks of a subclass make or change: each must fit its stream, or the sync fails."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.report.unknown_fields import MOST_NAMED
from tap_analytics.stream.hooks.hook_results import hook_code
from tap_analytics.stream.hooks.hooks import RECORD_HOOKS

if TYPE_CHECKING:
    from typing import Self

    from singer_sdk.helpers.types import Context, Record

    from tap_analytics.resources.code import Code
    from tap_analytics.stream.read_stream import ReadStream

_UNKNOWN = "%s: the hooks give a field that the schema does not have: `%s`; it is left out%s"
_NO_NUMBER = "the hooks give `{}` a value that is NaN or infinite; give None, or a number that JSON has"
_NO_MORE = ", and so are others, which are not named any more"


def _has_no_number(value: object) -> bool:
    """Return whether a value is, or has at any depth, a number that JSON does not have."""
    if isinstance(value, float | Decimal):
        return not math.isfinite(value)
    if isinstance(value, dict | list | tuple):
        return any(map(_has_no_number, value.values() if isinstance(value, dict) else value))
    return False


@dataclass
class HookedRecords:
    """Replaces `post_process` of a stream: calls it, and checks the record that it returns."""

    stream: ReadStream
    hook: Code
    _count: int = 0
    _told: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, stream: ReadStream) -> Self:
        """Return the replacement of the `post_process` of a stream."""
        maker = next((name for name in RECORD_HOOKS if name in stream.overridden), "post_process")
        return cls(stream, replace(hook_code(stream, maker), called=stream.post_process))

    def __call__(self, row: Record, context: Context | None = None) -> Record | None:
        """Return the record that the hooks make of a row, or None if they leave it out.

        Raises:
            FatalAPIError: The hook fails, or returns something else than a record with its primary key.
        """
        self._count += 1
        try:
            record: Any = self.hook(row, context)
        except FatalAPIError as error:
            reason = str(error)
        else:
            if record is None:
                return None
            if not (reason := self._fault(record, context)):
                return self._known_fields(record)
        message = f"{self.stream.name}: record {self._count}: {reason}"
        raise FatalAPIError(message)

    def _fault(self, record: object, context: Context | None) -> str:
        if not isinstance(record, dict):
            kind = type(record).__name__
            return f"`{self.hook.reference}` gives `{kind}`; return a dictionary, or None to leave the record out"
        # The SDK adds the values of the parent or partition later.
        missing = [key for key in self.stream.primary_keys or () if record.get(key, (context or {}).get(key)) is None]
        names = ", ".join(f"`{key}`" for key in missing)
        if missing:
            return f"the hooks give it no {names}, its primary key"
        return next((_NO_NUMBER.format(name) for name, value in record.items() if _has_no_number(value)), "")

    def _known_fields(self, record: Record) -> Record:
        """Return the fields of a record that the schema has, and warn once of each other field."""
        fields = self.stream.effective_schema["properties"]
        if record.keys() <= fields.keys():
            return record
        for name in record.keys() - fields.keys() - self._told:
            if len(self._told) < MOST_NAMED:
                self._told.add(name)
                is_last = len(self._told) == MOST_NAMED
                self.stream.logger.warning(_UNKNOWN, self.stream.name, name, _NO_MORE if is_last else "")
        return {name: value for name, value in record.items() if name in fields}
