"""Bodies of files, opened as the tap opens them."""

from __future__ import annotations

from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.retry import TransientError
from tap_analytics.http.spool import Spool
from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.formats.format import Body
from tap_analytics.records.formats.formats import format_of
from tap_analytics.records.raw_records import RawRecords

Record = dict[str, Any]
CODEC = RawRecords(Envelope(data_selector="$"))


def body_of(content: bytes, *, most: int | None = None, headers: dict[str, str] | None = None) -> Body:
    """Return a body in a file of its own; with `most`, only its beginning."""
    spool = Spool(most=most)
    beginning = b"".join(spool.fill(content[place : place + 4096] for place in range(0, len(content), 4096)))
    length = {"Content-Length": str(len(content)), "Content-Type": "text/plain"}
    return Body(content=beginning, headers=length if headers is None else headers, spool=spool)


def records_in(
    content: bytes,
    *,
    most: int | None = None,
    headers: dict[str, str] | None = None,
    **words: Any,  # noqa: ANN401 - options of a format
) -> list[Any]:
    """Return the records in a file, which come the same from memory."""
    form, body = format_of(words), body_of(content, most=most, headers=headers)
    page = form.open(body, CODEC, offset=0)
    rows = [row for run in page.runs() for row in run] if page.runs else list(page.rows)
    if most is None:
        in_memory = Body(content=content, headers=body.headers)
        assert list(form.open(in_memory, CODEC, offset=0).rows) == rows
        assert page.total in {None, len(rows)}
    return rows


def fatal(content: bytes, **words: Any) -> str:  # noqa: ANN401 - options of a format
    """Return why a file is refused at once."""
    with pytest.raises(FatalAPIError) as raised:
        records_in(content, **words)
    return str(raised.value)


def transient(content: bytes, **words: Any) -> str:  # noqa: ANN401 - options of a format
    """Return why a file is asked for again."""
    with pytest.raises(TransientError) as raised:
        records_in(content, **words)
    return str(raised.value)
