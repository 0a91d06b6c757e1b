from __future__ import annotations

import html
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_analytics.report.redaction.spellings import as_bytes, decode

ESCAPED = st.text(st.sampled_from("%25&amp;#x\\u0041d83de00 cé\x80€😀\udcff\ud83d"))


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("plain", "plain"),
        ("%41 %2541 %25252541 %25%34%31", "A A A A"),
        (r"\u0041 \\u0041 \x41 \U00000041", "A A A A"),
        (r"\u{41} \u{0041} \101 \\101", "A A A A"),
        ("&#65; &#x41; &amp;#65; &amp;amp;#0065; &lt; &uuml;", "A A A A < ü"),
        (r"%5Cu0041 \u002541 &#37;41 &amp;#37;25&#52;1", "A A A A"),
        (r"\ud83d\ude00 %F0%9F%98%80 \xf0\x9f\x98\x80", "😀 😀 😀"),
        (r"%FC \xfc %C3%BC", "ü ü ü"),
        (r"a\nb\\\tc\"d\/e", 'a\nb\tc"d/e'),
        ("100% of a&b &nothing; &#xFFFFFFF; \\U00ffffff", "100% of a&b &nothing; &#xFFFFFFF; U00ffffff"),
    ],
)
def test_escapes_are_decoded_however_they_are_nested(text: str, decoded: str) -> None:
    assert decode(text).text == decoded


@given(ESCAPED)
def test_every_character_has_its_place(text: str) -> None:
    decoded = decode(text)
    starts = list(decoded.starts)
    assert len(starts) == len(decoded.text) + 1
    assert starts == sorted(set(starts))
    assert all(0 <= start <= len(text) for start in starts)


@given(before=st.text("abc é"), inner=st.text("xyz \"<%\\&'", min_size=1), after=st.text("abc é"))
def test_what_is_decoded_stands_where_it_was_written(before: str, inner: str, after: str) -> None:
    escaped = "".join(f"&#{ord(character)};" for character in html.escape(quote(json.dumps(inner))))
    decoded = decode(f"{before}{escaped}{after}")
    assert decoded.text.startswith(before)
    assert decoded.text.endswith(after)
    end = len(decoded.text) - len(after)
    assert (decoded.starts[len(before)], decoded.starts[end]) == (len(before), len(before) + len(escaped))


@given(ESCAPED)
def test_nothing_is_left_to_decode_but_characters_that_look_like_bytes(text: str) -> None:
    decoded = decode(text.replace("\\", "").replace("\udcff", "").replace("\ud83d", "")).text
    assert decode(decoded).text == decoded


def test_what_different_escapes_leave_compares_as_one() -> None:
    assert decode("\uff21\uff11\uff0d\u3000x").comparable == "A1- x"
    assert decode("a+b\nc").comparable == decode(r"a%20b\nc").comparable == decode("a bnc").comparable


def test_latin_1_as_bytes_is_utf_8_where_it_can_be() -> None:
    assert decode(as_bytes("Ã¼ ü €")).text == "Ã¼ ü €".replace("Ã¼", "ü")
