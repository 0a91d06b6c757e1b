"""The analytics API, offline: for the demo, the tests and the benchmarks."""

from tap_analytics.sandbox.messages import Answer, Request
from tap_analytics.sandbox.sandbox import Sandbox
from tap_analytics.sandbox.table import Table

__all__ = ["Answer", "Request", "Sandbox", "Table"]
