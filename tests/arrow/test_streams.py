"""The streams of one account by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.arrow.silent_tap import NoOutput, SilentTap
from tap_analytics.arrow.streams import SourceStreams
from tests.accounted import config, rows, serve, set_keys

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox

pytest.importorskip("pyarrow", reason="the extra `arrow` is not installed")


def test_windows_and_batches_are_those_of_the_account(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    set_keys(monkeypatch)
    serve(api, north=rows(3), south=rows(12), west=[])
    whole = SilentTap(config=config(api), setup_mapper=False, message_writer=NoOutput())
    streams = SourceStreams(tap=whole.reader("south"), account="south")
    assert streams.names == ["contacts"]
    (window,) = streams.plan("contacts", None, None)
    assert sum(batch.num_rows for batch in streams.batches([window])) == 12
    with pytest.raises(ConfigValidationError, match="there is no stream `deals` that is selected"):
        streams.one("deals")
