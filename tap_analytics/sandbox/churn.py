"""A list that changes while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tap_analytics.sandbox.messages import Request
    from tap_analytics.sandbox.table import Table


@dataclass(kw_only=True)
class Churn:
    """Random changes to a table before each request to its resource but the first, the same for the same seed.

    Args:
        resource: The resource whose requests bring the changes about.
        table: Its table.
        deletes: Rows deleted before a request.
        inserts: Rows inserted.
        updates: Rows updated, to a later `updated_at` than any.
        seed: Same seed, same changes.
    """

    resource: str
    table: Table
    deletes: int = 3
    inserts: int = 2
    updates: int = 2
    seed: int = 1
    deleted: list[Any] = field(default_factory=list, init=False)
    inserted: list[Any] = field(default_factory=list, init=False)
    updated: list[Any] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """Remember what is there before anything changes."""
        self._random = Random(f"{self.seed}:{self.resource}")  # noqa: S311 - no secret
        self._first = frozenset(self.table.ids())
        self._begun = False

    def __call__(self, request: Request) -> None:
        """Change the table if the request is one that brings changes; the answer is left to the API."""
        if request.resource != self.resource:
            return
        if self._begun:
            self._change()
        self._begun = True

    @property
    def stayed(self) -> set[Any]:
        """The ids of the rows that were there from the start and still are."""
        return set(self._first.difference(self.deleted))

    def _change(self) -> None:
        for key in self.table.sample(self._random, self.deletes):
            self.table.delete(key)
            self.deleted.append(key)
        self.inserted.extend(self.table.insert() for _ in range(self.inserts))
        for key in self.table.sample(self._random, self.updates):
            self.table.update(key)
            self.updated.append(key)
