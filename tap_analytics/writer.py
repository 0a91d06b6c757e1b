"""Singer messages out to the target, and a quiet end when the target is gone."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

from singer_sdk.singerlib.encoding.simple import SimpleSingerWriter, StateMessage
from typing_extensions import override

if TYPE_CHECKING:
    from singer_sdk.singerlib.encoding.simple import Message


logger = logging.getLogger("tap-analytics")


class TargetGone(SystemExit):
    """The target has closed the pipe."""

    def __init__(self) -> None:
        super().__init__(1)


class MessageWriter(SimpleSingerWriter):
    """Writes messages to standard output; `has_told_state` says whether the last one was a STATE.

    Raises:
        TargetGone: On the first message that the target does not take.
    """

    def __init__(self) -> None:
        super().__init__()
        self.has_told_state = True

    @override
    def write_message(self, message: Message) -> None:
        self.has_told_state = isinstance(message, StateMessage)
        try:
            super().write_message(message)
        except BrokenPipeError:
            # What is still buffered has nowhere to go: it must not fail once more when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            logger.error("The target has closed the pipe before the end of the sync")  # noqa: TRY400 - it says it all
            raise TargetGone from None
