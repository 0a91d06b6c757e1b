"""What can be predicted of the lists of a stream, as far as its hooks allow."""

from __future__ import annotations

import pytest

from tap_analytics.stream.foresight import Foresight


@pytest.mark.parametrize(
    ("hook", "known"),
    [
        ("log", Foresight(children=True, lists=True, addresses=True, pages=True)),
        ("post_process", Foresight(lists=True, pages=True)),
        ("get_child_context", Foresight(lists=True, pages=True)),
        ("get_records", Foresight(children=True, pages=True)),
        ("preprocess_context", Foresight(children=True, pages=True)),
        ("get_url_params", Foresight(children=True, lists=True, pages=True)),
    ],
)
def test_what_is_known_of_lists_before_they_are_asked_for_hooks_say(hook: str, known: Foresight) -> None:
    assert Foresight.of(frozenset({hook})) == known


def test_what_keeps_state_or_computes_addresses_is_less_known() -> None:
    assert Foresight.of(frozenset(), keeps_state=True) == Foresight()
    assert Foresight.of(frozenset(), has_own_address=True) == Foresight(children=True, lists=True, pages=True)
