"""One parameter of many is found by halves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_analytics.resources.detection.narrowing import narrow

if TYPE_CHECKING:
    from collections.abc import Sequence

ITEMS = list(range(32))


@pytest.mark.parametrize("heeded", [0, 15, 16, 31])
def test_the_one_that_is_heeded_is_found_by_few_questions(heeded: int) -> None:
    asked: list[Sequence[int]] = []

    def is_heeded(some: Sequence[int]) -> bool:
        asked.append(some)
        return heeded in some

    assert list(narrow(ITEMS, is_heeded)) == [heeded]
    assert len(asked) == 6


def test_what_is_ignored_is_asked_for_once() -> None:
    answers = iter([False])
    assert list(narrow(ITEMS, lambda _: next(answers))) == []
    assert list(narrow([], lambda _: True)) == []


def test_what_is_refused_together_is_left_to_be_asked_for_alone() -> None:
    assert list(narrow(ITEMS, lambda _: None)) == ITEMS
    assert list(narrow(ITEMS, lambda some: True if len(some) > 8 else None)) == ITEMS[:8]
