"""FileFormat: a file of records, checked to be whole before its first record goes out, and read in batches."""

from __future__ import annotations

import codecs
from abc import abstractmethod
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.config.faults import TEXT
from tap_analytics.http.retry import TransientError
from tap_analytics.pagination.page import Page
from tap_analytics.records.formats.format import Body, Codec, Format, option
from tap_analytics.records.formats.packing import Budget, is_packed, members
from tap_analytics.records.signs.signs import whole_number

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Sequence

    from tap_analytics.pagination.page import Row

# The most bytes of one record: a longer one shows that the file is broken.
LONGEST_RECORD = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class FileFormat(Format):
    """Records that follow each other in a file; a subclass says how a batch of them is read."""

    encoding: str | None = field(
        default=None,
        metadata=option(TEXT, "How its text is written, such as `utf-16` or `latin-1`; without it, UTF-8."),
    )
    count_header: str | None = field(
        default=None, metadata=option(TEXT, "The header that says how many records the file has.")
    )

    @abstractmethod
    def batches(self, file: io.BufferedReader, body: Body) -> Iterator[Any]:
        """Give the content of one file, some records at a time; the length of a batch is its number of records.

        Raises:
            TransientError: The file is cut short.
            FatalAPIError: It does not have this format, or one of its records is malformed.
        """

    @abstractmethod
    def rows(self, batch: Any, codec: Codec) -> Sequence[Row]:  # noqa: ANN401 - what `batches` gives
        """Return the records of a batch as rows."""

    @override
    def open(self, body: Body, codec: Codec, *, offset: int) -> Page:
        if body.is_beginning:
            return Page(offset=offset, rows=(), runs=partial(self._runs, body, codec))
        _prove_length(body)
        if body.spool is None:
            rows = [row for run in self._runs(body, codec) for row in run]
            self._check_count(body, len(rows))
            return Page(offset=offset, rows=rows)
        # The file is read once before its rows go out: if it is not whole, none of them does.
        count = sum(map(len, self._batches(body)))
        self._check_count(body, count)
        return Page(offset=offset, rows=(), total=count, runs=partial(self._runs, body, codec))

    def _batches(self, body: Body) -> Iterator[Any]:
        budget = Budget(body.size, body.most)
        for name, file in members(body.file, budget, is_beginning=body.is_beginning):
            try:
                yield from self.batches(file, body)
            except (TransientError, FatalAPIError) as error:
                if not name:
                    raise
                kind, message = type(error), f"`{name}` in the ZIP file: {error}"
            else:
                continue
            raise (TransientError if issubclass(kind, TransientError) else FatalAPIError)(message)

    def _runs(self, body: Body, codec: Codec) -> Iterator[Sequence[Row]]:
        try:
            for batch in self._batches(body):
                if rows := self.rows(batch, codec):
                    yield rows
        except TransientError as error:
            if body.spool is None:
                raise
            message = str(error)  # once rows have gone out, the request cannot be retried
        else:
            return
        raise FatalAPIError(message)

    def _check_count(self, body: Body, count: int) -> None:
        """Raise TransientError if a header of the response states another number of records."""
        said = whole_number(body.headers.get(self.count_header)) if self.count_header else count
        if said is None:
            message = f"the response has no number in the header `{self.count_header}`; check `count_header`"
            raise FatalAPIError(message)
        if said != count:
            message = f"the file has {count:,} records, but the header `{self.count_header}` says {said:,}"
            raise TransientError(message)

    def codec_of(self, beginning: bytes) -> str:
        """Return the encoding of a file: the declared one, or the one that its first bytes show, or UTF-8."""
        if self.encoding:
            return self.encoding
        is_wide = beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return "utf-16" if is_wide else "utf-8-sig"


def _prove_length(body: Body) -> None:
    """Raise TransientError for a body that may be cut short, unless the same body came before."""
    if body.is_look or body.is_measured or is_packed(body.content) or body.fingerprint in body.seen:
        return
    body.seen.add(body.fingerprint)
    message = "nothing says how long the file is (no `Content-Length`): it is whole if it comes the same again"
    raise TransientError(message)


def undecodable(error: UnicodeDecodeError) -> Exception:
    """Return the error for a file that is not in its encoding."""
    if "end of data" in error.reason or "truncated" in error.reason:
        return TransientError("the file is cut short: it ends within a character")
    name = error.encoding.removesuffix("-sig")
    return FatalAPIError(f"the file is not in {name}: {error.reason}; declare its `encoding`, such as `latin-1`")
