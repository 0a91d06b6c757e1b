"""A source that is handed to executors, with the variables of the environment that its configuration names."""

from __future__ import annotations

import os
import pickle
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_analytics.source import Source


@dataclass(frozen=True)
class HandedSource:
    """A source whose copies read as the driver does: variables of an executor may be those of another account.

    Args:
        source: What is read.
        variables: The variables that its configuration names, as the driver has them.
    """

    source: Source
    variables: Mapping[str, str] = field(repr=False)

    def __reduce__(self) -> tuple[Callable[..., HandedSource], tuple[Any, ...]]:
        return _open, (dict(self.variables), pickle.dumps(self.source))


def _open(variables: Mapping[str, str], kept: bytes) -> HandedSource:
    # The settings are read while the source is made.
    os.environ.update(variables)
    return HandedSource(pickle.loads(kept), variables)  # noqa: S301 - the driver has made it
