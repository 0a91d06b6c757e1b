"""A tap takes signals when it is made, in the main thread alone."""

from __future__ import annotations

import signal
import threading

import pytest

from tap_analytics.tap import TapAnalytics

CONFIG = {"api_url": "http://127.0.0.1:9", "api_key": "none-at-all"}


def test_a_signal_ends_the_process_with_the_status_of_a_shell() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        tap = TapAnalytics(config=CONFIG)
        assert {signal.getsignal(number) for number in before} == {tap.end_by_signal}
        with pytest.raises(SystemExit) as ended:
            signal.raise_signal(signal.SIGTERM)
        assert ended.value.code == 143
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def test_a_tap_of_another_thread_leaves_signals_as_they_are() -> None:
    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=TapAnalytics, kwargs={"config": CONFIG})
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGTERM) == before
