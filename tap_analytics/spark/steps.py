"""A stream step by step: up to when it can be read, where the next step ends, and what is read in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from singer_sdk.exceptions import ConfigValidationError, FatalAPIError

from tap_analytics.instants import parse
from tap_analytics.spark.split import USUAL_ROWS, Part, pack
from tap_analytics.state.windows import earlier, is_before, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.source import Source
    from tap_analytics.spark.options import Options


@dataclass(frozen=True)
class Steps:
    """The steps of one stream.

    Args:
        source: Plans the windows.
        options: The stream, and the length of a step.

    Raises:
        ConfigValidationError: An option is only for batches.
    """

    source: Source
    options: Options

    def __post_init__(self) -> None:
        if self.options.split not in {"auto", "windows"}:
            self._refuse(f"`split` is `{self.options.split}`; leave it out")
        if self.options.max_window and self.options.start is None:
            self._refuse("`max_window` is given, which needs a `start` to count from")

    @property
    def start(self) -> str | None:
        """The start of the first step; None for the beginning of the stream."""
        return self.options.start

    def present(self) -> str:
        """Return up to when the stream can be read now: the present by the clock of the server, less `lag`.

        Raises:
            ConfigValidationError: Nothing says when the rows of the stream change.
            FatalAPIError: The list cannot be read.
        """
        # A source reads the clock of the server only once, so that a new one is needed.
        until = parse(self.source.with_settings().until(self.options.stream))
        if until is None:
            self._refuse("it has a parent, or nothing says when its rows change; read it as a batch")
        if self.options.lag:
            until = self.options.lag.after(until, times=-1)
        return str(text_of(earlier(until, parse(self.options.end))))

    def after(self, start: str | None, last: str) -> str:
        """Return the end of the step that begins at `start`: `last`, or earlier if the step would be too long."""
        begin, end = parse(start), parse(last)
        if begin is None or end is None:
            return last
        if not is_before(begin, end):
            return str(start)
        longest = self.options.max_window
        return str(text_of(earlier(longest.after(begin), end) if longest else end))

    def parts(self, start: str | None, end: str) -> Sequence[Part]:
        """Return the parts from a start up to an end, which is not included.

        Raises:
            FatalAPIError: The list cannot be read, or not up to that end.
        """
        if start == end:
            return []
        windows = self.source.with_settings().plan(self.options.stream, until=end, start=start)
        last = {window.account: window.end for window in windows}
        if early := [account for account in self.source.accounts if parse(last.get(account)) != parse(end)]:
            message = (
                f"{f'account `{early[0]}`: ' if early[0] else ''}{self.options.stream}: it is to be read up to {end}, "
                f"but can only be read up to {last.get(early[0]) or 'an earlier time'}; check the clocks, and "
                "`end_date`"
            )
            raise FatalAPIError(message)
        return [*map(Part, pack(windows, self.options.rows or USUAL_ROWS))]

    def _refuse(self, reason: str) -> NoReturn:
        fault = f"`{self.options.stream}` cannot be read as a stream of batches: {reason}"
        raise ConfigValidationError(fault, errors=[fault])
