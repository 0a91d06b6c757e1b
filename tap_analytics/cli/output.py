"""Ends the process with one line when the output cannot be written."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger("tap-analytics")


@contextlib.contextmanager
def plain_output() -> Iterator[None]:
    """End the process with one line when the output cannot be written, and silently when its reader is gone."""
    try:
        try:
            yield
        finally:
            if sys.stdout:  # None where the shell has closed it
                sys.stdout.flush()
    except OSError as error:
        if error.errno is None or error.filename is not None:  # that of a request, or of a file
            raise
        # Python writes what is buffered when it ends; that must not fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno != errno.EPIPE:
            logger.error("The output cannot be written: %s", error.strerror)  # noqa: TRY400 - no traceback for users
        sys.exit(1)
