"""The answer to a request for a token: the token in it, or what it says is wrong."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

from tap_analytics.http.retry import TransientError

if TYPE_CHECKING:
    from requests import Response

    from tap_analytics.report.redaction.redact import Redactor

# The fields in which an answer says what is wrong; no other field is shown, since it may hold a token.
_ERRORS = ("error", "error_description", "errors", "message", "error_message", "detail")
_EXCERPT = 200
# What the name of a field looks like; a token in place of a name does not.
_NAME = re.compile(r"[A-Za-z_][\w-]{0,39}")
# What a form looks like, with a token or an error in it.
_FORM = re.compile(rb"(?=.*(?:token|error)=)[\w.-]+=[!$-~]*(?:&[\w.-]+=[!$-~]*)*\s*")
# The errors of OAuth2 that a retry may mend.
_TRANSIENT = {"temporarily_unavailable", "server_error"}


class TokenAnswer(msgspec.Struct, frozen=True):
    """The body of an answer as JSON; messages quote it without secrets."""

    document: Any
    redactor: Redactor

    @classmethod
    def of(cls, response: Response, redactor: Redactor, *, name: str, setting: str) -> TokenAnswer:
        """Return the answer in a response.

        Raises:
            TransientError: It is no JSON.
        """
        content = response.content.removeprefix(codecs.BOM_UTF8)
        try:
            return cls(msgspec.json.decode(content), redactor)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            is_page = content.lstrip()[:1] == b"<"
        if fields := _form(content):
            return cls(fields, redactor)
        what = "a page of HTML or XML" if is_page else "something that is not JSON"
        message = f"{name} answered {what}; check `{setting}`"
        raise TransientError(message)

    def get(self, path: str) -> object:
        """Return the value at a dotted path, `$` for the whole; None if there is none."""
        found = self.document
        rest = "" if path == "$" else path.removeprefix("$.")
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
        """Whether the answer says that a retry may help."""
        return isinstance(self.document, dict) and str(self.document.get("error")) in _TRANSIENT

    @property
    def complaint(self) -> str:
        """What the answer says is wrong, for a message; empty if it says nothing. It shows no token."""
        said = {name: self.document[name] for name in _ERRORS if self._has(name)}
        text = msgspec.json.encode(said).decode(errors="replace")
        return f". The API says: {self.redactor.line(text, limit=_EXCERPT)}" if said else ""

    @property
    def quotation(self) -> str:
        """What the answer says is wrong, or else the names of its fields, for a message. It shows no token."""
        if complaint := self.complaint:
            return complaint
        if not isinstance(self.document, dict):
            return ""
        names = [f"`{name}`" for name in self.document if isinstance(name, str) and _NAME.fullmatch(name)]
        return f". It has {self.redactor.line(', '.join(names), limit=_EXCERPT)}" if names else ""

    def _has(self, name: str) -> bool:
        return isinstance(self.document, dict) and bool(self.document.get(name))


def _form(content: bytes) -> dict[str, str]:
    """Return the fields of a form, which some token endpoints answer with; none of any other text."""
    return dict(parse_qsl(content.decode().strip())) if _FORM.fullmatch(content) else {}


def seconds_of(given: object) -> float | None:
    """Return a number of seconds above 0, which may be given as text; None for anything else."""
    try:
        seconds = float(str(given))
    except ValueError:
        return None
    return seconds if seconds > 0 else None
