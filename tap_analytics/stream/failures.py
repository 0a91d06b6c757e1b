"""What a stream failed of: whatever is raised while it is read is told with the name of the stream, and where."""

from __future__ import annotations

import traceback
from pathlib import Path

from singer_sdk.exceptions import ConfigValidationError, FatalAPIError, RetriableAPIError

from tap_analytics.http.failures import NESTED

# What is raised with a sentence for whoever reads it.
_TOLD = (FatalAPIError, RetriableAPIError, ConfigValidationError)
_STREAM = "_of_stream"


def note_stream(error: BaseException | None, stream: str) -> bool:
    """Keep with an error which stream it ended, and return whether there is one.

    An error of a child stream ends its parent too, and stays that of the child.
    """
    if error is not None and not hasattr(error, _STREAM):
        setattr(error, _STREAM, stream)
    return error is not None


def is_explained(error: Exception) -> bool:
    """Return whether an error says all that whoever reads it needs; any other is told with its traceback."""
    return isinstance(error, (*_TOLD, RecursionError))


def reason_of(error: Exception, stream: str) -> str:
    """Return why a stream failed, with its name.

    Args:
        error: What was raised.
        stream: The stream that was read, unless the error is known to be of another one.
    """
    stream = getattr(error, _STREAM, stream)
    if isinstance(error, RecursionError):
        return f"{stream}: {NESTED}"
    text = str(error)
    if isinstance(error, _TOLD):
        has_name = text.startswith(f"{stream}:") or f"`{stream}`" in text
        return text if has_name else f"{stream}: {text}"
    kind = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"{stream}: {kind}{_place(error)}"


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f" (line {frames[-1].lineno} of `{Path(frames[-1].filename).name}`)" if frames else ""
