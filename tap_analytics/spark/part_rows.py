"""The rows of one task: those of its windows, and those that have left them since they were planned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_analytics.state.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.source import Source
    from tap_analytics.spark.split import Part


@dataclass(frozen=True)
class PartRows:
    """Reads the rows of one task.

    Args:
        source: Reads windows.
        part: The part to read.
    """

    source: Source
    part: Part

    def batches(self) -> Iterator[Any]:
        """Give the rows as batches of Arrow."""
        if self.part.until is None:
            yield from self.source.read(*self.part.windows)
            return
        for window in self.part.windows:
            yield from self._whole(window, self.part.until)

    def _whole(self, window: Window, until: str) -> Iterator[Any]:
        """Give the rows of a window; if some have left it, also other rows that have changed since the planning.

        It is not known in which window those were before, so that other tasks may give them too.
        """
        known: set[Any] = set()
        rows = 0
        for batch in self.source.read(window):
            rows += batch.num_rows
            known.update(self._keys(batch))
            yield batch
        if window.rows is not None and rows >= window.rows:
            return
        for batch in self.source.read(Window(stream=window.stream, account=window.account, start=until)):
            yield batch.filter([key not in known for key in self._keys(batch)])

    @staticmethod
    def _keys(batch: Any) -> list[Any]:  # noqa: ANN401 - of Arrow
        """Return the primary key of each row; without a key, all values of the row."""
        names = [field.name for field in batch.schema if not field.nullable] or batch.schema.names
        return list(map(repr, batch.select(names).to_pylist()))
