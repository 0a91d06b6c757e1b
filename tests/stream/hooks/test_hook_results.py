"""A hook of a subclass that fails, or returns what it may not, is named with its class and with what to return."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import pytest
from requests import Request
from singer_sdk.exceptions import FatalAPIError, FatalSyncError, RetriableAPIError

from tap_analytics.resources.code import Code
from tap_analytics.stream.hooks.hook_results import Hook
from tap_analytics.streams import Contacts
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_analytics.client import AnalyticsStream
    from tap_analytics.sandbox import Sandbox


def fail(*_: object, **__: object) -> None:
    message = "no such account"
    raise KeyError(message)


def fail_later(*_: object, **__: object) -> Iterator[dict[str, Any]]:
    yield {"id": 1}
    fail()


@pytest.mark.parametrize(
    ("hook", "called", "fault"),
    [
        (
            "parse_response",
            lambda *_: None,
            r"`Mine.parse_response` returns nothing; yield its records, which are",
        ),
        ("parse_response", lambda *_: {"id": 1}, r"`Mine.parse_response` returns `dict`; yield its records"),
        ("parse_response", fail, r"`Mine.parse_response` failed at line \d+ of `test_hook_results.py`: KeyError"),
        ("parse_response", fail_later, r"`Mine.parse_response` failed at line \d+ of `test_hook_results.py`: KeyErr"),
        ("get_records", lambda *_: None, r"`Mine.get_records` returns nothing; yield its records"),
        ("get_records", fail_later, r"`Mine.get_records` failed at line \d+ of `test_hook_results.py`: KeyError"),
        ("request_records", lambda *_: "no", r"`Mine.request_records` returns `str`; yield its records"),
        ("get_records", lambda *_: [[1]], r"record 1: `Mine.get_records` gives `list`; return a dictionary"),
        ("validate_response", fail, r"`Mine.validate_response` failed at line \d+ of `test_hook_results.py`: KeyError"),
        ("get_http_request", lambda *_, **__: None, "`Mine.get_http_request` returns nothing; return the `HTTPReq"),
        ("get_http_request", lambda *_, **__: Request(), "`Mine.get_http_request` returns `Request`; return the"),
        ("get_url_params", lambda *_: ["a"], "`Mine.get_url_params` returns `list`; return a dictionary of parameters"),
        ("get_url_params", fail, r"`Mine.get_url_params` failed at line \d+ of `test_hook_results.py`: KeyError"),
    ],
)
def test_it_is_named(api: Sandbox, hook: str, called: Callable[..., object], fault: str) -> None:
    class Tap(TapAnalytics):
        def discover_streams(self) -> list[AnalyticsStream]:
            return [type("Mine", (Contacts,), {hook: called})(self)]

    tap = Tap(config={"api_url": api.url, "api_key": api.api_key, "backoff_factor": 0})
    with redirect_stdout(io.StringIO()), pytest.raises(FatalSyncError, match=fault):
        tap.sync_all()


@pytest.mark.parametrize("meant", [FatalAPIError("closed"), RetriableAPIError("later")])
def test_an_error_of_the_sdk_stays_as_it_is(meant: Exception) -> None:
    def hook() -> None:
        raise meant

    with pytest.raises(type(meant)) as raised:
        Hook(Code("Mine.validate_response", hook, __file__), lambda _: True, "")()
    assert raised.value is meant
