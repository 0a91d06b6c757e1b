"""Links that hold the number of a page or an offset, and lists whose pages have such links."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from msgspec.structs import replace

from tap_analytics.pagination.page import NextLink, Page
from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_analytics.pagination.page import PageNumber

# Usual parameters for the number of a page or an offset, in lower case and without punctuation.
NUMBERS = {
    *("page", "p", "pg", "pagenumber", "pagenum", "pageno", "pageindex", "pageid", "paged", "currentpage"),
    *("offset", "skip", "start", "startat", "startindex", "startrow", "first", "from", "pageoffset", "startposition"),
}

_LONGEST = 80
_PLAIN = str.maketrans("+/", "-_")
_BASE64 = pattern(r"(?:[\w+/-]{4})+(?:[\w+/-]{2,3}={0,2})?|[\w+/-]{2,3}={0,2}", re.ASCII)
_HEX = pattern(r"(?:[0-9a-f]{2})+", re.IGNORECASE)
# Cursors are read so many layers deep.
_DEEPEST = 2
# Numbers that may be a place; longer ones are epochs, and some of eight digits are dates.
_NUMBER = r"(?!(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9]))[0-9]{1,9}"
_COUNTED = pattern(_NUMBER)
_PAIR = r"""["']?(?:{})["']?\s*[:=]\s*["']?NUMBER["']?""".replace(
    "NUMBER", _NUMBER.replace("{", "{{").replace("}", "}}")
)
_SIZE = _PAIR.format(r"count|limit|page_?size|per_?page|rows|size|take|top")
_PLACE = pattern(
    rf"\{{?\s*(?:{_SIZE}\s*[,;&]\s*)?"
    + _PAIR.format(r"arrayconnection|from|index|offset|page|page_?number|pos|position|row|skip|start")
    + rf"(?:\s*[,;&]\s*{_SIZE})?\s*\}}?",
    re.IGNORECASE | re.ASCII,
)


def is_number(name: str, value: str) -> bool:
    """Return whether a parameter asks for a page by its number, or by an offset."""
    plain = "".join(character for character in name.lower() if character.isalnum())
    return plain in NUMBERS and _COUNTED.fullmatch(value) is not None


def holds_number(link: str) -> bool:
    """Return whether a link asks for its page by a number in its query."""
    try:
        query = urlsplit(link).query
    except ValueError:
        return False
    return any(is_number(name, value) or is_place(value) for name, value in parse_qsl(query))


def is_place(cursor: str) -> bool:
    """Return whether a cursor is nothing but a place in the list, such as `offset:20` or `{"page":2}`.

    It may be in base64, or in hexadecimal digits, and the number of rows of a page may stand beside it.
    """
    return len(cursor) <= _LONGEST and any(map(_PLACE.fullmatch, _readings(cursor, _DEEPEST)))


def _readings(cursor: str, depth: int) -> Iterator[str]:
    """Give a cursor as it is, and what it holds in its encodings."""
    yield cursor
    bare = cursor.rstrip("=")
    if depth and _BASE64.fullmatch(cursor):
        content = urlsafe_b64decode(bare.translate(_PLAIN) + "=" * (-len(bare) % 4))
        yield from _readings(content.decode("ascii", "replace"), depth - 1)
    if depth and _HEX.fullmatch(cursor):
        yield from _readings(bytes.fromhex(cursor).decode("ascii", "replace"), depth - 1)


class NumberedLinks:
    """Gives numbers, from 0 on, to pages that are asked for by links, so that a page can be asked for again.

    Args:
        fetch: Asks for a page; None says that there is none.
        following: Returns the link to the page after one; None if that is the last.
        first: The first page, which was asked for already.
    """

    def __init__(
        self,
        fetch: Callable[[NextLink], Page | None],
        *,
        following: Callable[[NextLink, Page], NextLink | None],
        first: Page,
    ) -> None:
        self._fetch = fetch
        self._following = following
        self._tokens = [NextLink()]
        self._first: Page | None = first

    def take(self, page: PageNumber) -> Page:
        """Return the page of a number; an empty one if no page leads to it any more."""
        if page.number >= len(self._tokens):
            return Page(offset=page.number, rows=(), more=False)
        token = self._tokens[page.number]
        found = self._first if self._first is not None and page.number == 0 else self._fetch(token)
        self._first = None
        if found is None:
            return Page(offset=page.number, rows=(), more=False)
        following = self._following(token, found)
        if following is None:
            del self._tokens[page.number + 1 :]
        elif self._tokens[page.number + 1 : page.number + 2] != [following]:
            self._tokens[page.number + 1 :] = [following]
        if following is not None:
            return replace(found, next=None, more=True)
        # A flag that says that there is more, where nothing leads on, is a sign against the end.
        more = found.signs.more or ("has_more_path" if found.more else "")
        return replace(found, next=None, more=None if more else False, signs=found.signs._replace(more=more))
