"""The body of a response -> a page of records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from jsonpath_ng.exceptions import JSONPathError
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.retry import TransientError
from tap_analytics.json_types import WORDS, kind_of
from tap_analytics.pagination.page import Page
from tap_analytics.records.paths import matches, names_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_analytics.pagination.page import Row

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DOTTED_PART = re.compile(r"\.?[\[\]()?*@'\"]|\.\.")
_MISSING = object()
_FAILURES = {"error", "fail", "failed", "failure"}
_ERROR_FIELDS = {"code", "detail", "error", "error_description", "errors", "message", "status", "success", "type"}


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Where a response holds its records, their total and what follows: dotted paths, or `$` for the body itself.

    A JSONPath will do as well; an empty path says that there is no such thing.
    """

    data_selector: str = "data"
    total_path: str = "total"
    next_path: str = ""
    more_path: str = ""

    def open(self, body: bytes, *, offset: int) -> Page:
        """Return the page in a body; numbers are exact.

        Raises:
            TransientError: The body is not JSON, or was cut short.
            FatalAPIError: It holds no records: none under the selector, an error, or records that are no objects.
        """
        document = decode(body)
        data = select(document, self.data_selector)
        error = _reported_error(document, data)
        if error is not None or not isinstance(data, list | dict):
            raise FatalAPIError(self._no_records(document, data, error))
        rows = data if isinstance(data, list) else [data]
        for number, row in enumerate(rows, 1):
            if not isinstance(row, dict):
                message = f"record {number} of the response is {_kind(row)}, not an object; check `data_selector`"
                raise FatalAPIError(message)
        return self._page(document, rows, offset=offset, single=isinstance(data, dict))

    def around(self, body: bytes, rows: Iterable[Row], *, offset: int) -> Page:
        """Return the page of records that were taken from a body by other means than its selector."""
        try:
            document = decode(body)
        except TransientError:
            document = None
        return self._page(document, list(rows), offset=offset)

    def _page(self, document: object, rows: list[Row], *, offset: int, single: bool = False) -> Page:
        total = whole_number(select(document, self.total_path)) if self.total_path else None
        following, more = (select(document, path) if path else _MISSING for path in (self.next_path, self.more_path))
        if isinstance(following, list) and "?" in self.next_path:  # what a JSONPath with a condition finds
            following = following[0] if len(following) == 1 else following
        following = what_follows(None if following is _MISSING else following, None if more is _MISSING else more)
        return Page(offset=offset, rows=rows, total=total, single=single, next=following)

    def _no_records(self, document: object, data: object, error: object) -> str:
        if error is not None:
            return f"the response reports an error: {_text(error)}"
        place = f"`{self.data_selector}`"
        found = f"has no {place}" if data is _MISSING else f"has {_kind(data)} as {place}, not a list of records"
        keys = ", ".join(f"`{key}`" for key in list(document)[:20]) if isinstance(document, dict) else ""
        having = f" (its fields are {keys})" if keys else ""
        return f"the response {found}{having}; check `data_selector`"


def decode(body: bytes) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return the document in a body; numbers with a fraction are exact.

    Raises:
        TransientError: The body is not JSON, or was cut short.
    """
    try:
        return _DECODER.decode(body.removeprefix(_BYTE_ORDER_MARK))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InvalidOperation):
        begins = body.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1]
        kind = "empty" if not begins else "HTML" if begins == b"<" else "not JSON"
        advice = "; check `api_url` and the path of the resource" if kind == "HTML" else ""
    message = f"the body of the response is {kind}{advice}"
    raise TransientError(message)


def select(document: object, path: str) -> Any:  # noqa: ANN401
    """Return what is in a document at a dotted path, or under a JSONPath; a mark of its own where there is nothing."""
    names = names_in(path)
    if names is None:
        return _search(document, path.removesuffix("[*]"))
    for name in names:
        document = document.get(name, _MISSING) if isinstance(document, dict) else _MISSING
    return document


def _search(document: object, path: str) -> Any:  # noqa: ANN401
    """Return what a JSONPath finds: the one value that it can mean, or a list of all that it found."""
    try:
        found = matches(document, path)
    except JSONPathError:
        found = None
    if found is None:
        message = f"`{path}` is neither a dotted path nor a JSONPath; check `data_selector` and `total_path`"
        raise FatalAPIError(message)
    if len(found) == 1 and ".." not in path and not set("*?:,") & set(path):
        return found[0]
    if not found and isinstance(select(document, _DOTTED_PART.split(path)[0]), list):
        return []
    return [each for match in found for each in (match if isinstance(match, list) else [match])] if found else _MISSING


def _reported_error(document: object, data: object) -> object | None:
    """Return the error in a response, None if it has none; a record may have a field of that name."""
    if not isinstance(document, dict) or (data is document and not document.keys() <= _ERROR_FIELDS):
        return None
    told = (document[name] for name in ("error", "errors") if document.get(name) and document[name] is not data)
    return next(told, None) or (_failure(document) if data == [] else None)


def _failure(document: Mapping[str, Any]) -> object | None:
    """Return what a response without records says of its failure, None if it tells of none."""
    status = document.get("status")
    has_failed = (
        document.get("success") is False
        or document.get("ok") is False
        or (isinstance(status, str) and status.lower() in _FAILURES)
        or (isinstance(status, int) and status >= HTTPStatus.BAD_REQUEST)
    )
    return document.get("message") or document.get("detail") or "no reason is given" if has_failed else None


def what_follows(following: object, more: object) -> object:
    """Return what a response names as next, or False where it says that there is no more."""
    no_more = more is not None and (more in (False, 0) or str(more).lower() == "false")
    return False if no_more else following


def whole_number(value: object) -> int | None:
    """Return the count that a value is, as a number or as text; None where it is none."""
    if isinstance(value, str | Decimal):
        value = int(Decimal(value)) if re.fullmatch(r"[0-9]{1,18}(\.0*)?", str(value)) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _kind(value: object) -> str:
    return WORDS[kind_of(value)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else _ENCODER.encode(value).decode()


_ENCODER = msgspec.json.Encoder(decimal_format="number")
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
