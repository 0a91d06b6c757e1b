"""The reason why a stream failed, with the name of the stream and the place of the error."""

from __future__ import annotations

import traceback
from pathlib import Path

from singer_sdk.exceptions import ConfigValidationError, FatalAPIError, RetriableAPIError

from tap_analytics.config.nesting import NESTED_RECORD

# Exceptions whose message is a sentence for the user.
_TOLD = (FatalAPIError, RetriableAPIError, ConfigValidationError)
_STREAM = "_of_stream"


def note_stream(error: BaseException | None, stream: str) -> bool:
    """Note in an error which stream it ended, and return whether there is an error.

    An error of a child stream ends its parent too, and stays that of the child.
    """
    if error is not None and not hasattr(error, _STREAM):
        setattr(error, _STREAM, stream)
    return error is not None


def is_explained(error: Exception) -> bool:
    """Return whether the message of an error is enough for the user; any other is logged with its traceback."""
    return isinstance(error, (*_TOLD, RecursionError))


def reason_of(error: Exception, stream: str) -> str:
    """Return why a stream failed, with its name.

    Args:
        error: The error.
        stream: The stream that was read, unless the error is known to be of another one.
    """
    stream = getattr(error, _STREAM, stream)
    if isinstance(error, RecursionError):
        return f"{stream}: {NESTED_RECORD}"
    text = str(error)
    if isinstance(error, _TOLD):
        has_name = text.startswith(f"{stream}:") or f"`{stream}`" in text
        return text if has_name else f"{stream}: {text}"
    kind = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"{stream}: {kind}{_place(error)}"


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f" (line {frames[-1].lineno} of `{Path(frames[-1].filename).name}`)" if frames else ""
