"""The options of a sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_analytics.sandbox.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("total", "reported"), [(True, 10), (False, None), (0, 0), (7, 7), (lambda total: total * 2, 20)]
)
def test_the_total_is_true_left_out_or_another(
    total: bool | int | Callable[[int], int],  # noqa: FBT001 - one option has all of these
    reported: int | None,
) -> None:
    assert Options(total=total).shown_total(10) == reported
