"""`python -m tap_analytics` is `tap-analytics`."""

from tap_analytics.tap import TapAnalytics

TapAnalytics.cli()
