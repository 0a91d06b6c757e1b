"""RowRules: which rows of a list belong to a reading, what identifies a row, and which fields it must have."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.retry import TransientError
from tap_analytics.pagination.page import Page, RowIdentity, whole
from tap_analytics.records.envelope.empty_when import EmptyWhen
from tap_analytics.records.envelope.no_records import NoListError
from tap_analytics.records.failures.failures import error_of
from tap_analytics.records.formats.bodies import Bodies
from tap_analytics.records.signs.header_signs import with_headers
from tap_analytics.state.bounds import RAISE, Bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from requests import Response

    from tap_analytics.http.spool import Spool
    from tap_analytics.pagination.page import Row
    from tap_analytics.records.raw_records import RawRecords
    from tap_analytics.records.rows import RecordCodec
    from tap_analytics.records.steps import Steps
    from tap_analytics.state.cursor_text import CursorText

_NOT_YET = "the API has accepted the request (202), but has no records yet"
# How a ZIP file begins that has no file in it.
_EMPTY_ZIP = b"PK\x05\x06"
# The most fields of a record that a message names.
_MOST_NAMES = 10


class MisfitError(FatalAPIError):
    """A value that does not fit its field.

    Args:
        message: What is wrong, and what to do.
        field: The path of the field.
    """

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class RowRules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules for the rows of one reading.

    - `codec` opens pages and reads fields; `parse`, if it is set, takes the records out of a response in its place.
    - `primary_keys` are the fields that each record must have; `keys` identify it, even if no target merges by them.
    - `cursor` is the replication key, `bounds` is the part of the list that belongs to the reading, and
      `expects_cursor` says that a bookmark moves by the cursor.
    - `inherited` are values that each record gets from its parent, `defaults` are for records without their own, and
      `marks` are set in all records, also behind `steps`.
    - `bodies` receives responses in their format. `empty_when` says which responses are an empty page.
    - `text` learns how the API writes the replication key.
    - `steps`, if they are set, make other records of those that the API gives.
    """

    path: str
    codec: RecordCodec | RawRecords
    primary_keys: Sequence[str] = ()
    keys: Sequence[str] = ()
    cursor: str | None = None
    bounds: Bounds = msgspec.field(default_factory=Bounds)
    expects_cursor: bool = False
    inherited: Mapping[str, object] = msgspec.field(default_factory=dict)
    defaults: Mapping[str, object] = msgspec.field(default_factory=dict)
    marks: Mapping[str, str] = msgspec.field(default_factory=dict)
    parse: Callable[[Response], Iterable[dict[str, object]]] | None = None
    steps: Steps | None = None
    empty_when: EmptyWhen = msgspec.field(default_factory=EmptyWhen)
    text: CursorText | None = None
    bodies: Bodies = msgspec.field(default_factory=Bodies)

    def __post_init__(self) -> None:
        self.codec.expect((*self.inherited, *self.defaults, *self.marks))
        if self.steps:
            self.steps.codec.expect((*self.inherited, *self.defaults, *self.marks))

    def spool(self) -> Spool | None:
        """Return a spool for the body of a response; None if the body goes into memory."""
        return None if self.parse else self.bodies.spool()

    def is_empty(self, response: Response) -> bool:
        """Return whether a response is an empty page by its status, without a look at its records."""
        return self.empty_when.covers(response.status_code, response.content)

    def open(self, response: Response, *, offset: int) -> Page:
        """Return the page in a response; its records have their keys and the values of their parent.

        Raises:
            TransientError: The body is not JSON, or was cut short.
            FatalAPIError: It holds no records, or a record has no key.
        """
        if self.is_empty(response):
            return Page(offset=offset, rows=())
        page = self._page(response, offset)
        if self.bodies.headers:
            page = self.bodies.headers.add_to(page, response.headers)
        if page.signs.withheld:
            message = (
                f"the response says that rows are missing from it (`{page.signs.withheld}`); ask for less at a time"
            )
            raise TransientError(message)
        if response.status_code == HTTPStatus.ACCEPTED and not page.rows and not (page.runs and page.total):
            raise TransientError(_NOT_YET)
        if page.runs is not None:
            return replace(page, runs=partial(self._complete_runs, page.runs, response))
        return self._complete(page, response)

    def _page(self, response: Response, offset: int) -> Page:
        if self.parse:
            parsed = self.parse(response)
            return self.codec.open(response.content, offset=offset, parsed=parsed)
        is_empty_zip = response.content.startswith(_EMPTY_ZIP)
        is_blank = is_empty_zip or (self.bodies.format.is_file and not response.content.strip())
        if is_blank and self.empty_when.covers_data("", is_missing=False):
            return Page(offset=offset, rows=())
        try:
            return self.bodies.open(response, self.codec, offset=offset)
        except FatalAPIError as failure:
            if response.status_code == HTTPStatus.ACCEPTED:
                raise TransientError(_NOT_YET) from None
            is_lone = isinstance(failure, NoListError)
            if is_lone and (page := self.codec.lone(response.content, offset=offset, keys=self.keys)):
                return page
            from tap_analytics.records.formats.notice import NoticeError  # noqa: PLC0415 - few responses fail

            notice = failure if isinstance(failure, NoticeError) else None
            if notice and self.empty_when.covers_text(notice.said):
                return Page(offset=offset, rows=())
            if notice and notice.is_page:
                raise TransientError(str(notice)) from None
            raise (error_of(str(notice), notice.said) if notice else failure) from None

    def _complete_runs(
        self, runs: Callable[[], Iterable[Sequence[Row]]], response: Response
    ) -> Iterator[Sequence[Row]]:
        before = 0
        for rows in runs():
            yield self._complete(Page(offset=0, rows=rows, before=before), response).rows
            before += len(rows)

    def _complete(self, page: Page, response: Response) -> Page:
        """Return a page whose records have the values of their parent."""
        if self.text and self.cursor and not self.text.is_known:
            self.text.learn(response.content, map(self.codec.get(self.cursor), page.rows))
        signs = with_headers(page.signs, response.headers)
        is_part = response.status_code == HTTPStatus.PARTIAL_CONTENT
        page = replace(page, signs=signs, is_part=is_part)
        if not page.rows:
            from tap_analytics.records.failures.header_faults import fault_in  # noqa: PLC0415 - most pages have rows

            if (fault := fault_in(response.headers)) and not self.empty_when.covers_text(fault.said):
                raise fault.error()
        for name, value in (*self.inherited.items(), *self.marks.items()):
            for row in page.rows:
                self.codec.put(row, name, value)
        for name, value in self.defaults.items():
            for row in page.rows:
                if self.codec.is_blank(row, (name,)):
                    self.codec.put(row, name, value)
        return self.complete(page)

    def complete(self, page: Page) -> Page:
        """Return a page after a check that its records all have their primary key.

        Raises:
            FatalAPIError: A record has no key.
        """
        for key in self.primary_keys:
            if (number := self.codec.lacks(page.rows, key)) is not None:
                raise FatalAPIError(self._without_key(page, number, key))
            self._check_key(page, key)
        return page

    def _without_key(self, page: Page, number: int, key: str) -> str:
        """Return the message for a record that has no value for a key."""
        record, row = f"record {page.before + number + 1} of the response", page.rows[number]
        if not self.codec.is_blank(row, (key,)):
            return f"{record} has null as `{key}`, its primary key; check `primary_key`"
        names = [] if self.codec.fault([row]) else [f"`{name}`" for name in self.codec.plain(row)]
        others = [f"{len(names) - _MOST_NAMES} others"] if len(names) > _MOST_NAMES + 1 else names[_MOST_NAMES:]
        having = f" (its fields are {', '.join([*names[:_MOST_NAMES], *others])})" if names else ""
        return f"{record} has no `{key}`, its primary key{having}; check `primary_key`"

    def _check_key(self, page: Page, key: str) -> None:
        """Raise FatalAPIError if the key of the first row is a list or an object; the others are of the same type."""
        found = self.codec.get(key)(page.rows[0]) if page.rows else None
        if isinstance(found, list | dict | msgspec.Struct):
            what = "a list" if isinstance(found, list) else "an object"
            message = (
                f"record {page.before + 1} of the response has {what} as `{key}`, its primary key, which must be one "
                "value; check `primary_key`"
            )
            raise FatalAPIError(message)

    def select(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the records that belong to the reading.

        Raises:
            FatalAPIError: A value does not fit its field, or a step failed.
        """
        codec = self.steps.codec if self.steps else self.codec
        rows = self._apply_steps(self.steps, rows) if self.steps else rows
        if self.bounds.is_selective and self.cursor:
            rows = self._within(rows, codec.get(self.cursor))
        if fault := codec.fault(rows):
            row, error = fault
            name = ", ".join(str(codec.get(key)(row)) for key in self.keys)
            which = f"record {name}" if name else "a record"
            advice = "if the API is right, correct the `schema` or `columns` of the resource, or the catalog"
            message = f"{which}: {error}; {advice}"
            raise MisfitError(message, field=error.path)
        return rows

    def _within(self, rows: Sequence[Row], cursor: Callable[[Row], object]) -> Sequence[Row]:
        """Return the records within the bounds."""
        if self.bounds.missing == RAISE and not all(cursor(row) is not None for row in rows):
            raise FatalAPIError(self._without_cursor)
        return [row for row in rows if self.bounds.takes(cursor(row))]

    @property
    def _without_cursor(self) -> str:
        return (
            f"a record has no value in `{self.cursor}`, and `on_cursor_value_missing` is `raise`; use `include` to "
            "send such records, or `exclude` to leave them out"
        )

    def _apply_steps(self, steps: Steps, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the records that steps make of these, after a check of their primary keys."""
        made = steps.apply(rows)
        for name, value in self.defaults.items() if steps.nested else ():
            for row in made:
                if steps.codec.is_blank(row, (name,)):
                    steps.codec.put(row, name, value)
        for name, mark in self.marks.items():
            for row in made:
                steps.codec.put(row, name, mark)
        for key in self.primary_keys:
            if steps.codec.lacks(made, key) is not None:
                message = f"a record within another, or made by `processing_steps`, has no `{key}`, its primary key"
                raise FatalAPIError(message)
        return made

    def lack_cursor(self, rows: Sequence[Row]) -> bool:
        """Return whether none of these rows has a cursor, although a bookmark should move by it."""
        if not self.cursor or not self.expects_cursor or self.steps:
            return False
        cursor = self.codec.get(self.cursor)
        return all(self.bounds.place(cursor(row)) is None for row in rows)

    def misread_cursor(self, rows: Sequence[Row]) -> bool:
        """Return whether these rows have values in the cursor that are neither dates nor numbers."""
        if not self.cursor or not self.lack_cursor(rows):
            return False
        cursor = self.codec.get(self.cursor)
        return any(cursor(row) is not None for row in rows)

    @property
    def no_cursor(self) -> str:
        """The message for rows without a cursor."""
        return (
            f"no record has a date or a number in `{self.cursor}`, so no bookmark can move; check `cursor_path`, and "
            "how dates are written: `datetime_format`; or, if the API is asked for both ends and rows have no date, "
            "set `incremental.step`: the bookmark is the end of each window then"
        )

    def identity(self) -> RowIdentity:
        """Return what identifies a row in its list, and what differs when it has changed."""
        return RowIdentity(key=self.key(), version=self.version())

    def key(self) -> Callable[[Row], Hashable] | None:
        """Return a function that reads the key fields of a row; None without key fields."""
        return self.codec.key(self.keys) if self.keys else None

    def version(self) -> Callable[[Row], object]:
        """Return a function that reads what differs when a row has changed: its replication key, or else the whole row.

        Other values, such as signed links, may differ from response to response although nothing has changed.
        """
        if self.cursor is None:
            return lambda _: None
        cursor = self.codec.get(self.cursor)
        return lambda row: whole(row) if (value := cursor(row)) is None else value
