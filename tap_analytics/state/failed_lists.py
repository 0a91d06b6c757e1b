"""The lists of a child stream that could not be read, while those of other parents could."""

from __future__ import annotations

import msgspec


class FailedLists(msgspec.Struct):
    """How many lists of a stream were begun, and why some of them could not be read."""

    begun: int = 0
    reasons: list[str] = msgspec.field(default_factory=list)
    failed: int = 0

    def __bool__(self) -> bool:
        return self.failed > 0

    def add(self, reason: str) -> None:
        """Count a list that could not be read."""
        self.failed += 1
        if len(self.reasons) < MOST_REASONS:
            self.reasons.append(reason)

    @property
    def is_worth_telling(self) -> bool:
        """Whether to log the failure that was added last; of many equal ones only the first are logged."""
        return self.failed <= MOST_REASONS

    def summary(self, stream: str) -> str:
        """Return one sentence for all lists that could not be read."""
        if not self.begun:
            return self.reasons[0]
        said = f"{stream}: {self.failed} of {self.begun} lists could not be read; the first: {self.reasons[0]}"
        is_missing = any(f" {status} " in self.reasons[0] for status in MISSING)
        return f"{said}; if a record of the parent may lack its list, declare `empty_when`" if is_missing else said


MOST_REASONS = 10

# The statuses that say that there is no such list.
MISSING = (404, 410)
