"""How an API writes the cursor of a stream: what its responses show, and what the state remembers of that."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from tap_analytics.instants import in_utc
from tap_analytics.patterns import pattern
from tap_analytics.state.date_text import DateText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tap_analytics.state.bookmarks import State

# The key of the state of a stream that holds a cursor as the API writes it.
KEY = "replication_key_text"
# How many bodies are searched for the text of a cursor, and how many texts of a body are looked at.
_MOST_BODIES = 20
_MOST_TEXTS = 100
# A date with its time, in a body that is not JSON.
_TIME = pattern(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.,]{5,18} ?(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?")


class CursorText:
    """How the API writes a cursor: an API that compares text finds nothing by a bound that it would write otherwise.

    Args:
        name: The name of the field, wherever it stands.
        is_put: Whether records have it put in UTC with `Z`: then its text is found in the bodies.
    """

    def __init__(self, name: str, *, is_put: bool = True) -> None:
        self._value = re.compile(rb'"' + re.escape(name.encode()) + rb'"\s*:\s*"([^"\\]{10,64})"')
        self._is_put = is_put
        self._found: DateText | None = None
        self._attempts = 0
        self._is_worth_keeping = False
        self._is_recalled = False  # lists are asked for from a start, so that its text counts
        self.examples: Sequence[Any] = ()
        self.doubts = 0  # lists that were empty, however they were asked for
        self.is_start_left_out = False  # lists begin behind the start that they are asked for from
        self.is_start_given = False  # the row of a bookmark came, so that the API reads a start as it is meant
        self.is_start_checked = False  # a row showed whether they do, or nothing can show it
        self.compares_texts = False  # of times with more digits and with fewer, as the API does or may do
        self.is_digits_checked = False  # whether it does has been looked at, or cannot be
        self.is_believed = False  # some of them were not asked for in any other way
        self.takes_days = False  # bounds are days, whatever cursors are
        self.is_end_exact = False  # the end is compared as it is sent: its `granularity` is not counted in
        self.is_end_checked = False

    @property
    def is_known(self) -> bool:
        """Whether no more bodies are needed: the text is found, or is not to be found."""
        return self._attempts >= _MOST_BODIES

    @property
    def is_mixed(self) -> bool:
        """Whether times come with more digits and with fewer: texts do not compare as these do."""
        return len(self._by_digits()) > 1

    def _by_digits(self) -> dict[int, Any]:
        """Return the first example of a time for each number of digits behind the second."""
        found: dict[int, Any] = {}
        for example in self.examples:
            form = DateText.of(example) if isinstance(example, str) else None
            if form is not None and form.has_seconds and form.between is not None:
                found.setdefault(form.digits, example)
        return found

    def is_longest(self, text: str | None) -> bool:
        """Return whether a time has as many digits as any cursor: then none of its second is before it, as a text."""
        form = DateText.of(text) if text else None
        return form is not None and form.digits >= max(self._by_digits(), default=0) > 0

    def learn(self, body: bytes, cursors: Iterable[object]) -> None:
        """Look in the body of a response how its cursors are written."""
        cursors = list(cursors)
        self._attempts += bool(cursors)  # an empty list shows nothing, however many there are
        known = [cursor for cursor in cursors if cursor is not None]
        found = list(islice(self._texts(body, known) if self._is_put else known, _MOST_TEXTS))
        if not found:
            return
        self._attempts = _MOST_BODIES
        self.examples = tuple({_form(each): each for each in found}.values())
        if self._is_put and found[0] not in known:
            self._found = DateText.of(str(found[0]))

    def _texts(self, body: bytes, cursors: Sequence[object]) -> Iterator[str]:
        """Give the texts in a body that are one of these cursors."""
        expected = {cursor for cursor in cursors if isinstance(cursor, str)}
        is_found = False
        for sought in (self._value, _TIME) if expected else ():
            for match in sought.finditer(body):
                text = match[match.lastindex or 0].decode(errors="replace").strip()
                if in_utc(text) in expected:
                    is_found = True
                    yield text
            if is_found:
                return

    def restore(self, cursor: object) -> object:
        """Return a cursor as the API writes it: an API that compares text finds nothing by a bound in another zone."""
        if self._found is None or not isinstance(cursor, str) or not cursor.endswith("Z"):
            return cursor
        return self._found.restore(cursor)

    def recall(self, state: State) -> None:
        """Take what the state of the stream remembers, where no response has shown anything yet."""
        self._is_recalled = True
        found = state.get(KEY)
        known = found if isinstance(found, list) else [found]
        self.examples = self.examples or tuple(each for each in known if isinstance(each, str | int))
        self.compares_texts = self.compares_texts or (isinstance(found, list) and self.is_mixed)
        self.is_start_left_out = self.is_start_left_out or self.compares_texts

    def remember(self) -> None:
        """Let the state remember how the API writes its cursor: it took a request to find out."""
        self._is_worth_keeping = True

    def keep(self, state: State, bookmark: object = None) -> None:
        """Write into the state of the stream what it is to remember, with a bookmark that it has."""
        if self.is_mixed and (self.compares_texts or self._is_doubtful(bookmark)):
            by_digits = self._by_digits()
            state[KEY] = [by_digits[digits] for digits in (min(by_digits), max(by_digits))]
        elif (
            self._is_worth_keeping
            and not isinstance(state.get(KEY), list)
            and self.examples
            and isinstance(self.examples[0], str | int)
        ):
            state[KEY] = self.examples[0]

    def _is_doubtful(self, bookmark: object) -> bool:
        """Return whether rows behind a bookmark may be before it as texts, and nothing has shown how they compare."""
        is_open = self._is_recalled and not self.is_digits_checked
        return is_open and isinstance(bookmark, str) and not self.is_longest(bookmark)


def _form(example: object) -> object:
    """Return how an example is written; an example itself where it is no date."""
    return (DateText.of(example) or len(example)) if isinstance(example, str) else len(str(example))
