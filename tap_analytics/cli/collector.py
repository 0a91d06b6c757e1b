"""The collector of garbage stands still while modules are imported: what they make stays."""

from __future__ import annotations

import contextlib
import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def standing_still() -> Iterator[None]:
    """Look for no cycles meanwhile, and never among what is there by then: one look takes longer than most imports."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
