"""What came of a translation shows no secret."""

from __future__ import annotations

from tap_analytics.resources.translation import Translation


def test_secrets_are_not_shown() -> None:
    assert "s3cret" not in repr(Translation({}, secrets=["s3cret"]))
