"""What a declaration says of single responses, by status and content: ignored, tried again, or a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.retry import TransientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from requests import Response

IGNORE, RETRY, FAIL = "ignore", "retry", "fail"


class IgnoredResponse(Exception):  # noqa: N818 - a declaration wants it so: it is no error
    """A response that ends its list without a row."""


class BadStatusError(FatalAPIError):
    """Code calls the status of a response a failure, which the status says itself."""


class ResponseAction(msgspec.Struct, frozen=True, kw_only=True):
    """What is done with a response that has this status, and this text in its body; None fits any.

    Where it is not one of the three actions, `run` is code that looks at the response, changes it, or raises.
    """

    action: str = ""
    status_code: int | None = None
    content: str | None = None
    run: tuple[Callable[[Response], object], ...] = ()

    def matches(self, response: Response) -> bool:
        """Return whether a response is one of those that are meant."""
        return (self.status_code is None or response.status_code == self.status_code) and (
            self.content is None or self.content.encode() in response.content
        )

    def apply(self, response: Response) -> bool:
        """Raise what stands for the action, and return whether other actions may follow.

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
    """Write the body of a response in UTF-8, which JSON is read in, where code says that it is in another encoding.

    Raises:
        FatalAPIError: There is no such encoding, or the body is not in it.
    """
    try:
        response._content = response.content.decode(encoding).encode()  # noqa: SLF001 - code changes bodies in this way
    except (LookupError, UnicodeDecodeError):
        message = "code of `response_actions` sets an encoding that the body does not have"
        raise FatalAPIError(message) from None
    response.encoding = "utf-8"
