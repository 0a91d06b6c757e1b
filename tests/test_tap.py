"""The standard suite of the SDK, against the sandbox."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class

from tap_analytics.sandbox import Sandbox
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from collections.abc import Iterator

# The suite wants its settings when its class is made, long before its server runs.
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    API = Sandbox(port=probe.getsockname()[1], rows={"contacts": 250, "companies": 120, "deals": 30})


@pytest.fixture(scope="module", autouse=True)
def _serving() -> Iterator[None]:
    with API:
        yield


# Its attribute tests look at the first attribute over and over (their values are cached), and take a text-or-integer id
# for an integer. The stream tests check every value of every record against the schema.
TestStandardSuite = get_tap_test_class(
    TapAnalytics,
    config={"api_url": API.url, "api_key": API.api_key},
    include_stream_attribute_tests=False,
    parse_env_config=False,
    suite_config=SuiteConfig(max_records_limit=500),
)
