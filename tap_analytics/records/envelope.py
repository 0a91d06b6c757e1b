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
from tap_analytics.records.paths import MISSING, at_names, matches, names_in, path_fault, value_at
from tap_analytics.records.signs import flag_at, signs_in, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_analytics.pagination.page import Row

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DOTTED_PART = re.compile(r"\.?[\[\]()?*@'\"]|\.\.")
_QUOTED = 100
_FAILURES = {"error", "fail", "failed", "failure"}
_ERROR_FIELDS = {"code", "detail", "error", "error_description", "errors", "message", "status", "success", "type"}


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Where a response holds its records, their total and what follows: dotted paths, or `$` for the body itself.

    A JSONPath will do as well; an empty path says that there is no such thing.
    """

    data_selector: str = "data"
    total_path: str = "total"
    pages_path: str = ""
    next_path: str = ""
    more_path: str = ""
    last_path: str = ""

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
        return self.page(document, rows, offset=offset, single=isinstance(data, dict))

    def around(self, body: bytes, rows: Iterable[Row], *, offset: int) -> Page:
        """Return the page of records that were taken from a body by other means than its selector."""
        try:
            document = decode(body)
        except TransientError:
            document = None
        return self.page(document, list(rows), offset=offset)

    def page(self, document: object, rows: list[Row], *, offset: int, single: bool = False) -> Page:
        """Return the page of these records, with what stands around them."""
        total, pages, following = (
            value_at(document, path) if path else None for path in (self.total_path, self.pages_path, self.next_path)
        )
        return Page(
            offset=offset,
            rows=rows,
            single=single,
            total=whole_number(total),
            pages=whole_number(pages),
            next=None if following is MISSING else following,
            more=flag_at(document, self.more_path, self.last_path),
            signs=signs_in(*self.holders(document)),
        )

    def holders(self, document: object) -> list[dict[str, Any]]:
        """Return the objects that the records stand in: the body, and the object right around them."""
        names = names_in(self.data_selector) or ()
        around = [document, at_names(document, names[:-1])] if len(names) > 1 else [document] if names else []
        return [each for each in around if isinstance(each, dict)]

    def _no_records(self, document: object, data: object, error: object) -> str:
        if error is not None:
            return f"the response reports an error: {_text(error)}"
        place = f"`{self.data_selector}`"
        found = f"has no {place}" if data is MISSING else f"has {_kind(data)} as {place}, not a list of records"
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
    except RecursionError:
        message = "the response is nested too deeply to be read"
        raise FatalAPIError(message) from None
    except (msgspec.DecodeError, UnicodeDecodeError, InvalidOperation):
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
        document = document.get(name, MISSING) if isinstance(document, dict) else MISSING
    return document


def _search(document: object, path: str) -> Any:  # noqa: ANN401
    """Return what a JSONPath finds: the one value that it can mean, or a list of all that it found."""
    if fault := path_fault(path):
        message = f"`{path[:_QUOTED]}` {fault}; check `data_selector` and `total_path`"
        raise FatalAPIError(message)
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
    return [each for match in found for each in (match if isinstance(match, list) else [match])] if found else MISSING


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


def _kind(value: object) -> str:
    return WORDS[kind_of(value)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else _ENCODER.encode(value).decode()


_ENCODER = msgspec.json.Encoder(decimal_format="number")
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
