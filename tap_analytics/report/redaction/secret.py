"""Secret: finds one secret in texts, in any spelling."""

from __future__ import annotations

import base64
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from tap_analytics.patterns import pattern
from tap_analytics.report.redaction.joined import SHORTEST, Joined, in_lower_case, join
from tap_analytics.report.redaction.spellings import as_bytes, decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_analytics.report.redaction.spellings import Decoded

# A shorter value would mask half of every log line and protect nothing.
SHORTEST_SECRET = 4

# A part of a secret, or of its base64, that is shorter than this would be found by chance.
_SHORTEST_PART = 6
_SHORTEST_BASE64 = 5

_BITS = 6  # of a character of base64

# A signed token: a header, claims and a signature, each in base64.
_SIGNED = pattern(r"eyJ[\w-]+\.[\w-]{12,}\.[\w-]{12,}")

# Characters that form an escape with the text before or behind a secret, so that the secret is not found as a whole.
_HEAD = pattern(r"[#xXuU;0-9a-fA-F\\\x80-\xbf\udc00-\udfff]{1,10}")
_LONGEST_TAIL = 12
_TAIL = pattern(
    r"(?:%\\*[0-9a-fA-F]?|\\+(?:[xuU][0-9a-fA-F]{0,7})?|&#?[0-9a-zA-Z]{0,8}|[\xc2-\xf4][\x80-\xbf]{0,2}|[\ud800-\udbff])+\Z"
)


def with_parts(secret: str) -> Sequence[str]:
    """Return a secret, also without white space around it, and the claims and the signature of a signed token (JWT)."""
    wholes = [*dict.fromkeys((secret, secret.strip()))]
    return [*wholes, *secret.split(".")[1:]] if _SIGNED.fullmatch(secret) else wholes


class Sought:
    """A text in which secrets are looked for, in each form that is searched."""

    def __init__(self, text: str, decoded: Decoded) -> None:
        self.text = text
        self._decoded = decoded.text
        self.starts = decoded.starts
        self.backslashes = decoded.backslashes
        self.comparable = decoded.comparable
        self.is_plain = self.comparable == text

    @cached_property
    def base64(self) -> str:
        """The text in which secrets in base64 are looked for."""
        # Both alphabets of base64 become one; `comparable` has no plus.
        return self.comparable.replace("-", " ").replace("_", "/")

    @cached_property
    def joined(self) -> Joined:
        """The text in which long secrets are looked for whatever parts them, in any case of letters."""
        return Joined(in_lower_case(self._decoded))

    @cached_property
    def joined_base64(self) -> Joined:
        """The text in which the base64 of long secrets is looked for where it is written in several lines."""
        return Joined(self._decoded.replace("-", "+").replace("_", "/"))


class _Part(msgspec.Struct, frozen=True):
    """A text to search for, and how many characters on each side of it belong to the secret too."""

    text: str
    before: int = 0
    behind: int = 0

    def spans(self, sought: Sought, text: str) -> Iterator[tuple[int, int]]:
        """Give the places of the secret in the text as it was written."""
        starts = sought.starts
        place = text.find(self.text)
        while place >= 0:
            end = place + len(self.text)
            yield starts[max(place - self.before, 0)], starts[min(end + self.behind, len(text))]
            place = text.find(self.text, end)


class Secret:
    """A value that must not be shown."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._decoded = tuple(_decode(text))
        self._base64 = tuple(_base64(text))
        self._joined = tuple(_long_forms(text))
        self._joined_base64 = tuple(each for part in self._base64 if len(each := join(part.text)) >= SHORTEST)

    def spans(self, sought: Sought) -> Iterator[tuple[int, int]]:
        """Give the places of the secret in a text, once for each spelling in which it is found."""
        if not sought.is_plain:
            yield from self._raw(sought.text)
        for part in self._decoded:
            for start, stop in part.spans(sought, sought.comparable):
                # A backslash at the end of the secret looks like the escape of the next character.
                end = sought.backslashes.get(stop, stop) if self.text.endswith("\\") else stop
                # No spelling is shorter than the secret itself, and one with escapes is longer.
                if end - start >= len(self.text) + bool(part.before or part.behind):
                    yield start, end
        text = sought.base64
        for part in self._base64:
            if part.text in text:
                yield from part.spans(sought, text)
        yield from self._pieces(sought)

    def _pieces(self, sought: Sought) -> Iterator[tuple[int, int]]:
        """Give where it stands in parts, in other letters, or in hexadecimal digits."""
        joined, joined_base64 = sought.joined, sought.joined_base64
        found = [span for part in self._joined if part in joined.text for span in joined.spans(part)]
        # What nothing parts was found above, with the characters beside it.
        parts = [part for part in self._joined_base64 if part in joined_base64.text]
        in_base64 = ((part, span) for part in parts for span in joined_base64.spans(part))
        found += [(start, end) for part, (start, end) in in_base64 if end - start > len(part)]
        yield from ((sought.starts[start], sought.starts[end]) for start, end in found)

    def _raw(self, text: str) -> Iterator[tuple[int, int]]:
        place = text.find(self.text)
        while place >= 0:
            end = place + len(self.text)
            yield place, end
            place = text.find(self.text, end)


def _decode(text: str) -> Iterator[_Part]:
    """Give the decoded forms of a secret, and its decoded middle, which the text around it cannot change."""
    wholes = {decode(text).comparable, decode(as_bytes(text)).comparable} - {""}
    yield from map(_Part, wholes)
    head, tail = _HEAD.match(text), _TAIL.search(text, max(len(text) - _LONGEST_TAIL, 0))
    first, last = head.end() if head else 0, tail.start() if tail else len(text)
    core = decode(text[first:last]).comparable
    if core not in wholes and len(core) >= _SHORTEST_PART:
        yield _Part(core, before=first, behind=len(text) - last)


def _long_forms(text: str) -> Iterator[str]:
    """Give the forms of a secret that are looked for in joined texts: a short one has none."""
    forms = (in_lower_case(join(decode(text).text)), text.encode("utf-8", "surrogatepass").hex())
    yield from (form for form in forms if len(form) >= SHORTEST and len(text) >= _SHORTEST_PART)


def _base64(text: str) -> Iterator[_Part]:
    """Give the forms of a secret in base64, for each offset at which it may begin in the encoded text."""
    for encoded in {text.encode("utf-8", "surrogatepass"), text.encode("latin-1", "ignore")}:
        for bytes_before in range(3):
            bits = 8 * bytes_before
            first, last = -(-bits // _BITS), (bits + 8 * len(encoded)) // _BITS
            whole = base64.b64encode(bytes(bytes_before) + encoded).decode()[first:last].replace("+", " ")
            if len(whole) >= _SHORTEST_BASE64:
                # The neighbouring characters of base64 hold some bits of the secret too.
                yield _Part(whole, before=int(bits % _BITS > 0), behind=int((bits + 8 * len(encoded)) % _BITS > 0))
