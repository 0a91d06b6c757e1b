"""The result of a sync, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def sum_of(failed: Mapping[str, str], chosen: int, *, is_all: bool) -> str:
    """Return a sentence that names the streams that failed; if all of them did, also why the first one failed."""
    if chosen == len(failed) == 1:
        return f"the only stream failed: {next(iter(failed.values()))}"
    message = f"{len(failed)} of {chosen} streams failed: {', '.join(failed)}"
    # They usually failed for the same reason, and `meltano config test` shows no other line.
    return f"{message}. The first failure: {next(iter(failed.values()))}" if is_all else message
