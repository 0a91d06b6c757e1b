from __future__ import annotations

import base64
import gc
import html
import json
import logging
import sys
import weakref
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from singer_sdk.logging import ConsoleFormatter, StructuredFormatter

from tap_analytics.report.redaction.redact import LONGEST_MESSAGE, MASK, RedactingFormatter, Redactor, install
from tap_analytics.report.redaction.secret import SHORTEST_SECRET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from _typeshed import TraceFunction

KEY = "k3y/with+sp ace&ü€\"'\\<>%=#"


def lower_percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


SPELLINGS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "quote": quote,
    "quote, slashes too": lambda secret: quote(secret, safe=""),
    "quote_plus": quote_plus,
    "lower-case percent": lower_percent,
    "upper-case percent": lambda secret: lower_percent(secret).upper(),
    "quoted twice": lambda secret: quote(quote(secret)),
    "quoted three times": lambda secret: quote(quote(quote(secret))),
    "form-encoded twice": lambda secret: quote_plus(quote_plus(secret)),
    "form-encoded, then quoted": lambda secret: quote(quote_plus(secret)),
    "JSON": json.dumps,
    "JSON, not ASCII": lambda secret: json.dumps(secret, ensure_ascii=False),
    "JSON with escaped slashes": lambda secret: json.dumps(secret).replace("/", r"\/"),
    "JSON twice": lambda secret: json.dumps(json.dumps(secret)),
    "JSON twice, not ASCII": lambda secret: json.dumps(json.dumps(secret, ensure_ascii=False), ensure_ascii=False),
    "quoted JSON": lambda secret: quote(json.dumps(secret)),
    "JSON as HTML": lambda secret: html.escape(json.dumps(secret)),
    "repr": repr,
    "repr of repr": lambda secret: repr(repr(secret)),
    "ascii": ascii,
    "bytes": lambda secret: repr(secret.encode()),
    "HTML": html.escape,
    "HTML twice": lambda secret: html.escape(html.escape(secret)),
    "HTML, decimal": lambda secret: "".join(f"&#{ord(character)};" for character in secret),
    "HTML, hexadecimal": lambda secret: "".join(f"&#x{ord(character):X};" for character in secret),
    "URL": lambda secret: f"https://api.example.com/v1/contacts?{urlencode({'api_key': secret})}&limit=100",
    "URL in a URL": lambda secret: quote(f"https://api.example.com?{urlencode({'api_key': secret})}", safe=""),
    "header line": lambda secret: repr(f"Authorization: Bearer {secret}".encode()),
}

ESCAPINGS: list[Callable[[str], str]] = [
    quote,
    quote_plus,
    json.dumps,
    SPELLINGS["JSON, not ASCII"],
    html.escape,
    repr,
    SPELLINGS["bytes"],
    lower_percent,
    SPELLINGS["HTML, decimal"],
]

# Long enough, and what a key may have in it; what makes an escape with the text beside it is a case of its own.
awkward = st.text(st.sampled_from("k3yZq%&\\\"'<>/+ =#;nx0é€😀\n\t"), min_size=8, max_size=20).map("k{}y".format)
BESIDE = st.sampled_from("abc %&<>\"'/\n\té€😀")

# A secret with an asterisk could be put together from a mask and the text beside it.
secrets = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="*"), min_size=SHORTEST_SECRET)
spellings = st.sampled_from(sorted(SPELLINGS))


def error_with(message: str) -> BaseException:
    """Return an exception with a cause that has a context, all with the message in them."""
    context, cause, error = KeyError(message), OSError(5, message), ValueError(f"outermost {message}", message)
    error.__cause__, cause.__context__ = cause, context
    return error


def record_of(message: str) -> logging.LogRecord:
    error = error_with(message)
    record = logging.LogRecord(
        "tap", logging.ERROR, __file__, 1, "got %s from %r", (message, error), (type(error), error, error.__traceback__)
    )
    record.url = message
    return record


@pytest.mark.parametrize("formatter", [ConsoleFormatter(), StructuredFormatter()], ids=["console", "structured"])
@settings(deadline=None)
@given(secret=secrets, spelling=spellings)
@example(secret="\x80\x81\xad\xff", spelling="repr")
@example(secret="a b c", spelling="form-encoded, then quoted")
@example(secret="\U000e0001\U0010ffff12", spelling="repr of repr")
@example(secret="\"'\\\n\t\x00\x7f", spelling="JSON twice")
@example(secret="%25%2525%", spelling="quoted three times")
@example(secret="&amp;&#38;", spelling="HTML twice")
def test_no_spelling_of_a_secret_is_left_in_a_log_line(
    formatter: logging.Formatter, secret: str, spelling: str
) -> None:
    line = RedactingFormatter(formatter, Redactor([secret])).format(record_of(f"<{SPELLINGS[spelling](secret)}>"))
    found = [name for name, spell in SPELLINGS.items() if spell(secret) in line]
    assert found == []
    assert MASK in line


@settings(deadline=None)
@given(secret=secrets, spelling=spellings, before=st.text(), after=st.text())
def test_a_secret_is_masked_whatever_stands_around_it(secret: str, spelling: str, before: str, after: str) -> None:
    text = Redactor([secret]).redact(f"{before}{SPELLINGS[spelling](secret)}{after}")
    assert secret not in text.replace(MASK, "")
    assert SPELLINGS[spelling](secret) not in text


@pytest.mark.parametrize("spelling", sorted(SPELLINGS))
def test_a_key_in_a_url_is_masked_however_it_is_encoded(spelling: str) -> None:
    spelled = SPELLINGS[spelling](KEY)
    assert "k3y" not in Redactor([KEY]).redact(f"GET /v1/contacts?api_key={spelled}&limit=100")


@settings(deadline=None)
@given(secret=secrets, text=st.text())
def test_text_without_the_secret_stays_as_it_is(secret: str, text: str) -> None:
    # Letters only, so that no spelling of the secret can come about by chance.
    secret = "".join(f"{ord(character):x}q" for character in secret)
    plain = text.replace("q", "").replace("Q", "").replace("%", "").replace("\\", "").replace("&", "")
    assert Redactor([secret]).redact(plain) == plain


def test_what_stands_beside_the_secret_stays() -> None:
    assert Redactor(["s3cret"]).redact("a=s3cret&b=%733cret c='s3cret'") == "a=***&b=*** c='***'"


def test_a_secret_is_masked_wherever_it_stands() -> None:
    assert Redactor(["s3cret"]).redact("s3crets3cret s3cret") == "****** ***"


def test_parts_of_a_secret_are_no_secret() -> None:
    assert Redactor(["s3cret-k3y"]).redact("s3cret k3y s3cret-k3") == "s3cret k3y s3cret-k3"


def test_case_matters_in_the_secret_but_not_in_its_encoding() -> None:
    redactor = Redactor(["kéy/Z"])
    assert redactor.redact("k%c3%A9y%2fZ KÉY/Z kéy/z") == "*** KÉY/Z kéy/z"


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("schlüssel", "schl%FCssel schl%c3%bcssel"),
        ("schlüssel", r"schl\xfcssel schl\xc3\xbcssel"),
        ("a/b+c/d", r"a\/b\u002bc%2Fd"),
        ("it's", r"it&#39;s it&apos;s it&#x27;s it&#039;s it\'s it\\\'s"),
        ("line\nbreak", r"line\nbreak line%0Abreak line\x0abreak line\u000abreak line\\nbreak"),
        ("back\\slash", r"back\slash back\\slash back\\\\slash back%5Cslash back&#92;slash"),
        ("two\\\\back", r"two\\back two\\\\back two\\\\\\\\back"),
        ("ends\\", "ends\\ ends\\\\"),
        ("\\begins", "\\begins \\\\begins"),
        ("grin😀", r"grin\ud83d\ude00 grin\U0001f600 grin%F0%9F%98%80 grin\xf0\x9f\x98\x80"),
        ("a b+c", "a+b%2Bc a%20b%2bc a%2Bb%252Bc"),
    ],
)
def test_spellings_of_other_tools_are_known(secret: str, text: str) -> None:
    assert Redactor([secret]).redact(text) == " ".join([MASK] * len(text.split()))


def test_a_secret_shorter_than_the_shortest_is_left_alone() -> None:
    assert Redactor(["abc", ""]).redact("abcabc") == "abcabc"
    assert Redactor(["abcd"]).redact("abcd") == MASK


def test_without_secrets_nothing_is_masked() -> None:
    assert Redactor().redact("anything") == "anything"


@pytest.mark.parametrize("order", [1, -1])
def test_the_longer_of_two_secrets_leaves_no_rest(order: int) -> None:
    assert Redactor(["token", "token-and-more"][::order]).redact("token-and-more token") == "*** ***"


def test_a_secret_that_comes_later_is_masked_from_then_on() -> None:
    redactor = Redactor(["first"])
    assert redactor.redact("first second") == "*** second"
    redactor.add("second", "first")
    redactor.add("second and more")
    assert redactor.redact("first second") == "*** ***"
    assert redactor.redact("second and more") == MASK


def test_half_a_surrogate_pair_in_a_secret_does_no_harm() -> None:
    assert Redactor(["ab\udcffcd"]).redact(r"ab\udcffcd ab" + "\udcffcd") == "*** ***"


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        pytest.param("a" * 60, "a" * 59 + "!", id="begins like the secret"),
        pytest.param("\\" * 8 + "xyz", "\\" * 5_000 + "no", id="backslashes"),
        pytest.param("'\"<>&" * 8 + "z", "'\"<>&" * 8 + "!", id="entities"),
        pytest.param("&amp;" * 10 + "z", "&" + "amp;" * 400, id="ampersands"),
        pytest.param("%25" * 10 + "z", "%" + "25" * 400, id="percent signs"),
        pytest.param(" " * 40 + "z", "+" * 400, id="spaces"),
        pytest.param("x78" * 10 + "z", "\\x78" * 400, id="escapes"),
    ],
)
def test_a_text_that_looks_like_a_secret_stays(secret: str, text: str) -> None:
    assert Redactor([secret]).redact(text) == text


HOSTILE = {
    "percent": "%41",
    "percent signs of percent signs": "25",
    "backslashes": "\\",
    "backslashes that escape": "\\x5c",
    "ampersands": "amp;",
    "entities": "&#38;",
    "entities without an end": "&#",
    "bytes": "%c3%a9",
    "bytes of bytes": "%25c3%25a9",
    "half a character": "\\ud83d",
    "the beginning of the secret": "%26%25",
    "the secret": "%26%25/k3y",
    "names": "token:",
    "names and quotes": "token=\\'token='",
    "names of names": "token%3Dtoken=",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_text_takes_twice_the_steps(piece: str) -> None:
    redactor = Redactor(["&%/k3y", *(f"k3y number {number} %&" for number in range(5))])
    once, twice = (steps(partial(redactor.redact, "%" + piece * number)) for number in (200, 400))
    assert twice < 2.1 * once + 100


def test_a_secret_takes_as_many_steps_whatever_its_length() -> None:
    few, many = (steps(partial(Redactor, ["k3y/+-" * number])) for number in (10, 10_000))
    assert many == few


def steps(act: Callable[[], object]) -> int:
    """Count the lines of Python that run."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> TraceFunction:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


escapings = st.lists(st.sampled_from(ESCAPINGS), max_size=6)


@settings(deadline=None)
@given(secret=awkward, escapings=escapings, before=st.text(BESIDE), after=st.text(BESIDE))
@example(secret="%41\\x41&#65;", escapings=[quote, json.dumps, html.escape, repr], before="", after="")
@example(secret="\\\\nk3y\n%25", escapings=[json.dumps, json.dumps, quote, quote], before="", after="")
def test_a_secret_is_masked_however_its_escapes_are_nested(
    secret: str, escapings: list[Callable[[str], str]], before: str, after: str
) -> None:
    def spell(text: str) -> str:
        for escape in escapings:
            text = escape(text)
        return text

    assert spell(secret).strip("'\"") not in (masked := Redactor([secret]).redact(spell(f"{before} {secret} {after}")))
    assert masked.count(MASK) == 1


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("8a&k3y/in/bytes", r"b'100%\\8a&k3y/in/bytes'"),
        ("25 percent of k3y", "100%2525+percent+of+k3y"),
        ('k3y "of" 100%', r"k3y \"of\" 100%41"),
        ('"k3y" and &lt', r"\"k3y\" and &lt;"),
    ],
)
def test_what_stands_beside_a_secret_and_makes_an_escape_with_it_hides_it_not(secret: str, text: str) -> None:
    assert "k3y" not in Redactor([secret]).redact(text)


@settings(deadline=None)
@given(text=st.text(st.sampled_from("%25&amp;#x\\u0041 +-_/=\n\"'zé\x80€😀")))
def test_text_full_of_escapes_without_a_secret_stays_as_it_is(text: str) -> None:
    assert Redactor(["qqqqqq", 'q q+q%q&q\\q"q']).redact(text) == text


@given(
    secret=st.text(min_size=6),
    before=st.binary(max_size=5),
    after=st.binary(max_size=5),
    encode=st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]),
)
@example(secret="\xfb\xff\xfe??>>", before=b"", after=b"", encode=base64.urlsafe_b64encode)
def test_a_secret_is_masked_in_base64_wherever_it_stands_in_it(
    secret: str, before: bytes, after: bytes, encode: Callable[[bytes], bytes]
) -> None:
    raw = secret.encode()
    text = encode(before + raw + after).decode()
    masked = Redactor([secret]).redact(f"<{quote(text, safe='')}>")
    left, mask, right = masked.removeprefix("<").removesuffix(">").partition(MASK)
    assert mask
    # What is left of it are the bits of what stands around.
    assert len(unquote(left)) * 6 <= len(before) * 8
    assert len(unquote(right).rstrip("=")) * 6 < len(after) * 8 + 6


def test_base64_of_latin_1_is_masked_too() -> None:
    assert Redactor(["schlüssel"]).redact(base64.b64encode("user:schlüssel".encode("latin-1")).decode()) == "dXNlcj***="


def test_the_last_twenty_tokens_and_all_other_secrets_stay_secrets() -> None:
    redactor = Redactor(["f0rever"])
    tokens = [f"t0ken-{number:02}" for number in range(21)]
    for token in tokens:
        redactor.add_token(token)
    assert redactor.redact(" ".join(["f0rever", *tokens])) == " ".join([MASK, tokens[0], *[MASK] * 20])


def test_a_token_shorter_than_the_shortest_is_left_alone() -> None:
    redactor = Redactor()
    redactor.add_token("abc")
    assert redactor.redact("abc") == "abc"


def test_values_behind_known_names_are_masked_in_any_escapes() -> None:
    url = quote("https://example.com/?api_key=any&limit=5", safe="")
    assert Redactor().redact(f"next={url}") == f"next={url.replace('any', MASK)}"
    text = json.dumps(json.dumps({"access_token": "any", "limit": 5}))
    assert Redactor().redact(text) == text.replace("any", MASK)


# One line


def test_a_line_is_one_line_and_printable() -> None:
    assert Redactor(["s3cret"]).line("a\r\n\tb\x1b[2J\x07 s3\x00cret \u202e") == "a b[2J ***"


def test_a_line_with_a_limit_is_cut_behind_it() -> None:
    redactor = Redactor()
    assert redactor.line("x" * 10, limit=10) == "x" * 10
    assert redactor.line("x" * 11, limit=10) == f"{'x' * 10}…"
    assert redactor.line(" " * 10_000 + "x", limit=10) == "…"


@given(secret=awkward, escape=st.sampled_from(ESCAPINGS), before=st.integers(0, 230))
def test_a_secret_that_a_limit_cuts_in_two_is_not_shown(secret: str, escape: Callable[[str], str], before: int) -> None:
    secret = f"{secret}k3y"
    for limit in (1, 10):
        line = Redactor([secret]).line("-" * before + escape(secret) + "-" * 500, limit=limit)
        assert set(line) <= set("-*'\"b…")


def test_of_a_long_text_no_more_is_searched_than_is_shown() -> None:
    redactor = Redactor(["s3cret/%"])
    few, many = (steps(partial(redactor.line, "%41 " * number, limit=200)) for number in (5_000, 50_000))
    assert many < 1.1 * few


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Collect what a handler of a logger of its own prints, and put the formatters of all handlers back afterwards."""

    class Collecting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            printed.append(self.format(record))

    printed: list[str] = []
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.Logger.manager.loggerDict)]
    handlers = [*(handler for logger in loggers for handler in logger.handlers), logging.lastResort]
    before = {handler: handler.formatter for handler in handlers if handler}
    logger, collecting = logging.getLogger("tests.redact"), Collecting()
    logger.addHandler(collecting)
    yield printed
    logger.removeHandler(collecting)
    for handler, formatter in before.items():
        handler.setFormatter(formatter)


def test_every_handler_there_is_redacts(lines: list[str]) -> None:
    redactor = Redactor(["s3cret"])
    install(redactor)
    logging.getLogger("tests.redact").warning("the key is %s", "s3cret")
    redactor.add("token")
    logging.getLogger("tests.redact.child").warning("the token is token")
    assert lines == ["the key is ***", "the *** is ***"]


def test_a_handler_that_redacts_for_two_has_one_formatter(lines: list[str]) -> None:
    first, last = Redactor(["s3cret"]), Redactor(["t0ken"])
    # As many formatters within each other would be too deep for Python.
    for redactor in [first, *(Redactor() for _ in range(sys.getrecursionlimit())), last]:
        install(redactor)
    logging.getLogger("tests.redact").warning("s3cret and t0ken")
    assert lines == ["*** and ***"]


def test_a_process_of_many_configurations_looks_for_the_secrets_of_those_in_use(lines: list[str]) -> None:
    in_use = Redactor(["s3cret"])
    install(in_use)
    gone = Redactor(["l0ng ago"])
    install(gone)
    watched = weakref.ref(gone)
    del gone
    for _ in range(20):
        assert watched() is not None
        install(Redactor(["t0ken"]))
    gc.collect()
    assert watched() is None
    logging.getLogger("tests.redact").warning("s3cret and t0ken")
    assert lines == ["*** and ***"]


def test_the_formatter_of_a_handler_is_kept(lines: list[str]) -> None:
    (handler,) = logging.getLogger("tests.redact").handlers
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    install(Redactor(["s3cret"]))
    logging.getLogger("tests.redact").warning("s3cret")
    assert lines == ["WARNING: ***"]


def test_the_handler_of_last_resort_redacts(lines: list[str]) -> None:
    install(Redactor(["s3cret"]))
    assert lines == []
    assert logging.lastResort is not None
    assert logging.lastResort.format(record_of("s3cret")).count("s3cret") == 0


def test_a_traceback_is_masked_line_by_line_and_else_as_it_was() -> None:
    record = record_of("s3cret")
    plain = ConsoleFormatter().format(record)
    assert RedactingFormatter(ConsoleFormatter(), Redactor(["s3cret"])).format(record) == plain.replace("s3cret", MASK)
    assert all(name in plain for name in ("ValueError", "OSError", "KeyError"))


@pytest.mark.parametrize("limit", [LONGEST_MESSAGE, LONGEST_MESSAGE + 1])
def test_a_message_is_one_printable_line_of_some_length_whatever_an_api_wrote(limit: int) -> None:
    text = ("a\nb\x1b[2J\u202e" + "x" * limit)[: limit - 3] + KEY
    record = logging.LogRecord("tap", logging.WARNING, __file__, 1, "The API sends `%s`", (text,), None)
    line = RedactingFormatter(logging.Formatter(), Redactor([KEY])).format(record)
    assert line.isprintable()
    assert line.startswith("The API sends `a b[2Jxx")
    assert len(line) <= LONGEST_MESSAGE + 1
    assert not any(KEY[:length] in line for length in range(4, len(KEY)))
    assert record.getMessage().endswith(f"{KEY}`")


def test_a_structured_line_is_still_json() -> None:
    line = RedactingFormatter(StructuredFormatter(), Redactor([KEY])).format(record_of(f"<{KEY}>"))
    assert json.loads(line)["message"].startswith("got <***> from ValueError(")


def test_the_claims_and_the_signature_of_a_signed_token_are_secrets_alone() -> None:
    claims, signature = "eyJzdWIiOiI0MiIsImlhdCI6MX0", "c2lnbmF0dXJlLW9mLTQy"
    token = f"eyJhbGciOiJIUzI1NiJ9.{claims}.{signature}"
    redactor = Redactor()
    redactor.add_token(token)
    for each in (redactor, Redactor([token])):
        assert each.redact(f"claims {claims}, signature {signature}, of eyJhbGciOiJIUzI1NiJ9") == (
            "claims ***, signature ***, of eyJhbGciOiJIUzI1NiJ9"
        )
    assert Redactor(["host.example-name.example-place"]).redact("example-name.example") == "example-name.example"
