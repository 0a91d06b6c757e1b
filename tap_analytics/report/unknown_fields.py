"""Warnings of fields that the API sends and the schema does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Sequence

# The most fields of one stream that are named, each in a line of its own.
MOST_NAMED = 100

UNKNOWN = "The API sends a field that the schema does not have: `%s`; it is left out"


class UnknownFields:
    """Warns of each unknown field of one stream; if there are very many, once of the number of the others.

    Args:
        logger: Takes the warnings.
        note: Called with the names.
    """

    def __init__(self, logger: logging.Logger, note: Callable[[Sequence[str]], object] = lambda _: None) -> None:
        self._logger = logger
        self._note = note
        self._named = 0
        self._is_full = False

    def tell(self, names: Sequence[str]) -> None:
        """Warn of names that come for the first time."""
        named = names[: MOST_NAMED - self._named]
        self._note(named)
        for name in named:
            self._logger.warning(UNKNOWN, name)
        self._named += len(named)
        if len(named) < len(names) and not self._is_full:
            self._is_full = True
            self._logger.warning(
                "The API sends %d more fields that the schema does not have; they are left out, and so are others "
                "that come later",
                len(names) - len(named),
            )
