"""An API that takes its time for each answer, and notes how many it works at together."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from typing_extensions import override

from tests.foreign import Foreign

if TYPE_CHECKING:
    from tests.foreign import Call, Reply

# Seconds for each answer, unless another time is given.
LATENCY = 0.003


class SlowApi(Foreign):
    """The API; `most` is how many answers were under way at the same time."""

    def __init__(self, latency: float = LATENCY) -> None:
        super().__init__()
        self.latency = latency
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    @override
    def answer(self, call: Call) -> Reply:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            time.sleep(self.latency)
            return super().answer(call)
        finally:
            with self._lock:
                self._now -= 1
