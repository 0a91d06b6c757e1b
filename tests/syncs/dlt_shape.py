"""Syncs of a configuration in dlt's own shape, in this process."""

from __future__ import annotations

import io
import logging
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError, FatalSyncError

from tap_analytics.tap import TapAnalytics
from tests.conftest import Run
from tests.foreign import TOKEN

if TYPE_CHECKING:
    from tests.foreign import Foreign

Words = dict[str, Any]
Row = dict[str, Any]

PARTS: list[Row] = [{"ref": f"p{number}", "label": f"Part {number}"} for number in range(7)]
REFS = [row["ref"] for row in PARTS]
SINGLE: Words = {"paginator": "single_page"}


def configure(api: Foreign, *entries: object, **words: Any) -> Words:  # noqa: ANN401 - any word
    """Return a configuration of dlt's shape whose client signs with the token that the API wants."""
    client = {"base_url": api.url, "auth": {"type": "api_key", "name": "X-Token", "api_key": TOKEN}}
    defaults = {"primary_key": "ref", "endpoint": {"data_selector": "result.items"}}
    settings = {"max_retries": 1, "backoff_factor": 0, "concurrency": 1}
    changes = {"client": client | words.pop("client", {}), "resource_defaults": words.pop("defaults", defaults)}
    return settings | {"resources": list(entries)} | changes | words


def sync(api: Foreign, *entries: object, state: Words | None = None, **words: Any) -> Run:  # noqa: ANN401
    out, code = io.StringIO(), 0
    with redirect_stdout(out):
        tap = TapAnalytics(config=configure(api, *entries, **words), state=state)
        api.calls.clear()  # those of the discovery
        try:
            tap.sync_all()
        except FatalSyncError as error:
            logging.getLogger("tap-analytics").log(logging.ERROR, "%s", error)
            code = 1
    return Run(code, out.getvalue(), "")


def faults(api: Foreign, *entries: object, **words: Any) -> list[str]:  # noqa: ANN401
    with pytest.raises(ConfigValidationError) as refused:
        TapAnalytics(config=configure(api, *entries, **words))
    return list(refused.value.errors)


def parts(**endpoint: Any) -> Words:  # noqa: ANN401
    return {"name": "parts", "endpoint": {"path": "/parts"} | endpoint}


def refs(run: Run, stream: str = "parts") -> list[Any]:
    return [record["ref"] for record in run.records(stream)]
