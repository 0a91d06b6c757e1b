"""What is declared for single responses, shown with responses that are made by hand."""

from __future__ import annotations

import pytest
from requests import Response
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.actions import IgnoredResponse, ResponseAction
from tap_analytics.http.retry import TransientError


def response(status: int, text: str) -> Response:
    made = Response()
    made.status_code = status
    made._content = text.encode()  # noqa: SLF001 - requests has no other way to make one
    return made


@pytest.mark.parametrize(
    ("status_code", "content", "fits"),
    [
        (404, None, True),
        (403, None, False),
        (None, "Nothing \u2026 here", True),
        (None, "nothing", False),
        (404, "Nothing", True),
        (404, "nothing", False),
        (403, "Nothing", False),
    ],
)
def test_status_and_content_must_both_fit_where_they_are_declared(
    status_code: int | None, content: str | None, *, fits: bool
) -> None:
    action = ResponseAction(action="ignore", status_code=status_code, content=content)
    assert action.matches(response(404, "Nothing \u2026 here")) is fits


@pytest.mark.parametrize(
    ("action", "error"), [("ignore", IgnoredResponse), ("retry", TransientError), ("fail", FatalAPIError)]
)
def test_each_action_raises_what_it_stands_for(action: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        ResponseAction(action=action, status_code=404).apply(response(404, ""))
