"""A body of JSON is one document, or several in a ZIP file."""

from __future__ import annotations

import json

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.formats.format import Body
from tap_analytics.records.formats.json_body import DEFAULT_FORMAT
from tests.files import PEOPLE, as_zip, gzip_of
from tests.records.formats.opened import CODEC

DOCUMENT = json.dumps(PEOPLE).encode()


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (DOCUMENT, PEOPLE),
        (gzip_of(DOCUMENT), PEOPLE),
        (as_zip(a=DOCUMENT, b=b"[]", c=DOCUMENT), PEOPLE * 2),
    ],
    ids=["document", "gzip", "zip"],
)
def test_all_documents_of_a_body_are_one_page(content: bytes, rows: list[object]) -> None:
    assert list(DEFAULT_FORMAT.open(Body(content=content), CODEC, offset=0).rows) == rows


def test_a_document_that_is_larger_than_memory_may_hold_is_refused() -> None:
    with pytest.raises(FatalAPIError, match="unpacks to more than"):
        DEFAULT_FORMAT.open(Body(content=gzip_of(DOCUMENT * 100), most=1_000), CODEC, offset=0)
