"""The answer to a request for a token: what it holds, and what is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.http.retry import TransientError

if TYPE_CHECKING:
    from requests import Response

    from tap_analytics.report.redact import Redactor

# Fields by which an answer says what is wrong; no other field is shown, since any may hold a token.
_ERRORS = ("error", "error_description", "errors", "message", "error_message", "detail")
_EXCERPT = 200
# A name of a field, which is no token that stands in the place of one.
_NAME = re.compile(r"[A-Za-z_][\w-]{0,39}")
# The errors of OAuth2 that may be over in a moment.
_TRANSIENT = {"temporarily_unavailable", "server_error"}


class TokenAnswer(msgspec.Struct, frozen=True):
    """The body of an answer as JSON, and what hides secrets in it."""

    document: Any
    redactor: Redactor

    @classmethod
    def of(cls, response: Response, redactor: Redactor, *, name: str, setting: str) -> TokenAnswer:
        """Return the answer in a response.

        Raises:
            TransientError: It is no JSON.
        """
        try:
            return cls(msgspec.json.decode(response.content), redactor)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            is_page = response.content.lstrip()[:1] == b"<"
        what = "a page of HTML or XML" if is_page else "something that is not JSON"
        message = f"{name} answered {what}; check `{setting}`"
        raise TransientError(message)

    def get(self, path: str) -> object:
        """Return what stands at a dotted path, None where nothing does."""
        found = self.document
        rest = path.removeprefix("$.")
        while rest:
            if isinstance(found, dict) and rest in found:
                return found[rest]
            name, _, rest = rest.partition(".")
            if isinstance(found, list) and name.isdecimal() and int(name) < len(found):
                found = found[int(name)]
            elif isinstance(found, dict):
                found = found.get(name)
            else:
                return None
        return found

    @property
    def is_transient(self) -> bool:
        """Whether it says that it may be better in a moment."""
        return isinstance(self.document, dict) and str(self.document.get("error")) in _TRANSIENT

    @property
    def complaint(self) -> str:
        """What the answer says is wrong, for a message; empty where it says nothing. No token is in it."""
        said = {name: self.document[name] for name in _ERRORS if self._has(name)}
        text = msgspec.json.encode(said).decode(errors="replace")
        return f". The API says: {self.redactor.line(text, limit=_EXCERPT)}" if said else ""

    @property
    def quotation(self) -> str:
        """What the answer says is wrong, or else the names of its fields, for a message; no token is in it."""
        if complaint := self.complaint:
            return complaint
        if not isinstance(self.document, dict):
            return ""
        names = [f"`{name}`" for name in self.document if isinstance(name, str) and _NAME.fullmatch(name)]
        return f". It has {self.redactor.line(', '.join(names), limit=_EXCERPT)}" if names else ""

    def _has(self, name: str) -> bool:
        return isinstance(self.document, dict) and bool(self.document.get(name))


def seconds_of(given: object) -> float | None:
    """Return a number of seconds above 0, which may be text; None where there is none."""
    try:
        seconds = float(str(given))
    except ValueError:
        return None
    return seconds if seconds > 0 else None
