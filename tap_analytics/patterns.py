"""Regular expressions that are compiled when they are first used: most are for what few runs meet."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what searches as the compiled expression does, and is compiled by its first search."""
    return cast("re.Pattern[AnyStr]", _Pattern(text, flags))


class _Pattern:
    """Keeps each method of the compiled expression once it is asked for, so that later searches take no longer."""

    def __init__(self, text: Any, flags: int) -> None:  # noqa: ANN401 - text or bytes
        self._given = text, flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the methods of a compiled expression
        method = getattr(re.compile(*self._given), name)
        setattr(self, name, method)
        return method
