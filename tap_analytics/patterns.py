"""Regular expressions that are compiled when they are first used: most runs need only few of them."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return an object with the methods of a compiled expression; the first use compiles it."""
    return cast("re.Pattern[AnyStr]", _Pattern(text, flags))


class _Pattern:
    """Compiles an expression at its first use, and keeps its methods, so that later searches are as fast as usual."""

    def __init__(self, text: Any, flags: int) -> None:  # noqa: ANN401 - text or bytes
        self._given = text, flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the methods of a compiled expression
        method = getattr(re.compile(*self._given), name)
        setattr(self, name, method)
        return method
