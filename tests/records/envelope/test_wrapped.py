"""JSON is read without what keeps browsers from running it, or lets them."""

from __future__ import annotations

import pytest
from singer_sdk.exceptions import FatalAPIError, RetriableAPIError

from tap_analytics.records.envelope.envelope import decode
from tap_analytics.records.envelope.wrapped import without_wrapping

JSON = b'{"data": [1]}'


@pytest.mark.parametrize(
    "body",
    [
        b")]}'\n" + JSON,
        b")]}',\n" + JSON,
        b"while(1);" + JSON,
        b"for (;;);" + JSON,
        b"throw 1; < don't be evil' >\n" + JSON,
        b"{}&& " + JSON,
        b"callback(" + JSON + b");\n",
        b"/**/ window.on_1(" + JSON + b")",
    ],
)
def test_json_in_a_wrapping_is_read(body: bytes) -> None:
    assert decode(body) == {"data": [1]}


@pytest.mark.parametrize("body", [b"callback(" + JSON, b"callback(" + JSON[:-1] + b")", b")]}'" + JSON[:-1]])
def test_a_wrapping_that_was_cut_is_no_json(body: bytes) -> None:
    with pytest.raises((FatalAPIError, RetriableAPIError)):
        decode(body)


@pytest.mark.parametrize("body", [JSON, b"Unauthorized (401)", b"<html>(1)", b""])
def test_other_bodies_have_no_wrapping(body: bytes) -> None:
    assert without_wrapping(body) is None
