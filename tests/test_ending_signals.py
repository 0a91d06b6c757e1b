"""Signals end the tap with the code that a shell reports; a thread that may not handle signals changes nothing."""

from __future__ import annotations

import signal
import threading

from tap_analytics.ending_signals import call_at_signals, end_at_once, exit_code


def test_the_code_is_that_of_a_shell() -> None:
    assert [exit_code(number) for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)] == [129, 130, 143]


def test_another_thread_than_the_main_one_changes_nothing() -> None:
    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=call_at_signals, args=(end_at_once,))
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGTERM) is before
