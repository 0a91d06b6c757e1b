"""`response_actions`: which responses are ignored, tried again, or a failure, by their status and content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.retry import TransientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from requests import Response

IGNORE, RETRY, FAIL = "ignore", "retry", "fail"


class IgnoredResponse(Exception):  # noqa: N818 - the declaration asks for it: it is no error
    """A response that ends its list without a row."""


class BadStatusError(FatalAPIError):
    """Code of the operator raises for the status of a response; the tap judges the status itself."""


class ResponseAction(msgspec.Struct, frozen=True, kw_only=True):
    """What is done with a response that has this status and this text in its body; None fits any.

    It is one of the three actions, or `run`: code that looks at the response, changes it, or raises.
    """

    action: str = ""
    status_code: int | None = None
    content: str | None = None
    run: tuple[Callable[[Response], object], ...] = ()

    def matches(self, response: Response) -> bool:
        """Return whether the action applies to a response."""
        return (self.status_code is None or response.status_code == self.status_code) and (
            self.content is None or self.content.encode() in response.content
        )

    def apply(self, response: Response) -> bool:
        """Raise the error that stands for the action, or run its code; return whether further actions may be applied.

        Raises:
            IgnoredResponse: The response ends the list.
            TransientError: The request is worth another try.
            FatalAPIError: The list cannot be read, or code failed.
        """
        for code in self.run:
            encoding = response.encoding
            try:
                code(response)
            except BadStatusError:
                return False
            if response.encoding and response.encoding != encoding:
                _recode(response, response.encoding)
        if not self.action:
            return True
        told = f"status {response.status_code}, which `response_actions` "
        if self.action == IGNORE:
            raise IgnoredResponse
        if self.action == RETRY:
            raise TransientError(f"{told}tries again")  # noqa: EM102, TRY003 - the sentence is made above
        raise FatalAPIError(f"{told}calls a failure")  # noqa: EM102, TRY003


def _recode(response: Response, encoding: str) -> None:
    """Turn the body of a response into UTF-8, as which JSON is read, from the encoding that code has set.

    Raises:
        FatalAPIError: There is no such encoding, or the body is not in it.
    """
    try:
        response._content = response.content.decode(encoding).encode()  # noqa: SLF001 - code changes bodies in this way
    except (LookupError, UnicodeDecodeError):
        message = "code of `response_actions` sets an encoding that the body does not have"
        raise FatalAPIError(message) from None
    response.encoding = "utf-8"
