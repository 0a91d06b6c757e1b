"""Leaves modules out that the SDK imports for targets alone."""

from __future__ import annotations

import contextlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Absent(ModuleType):
    """Stands in for a module: whatever is imported from it is None."""

    @override
    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)


@contextlib.contextmanager
def absence_of(*names: str) -> Iterator[None]:
    """Leave these modules out of what is imported within the block, unless they are there; behind it they can be had.

    `import singer_sdk` imports its targets too, and with them joblib, a tenth of all that a start of the tap takes.
    """
    absent = {name: _Absent(name) for name in names if name not in sys.modules}
    sys.modules.update(absent)
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
