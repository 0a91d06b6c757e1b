"""A tap within another program writes nothing, and leaves signals to it."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from tap_analytics.arrow.silent_tap import NoOutput, SilentTap

if TYPE_CHECKING:
    import pytest

    from tap_analytics.sandbox import Sandbox


def test_nothing_is_written_and_signals_stay(api: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    settings = {"api_url": api.url, "api_key": api.api_key, "resources": ["deals"]}
    SilentTap(config=settings, message_writer=NoOutput()).write_state()
    assert signal.getsignal(signal.SIGTERM) is before
    assert capsys.readouterr().out == ""
