"""Envelope: takes the page of records out of the body of a response."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeGuard

import msgspec
from jsonpath_ng.exceptions import JSONPathError
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.refusals import RefusedError
from tap_analytics.http.retry import TransientError
from tap_analytics.pagination.page import Page
from tap_analytics.patterns import pattern
from tap_analytics.records import paths
from tap_analytics.records.envelope.doubled import refuse_doubled
from tap_analytics.records.envelope.empty_when import EmptyWhen
from tap_analytics.records.envelope.keyed import items_under, with_keys
from tap_analytics.records.envelope.nested import as_records, with_beside
from tap_analytics.records.envelope.surrogates import without_halves
from tap_analytics.records.failures.beside import Beside, failure_alone
from tap_analytics.records.failures.failures import failure_in, failure_of, failure_of_body, failure_on_way
from tap_analytics.records.failures.own_words import OwnWords, around_rows
from tap_analytics.records.failures.sent_words import NOTHING_SENT, SentWords
from tap_analytics.records.paths import MISSING, at_names, lists_at, matches, names_in, path_fault, row_values, value_at
from tap_analytics.records.signs.own_names import noun_of
from tap_analytics.records.signs.signs import count_of, flag_at, signs_in, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_analytics.pagination.page import Row
    from tap_analytics.records.envelope.column_lists import ColumnLists
    from tap_analytics.records.envelope.columns import Columns
    from tap_analytics.records.envelope.nested import Fields
    from tap_analytics.records.failures.failures import Failure

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ONE_OF_A_LIST = pattern(r"\[-?[0-9]+\]\Z")


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Where a response holds its records, their total and what follows: dotted paths, or `$` for the body itself.

    JSONPaths work too; an empty path means that the body has no such value. `may_be_object` says that one object in
    place of a list is the only record, `takes_values` that plain values are records, `empty_when` what else in that
    place is an empty page. `columns` names the cells of rows that are lists. With `key_fields` the records stand in an
    object by keys, which become these fields; with `lists` their values stand in the lists of an object, one for each
    field. Each record gets the fields in `beside` from the body around the list, and those in `own` from within itself;
    `name` is the name of the list. An object around the list with one of the fields in `keys` is an entity: what it
    says of itself is said of no response; `entities` remembers that. `sent` is what the request says of the rows.
    """

    data_selector: str = "data"
    total_path: str = "total"
    pages_path: str = ""
    next_path: str = ""
    more_path: str = ""
    last_path: str = ""
    may_be_object: bool = False
    takes_values: bool = False
    empty_when: EmptyWhen = msgspec.field(default_factory=EmptyWhen)
    columns: Columns | None = None
    key_fields: tuple[str, ...] = ()
    lists: ColumnLists | None = None
    beside: Fields = ()
    own: Fields = ()
    name: str = ""
    keys: tuple[str, ...] = ()
    sent: SentWords = NOTHING_SENT
    entities: OwnWords = msgspec.field(default_factory=OwnWords)

    @property
    def is_plain(self) -> bool:
        """Whether the value in place of the records is a plain list of them."""
        return not (self.beside or self.own or self._is_made)

    def open(self, body: bytes, *, offset: int, content_type: str = "") -> Page:
        """Return the page in a body; numbers are exact.

        Raises:
            TransientError: The body is not JSON, or was cut short.
            FatalAPIError: There are no records under the selector, or an error, or records that are not objects.
        """
        document = decode(body, content_type)
        rows = self.records(document)
        if not rows:
            refuse_doubled(body, names_in(self.data_selector) or ())
            if offset == 0:
                self._check_ready(document)
        data = select(document, self.data_selector)
        if offset == 0 and isinstance(data, list) and (failure := failure_alone(data)):
            raise failure.error()
        self._beside(document, data).warn(self.name)
        single = isinstance(data, dict) and bool(rows) and not self._is_object
        return self.page(document, rows, offset=offset, single=single)

    def learn(self, body: bytes) -> None:
        """Learn from the first body what the API says beside rows.

        Raises:
            FatalAPIError: The body names the field of the records twice.
        """
        names = names_in(self.data_selector) or ()
        refuse_doubled(body, names)
        if names:
            self.entities.first = around_rows(body, names)

    def _check_ready(self, document: object) -> None:
        """Raise an error where an empty first page says that its rows are not ready, or that there will be none."""
        from tap_analytics.records.failures.unready import check_ready  # noqa: PLC0415 - most lists have rows

        found = check_ready(document, names_in(self.data_selector) or (), keys=self.keys, sent=self.sent)
        if found is not None and not self.empty_when.covers_text(found.said):
            raise found.error()

    def records(self, document: object) -> list[Row]:
        """Return the records in a document.

        Raises:
            FatalAPIError: It holds no records, or some that are not objects.
        """
        data = select(document, self.data_selector)
        rows = self._rows(document, data)
        if self._is_made:
            rows = self._with_names(document, rows, data) if rows else []
        elif set(map(type, rows)) - {dict}:
            from tap_analytics.records.envelope.no_records import check_objects  # noqa: PLC0415 - most records are objects

            if self.takes_values and not (data is document and len(rows) == 1):  # a text in place of the list
                rows = as_records(rows)
            check_objects(rows)
        return with_beside(rows, document, self.beside, self.own) if self.beside or self.own else rows

    def data_in(self, document: object) -> Any:  # noqa: ANN401 - JSON may be anything
        """Return the value of a document in place of the records, made into records if it is no list of them."""
        data = select(document, self.data_selector) if self.is_plain else self.records(document)
        return as_records(data) if self.takes_values and isinstance(data, list) else data

    def _with_names(self, document: object, rows: list[Any], data: object) -> list[Row]:
        """Return the records of rows: with names for their cells, or with the keys that they stand under."""
        if self.lists:
            return self.lists.records(data)
        items = items_under(data, self.key_fields) if self.key_fields else [({}, row) for row in rows]
        found = [item for _, item in items]
        records = self.columns.records(document, found) if self.columns else found
        return [with_keys(key, row) for (key, _), row in zip(items[len(items) - len(records) :], records, strict=True)]

    def _rows(self, document: object, data: object) -> list[Row]:
        """Return the records in the value in their place.

        Raises:
            FatalAPIError: There are none: the API reports a failure, or something else stands there.
        """
        failure = self._failure(document, data)
        if failure is not None and (_has_rows(data) or not self.empty_when.covers_text(failure.said)):
            raise failure.error()
        if failure is not None or self._is_empty(data):
            return []
        if isinstance(data, dict) and self._takes_object:
            return [data]
        if isinstance(data, list):
            return data
        from tap_analytics.records.envelope.no_records import list_error  # noqa: PLC0415 - few responses fail

        raise list_error(document, data, self.data_selector)

    def _is_empty(self, data: object) -> bool:
        """Return whether the value in place of the records says that there are none."""
        return (data == {} and self._is_object) or self.empty_when.covers_data(data, is_missing=data is MISSING)

    def _failure(self, document: object, data: object) -> Failure | None:
        """Return the failure that a body names; the fewer records it has, the more of it is searched."""
        way, beside = names_in(self.data_selector) or (), self._beside(document, data)
        if _has_rows(data):
            is_alone = data is document and len(data) == 1 and isinstance(data[0], dict)
            return failure_of(data[0]) if is_alone else beside.failure()
        if not isinstance(data, dict) or not data:
            return failure_in(document, way, self.sent, self.entities) or failure_on_way(document, self.data_selector)
        if data is document:
            return failure_of_body(data)
        around = beside.failure() if self._takes_object else failure_in(document, way[:-1], self.sent)
        return around or failure_of_body(data)

    def _beside(self, document: object, data: object) -> Beside:
        way, is_list = names_in(self.data_selector) or (), isinstance(data, list) or self._is_object
        return Beside(document, data, way, self.keys, is_list, self.sent, self.entities)

    def around(self, body: bytes, rows: Iterable[Row], *, offset: int) -> Page:
        """Return the page of records that a `parse_response` took from a body."""
        try:
            document = decode(body)
        except (FatalAPIError, TransientError):
            document = None
        return self.page(document, list(rows), offset=offset)

    def page(self, document: object, rows: list[Row], *, offset: int, single: bool = False) -> Page:
        """Return the page of these records, with what the body around them says about the list."""
        told = (self.total_path, self.pages_path, self.next_path)
        total, pages, following = (value_at(document, path) if path else None for path in told)
        signs = signs_in(*self.holders(document), rows=self.noun, size=len(rows))
        if signs.cursor and following is not MISSING:
            # The declared field is there, and says what follows; usual names are not needed.
            signs = signs._replace(cursor="")
        return Page(
            offset=offset,
            rows=rows,
            single=single,
            total=count_of(total),
            pages=whole_number(pages),
            next=None if following is MISSING else following,
            more=flag_at(document, self.more_path, self.last_path),
            signs=signs,
            lists=lists_at(document, self.data_selector),
            places=row_values(document, self.next_path),
        )

    @property
    def noun(self) -> str:
        """The API's word for the records: the name that they stand under, and that of the list if it is vague."""
        return noun_of(names_in(self.data_selector) or (), self.name)

    def holders(self, document: object) -> list[dict[str, Any]]:
        """Return the objects that the records stand in: the body, and the object right around them."""
        names = names_in(self.data_selector) or ()
        around = [document, at_names(document, names[:-1])] if len(names) > 1 else [document] if names else []
        return [each for each in around if isinstance(each, dict)]

    @property
    def _is_made(self) -> bool:
        """Whether records have to be made of something else than objects in a list."""
        return self.columns is not None or self._is_object

    @property
    def _is_object(self) -> bool:
        """Whether the records are made of an object that has all of them."""
        return bool(self.key_fields) or self.lists is not None

    @property
    def _takes_object(self) -> bool:
        """Whether one object in place of a list is a valid answer."""
        return self.may_be_object or self._is_object or bool(_ONE_OF_A_LIST.search(self.data_selector))


def _has_rows(data: object) -> TypeGuard[list[Row]]:
    return isinstance(data, list) and bool(data)


def decode(body: bytes, content_type: str = "") -> Any:  # noqa: ANN401 - JSON may be anything
    """Return the document in a body; numbers with a fraction are exact.

    Raises:
        TransientError: The body was cut short, or is something else that a retry may mend.
        FatalAPIError: The body is not JSON, and a retry would bring the same.
    """
    content = body.removeprefix(_BYTE_ORDER_MARK)
    try:
        return _DECODER.decode(content)
    except RecursionError:
        message = "the response is nested too deeply to be read"
        raise FatalAPIError(message) from None
    except (msgspec.DecodeError, UnicodeDecodeError, InvalidOperation) as error:
        from tap_analytics.records.envelope import charsets, malformed, wrapped  # noqa: PLC0415 - most bodies are plain

        mended = without_halves(content) or charsets.in_utf8(content, content_type) or wrapped.without_wrapping(content)
        if mended:
            return decode(mended, content_type)
        message = f"the body of the response is {malformed.describe(content, error, content_type)}"
        kind = RefusedError if malformed.is_refused(content, content_type) else TransientError
        is_lasting = kind is TransientError and malformed.is_lasting(content, error, content_type)
    raise (FatalAPIError if is_lasting else kind)(message)


def select(document: object, path: str) -> Any:  # noqa: ANN401
    """Return the value in a document at a dotted path or a JSONPath; `MISSING` if there is none."""
    names = names_in(path)
    if names is None:
        return _search(document, path.removesuffix("[*]"))
    return at_names(document, names)


def _search(document: object, path: str) -> Any:  # noqa: ANN401
    """Return the value that a JSONPath finds if it can find only one, or else a list of all values."""
    if fault := path_fault(path):
        message = f"`{path[:100]}` {fault}; check `data_selector` and `total_path`"
        raise FatalAPIError(message)
    try:
        found = matches(document, path)
    except JSONPathError:
        message = f"`{path}` is neither a dotted path nor a JSONPath; check `data_selector` and `total_path`"
        raise FatalAPIError(message) from None
    if len(found) == 1 and ".." not in path and not set("*?:,") & set(path):
        return found[0]
    if not found and paths.may_find_none(document, path):
        return []
    return [each for match in found for each in (match if isinstance(match, list) else [match])] if found else MISSING


_DECODER = msgspec.json.Decoder(float_hook=Decimal)
