from __future__ import annotations

from tap_analytics.pagination.link_rule import LinkRule


def test_no_rule_says_the_same_as_another() -> None:
    assert len({rule.value for rule in LinkRule}) == len(LinkRule)
