"""Remarks at the end of a list about declared fields that none of its rows had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.pagination.page import Row
    from tap_analytics.records.envelope.nested import NestedRecords
    from tap_analytics.records.rules import RowRules


class Remarks:
    """Looks at the rows of one list as they come, until each declared field was there once.

    Args:
        rules: The rules for these rows.
        is_part: Whether the list is one of many; then there are no remarks, and nothing is required.
    """

    def __init__(self, rules: RowRules, *, is_part: bool) -> None:
        self._rules = rules
        self._nested = rules.steps.nested if rules.steps else None
        self._is_part = is_part
        self._has_rows = self._has_cursor = self._has_records = False
        self._cut = ""

    def look(self, rows: Sequence[Row]) -> None:
        """Look at rows as the API gave them.

        Raises:
            FatalAPIError: An object of the list has an error in the place of its records.
        """
        if self._nested:
            self._check_failure(self._nested, rows)
            self._cut = self._cut or self._nested.cut(rows)
        self._has_rows = self._has_rows or bool(rows)
        self._has_cursor = self._has_cursor or not self._rules.lack_cursor(rows)
        self._has_records = self._has_records or (bool(rows) and not self._lack_records(rows))

    def check_records(self) -> None:
        """Raise FatalAPIError if records should stand within the objects of the list, and none has their field."""
        is_empty = self._rules.empty_when.covers_data(None, is_missing=True)
        if self._has_rows and not self._has_records and not self._is_part and not is_empty:
            place = self._nested.place if self._nested else ""
            message = (
                f"no object of the list has `{place}`, so there are no records; check `data_selector`, or declare "
                '`empty_when: {"data": "missing"}` if the API leaves out what is empty'
            )
            raise FatalAPIError(message)

    def _check_failure(self, nested: NestedRecords, rows: Sequence[Row]) -> None:
        failure = nested.failure(rows)
        if failure is not None and not self._rules.empty_when.covers_text(failure.said):
            message = (
                f"an object of the list has no `{nested.place}`, but an error in `{failure.place}`: {failure.said}. "
                "If its records are not needed, declare the text as a `message` of `empty_when`"
            )
            raise FatalAPIError(message)

    def _lack_records(self, rows: Sequence[Row]) -> bool:
        return bool(self._nested and self._nested.lack(rows))

    @property
    def said(self) -> list[str]:
        """The remarks, a sentence each."""
        lacks_cursor = self._has_rows and not self._has_cursor and not self._is_part
        cut = (
            f"`{self._cut}` says that an object of the list has more records than it gives, and these are not read; "
            "ask for more of them at once, or read them as a child of the list"
        )
        return [*([self._rules.no_cursor] if lacks_cursor else []), *([cut] if self._cut else [])]
