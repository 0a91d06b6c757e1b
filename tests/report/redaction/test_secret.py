"""One secret is found where it stands in a text, raw, escaped, or in base64 at any place in what is encoded."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tap_analytics.report.redaction.secret import Secret, Sought, with_parts
from tap_analytics.report.redaction.spellings import decode

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = 's3cret/"key+of&an=API'


def pieces_in(secret: str, text: str) -> list[str]:
    """Return the pieces of a text in which a secret is found, each once."""
    sought = Sought(text, decode(text))
    return sorted({text[start:end] for start, end in Secret(secret).spans(sought)})


@pytest.mark.parametrize("written", [KEY, quote(KEY, safe=""), quote(quote(KEY)), json.dumps(KEY)[1:-1]])
def test_a_secret_is_found_from_its_first_to_its_last_character(written: str) -> None:
    assert written in pieces_in(KEY, f"before {written} behind")


def test_a_secret_is_found_each_time() -> None:
    text = f"{KEY} and {KEY}"
    assert len(set(Secret(KEY).spans(Sought(text, decode(text))))) == 2


def test_a_secret_that_ends_in_a_line_break_is_found_without_it() -> None:
    assert list(with_parts("s3cret-77\n")) == ["s3cret-77\n", "s3cret-77"]
    assert list(with_parts("s3cret-77")) == ["s3cret-77"]


def test_a_text_without_the_secret_has_no_span() -> None:
    assert pieces_in(KEY, "Read 250 rows of 250 in 5 pages, 0 seams mended") == []
    assert pieces_in(KEY, KEY[:-1]) == []


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_secret_in_base64_is_found_whatever_stands_before_it(before: str) -> None:
    encoded = base64.b64encode(f"{before}{KEY}:x".encode()).decode()
    (piece,) = pieces_in(KEY, f"Basic {encoded}")
    # The bytes that hold nothing of the secret may stay: less than four characters on each side.
    assert len(piece) >= len(encoded) - 8


PARTED = {
    "a folded line": lambda key: key[:9] + "\r\n " + key[9:],
    "lines of five": lambda key: "\n".join(key[place : place + 5] for place in range(0, len(key), 5)),
    "spaces": " ".join,
    "what is not seen": "\u200d".join,
    "colors": "\x1b[31m".join,
    "capitals": str.upper,
    "small letters": str.lower,
    "hexadecimal digits": lambda key: key.encode().hex(),
    "capital hexadecimal digits": lambda key: key.encode().hex().upper(),
    "base64 in lines": lambda key: base64.encodebytes(f"{'x' * 50}{key}{'y' * 20}".encode()).decode(),
}


@pytest.mark.parametrize("write", PARTED.values(), ids=PARTED)
def test_a_long_secret_is_found_whatever_parts_it_and_in_any_letters(write: Callable[[str], str]) -> None:
    written = write(KEY)
    assert "".join(pieces_in(KEY, f"before <{written}> behind")).replace("\n", "")
    rest = f"<{written}>"
    for piece in pieces_in(KEY, rest):
        rest = rest.replace(piece, "")
    assert len(rest) < len(f"<{written}>") - len(KEY) + 1


def test_words_that_make_up_a_short_secret_are_none() -> None:
    assert pieces_in("of pages", "Number O\nf Pages") == []
