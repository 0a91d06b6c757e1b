"""Values of rows that are the cursor of the next page: which field has them, and how an earlier one is asked for.

The cursor may stand in a link, and may be written in another way than the rows have it: a time as an epoch, or with
other digits.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, quote_plus, unquote

import msgspec

from tap_analytics.instants import parse_date, to_instant, to_number, write
from tap_analytics.pagination.page import in_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from tap_analytics.pagination.page import NextLink, Page, Row

# A number of so many digits may be a time; shorter ones are equal to some field by chance.
_DIGITS_OF_TIME = 9

# The digits of epochs of these days, in seconds and in milliseconds.
_UNITS = {10: "epoch", 13: "epoch_ms"}

# The length of a date without a time.
_DAY = 10

# How deep in a row the field may be.
_LEVELS = 3


class Tie(NamedTuple):
    """The field whose last value is the cursor, and its value in each row, as text.

    `way` leads to it in a row; it is empty where a path says that it is a value of the last row. `earlier` asks for the
    page from the value before the last one; it is None if all rows share one value. `spelling` is how the value is
    written in the cursor; `is_json` says that the cursor is JSON.
    """

    field: str
    way: tuple[str, ...]
    values: Sequence[str]
    earlier: NextLink | None
    spelling: str
    is_json: bool = False

    @property
    def value(self) -> str:
        """The value in the last row."""
        return self.values[-1]

    def values_in(self, page: Page) -> Sequence[str]:
        """Return the value of each row of another page."""
        return _values_in(page, self.way, is_json=self.is_json)


def tie_of(token: NextLink, page: Page, *, name: str) -> Tie | None:
    """Return the field of the rows of a page whose last value is the cursor of the next page; None if no field is.

    Args:
        token: What the page names as next.
        page: The page.
        name: The field, if a path says that it is one of the last row; else empty.
    """
    cursor = token.value or ""
    if name and len(page.places) == len(page.rows):
        values = _values_in(page, (), is_json=token.is_json)
        if values[-1] == cursor and _is_alone(values):
            return None
        if values[-1] == cursor:
            earlier = _before(values)
            asked = None if earlier is None else token._replace(value=earlier)
            return Tie(name, (), values, asked, cursor, is_json=token.is_json)
    way, spelling = _field_of(page.rows[-1], cursor, name)
    if not way:
        return None
    values = _values_in(page, way)
    if _is_alone(values):
        return None
    before = _before(values)
    link = None if before is None else with_other(cursor, spelling, _like(before, spelling))
    return Tie(way[-1], way, values, None if link is None else token._replace(value=link), spelling)


def _values_in(page: Page, way: tuple[str, ...], *, is_json: bool = False) -> Sequence[str]:
    """Return the value of each row that `way` leads to, as text; without one, those that a path leads to."""
    if not way:
        return [in_json(place) if is_json else _plain(place) for place in page.places]
    return [_plain(_value_at(row, way)) for row in page.rows]


def later_of(token: NextLink, tie: Tie) -> NextLink | None:
    """Return what asks from right behind the value that all rows share; None where it is neither time nor number."""
    if tie.spelling.isdecimal():
        later = str(int(tie.spelling) + 1)
    elif (moment := parse_date(tie.spelling)) is not None:
        is_date = len(tie.spelling) == _DAY
        later = write(moment + timedelta(days=is_date, seconds=not is_date), is_date=is_date)
    else:
        return None
    return token._replace(value=with_other(token.value or "", tie.spelling, later))


def _is_alone(values: Sequence[str]) -> bool:
    """Return whether the last row alone has a value: then the API has put the cursor there, and no row shares it."""
    return len(values) > 1 and not any(values[:-1])


def _before(values: Sequence[str]) -> str | None:
    return next((value for value in reversed(values) if value not in {"", values[-1]}), None)


def _field_of(row: Row, cursor: str, name: str) -> tuple[tuple[str, ...], str]:
    """Return where a row has the value that is the cursor, and how the cursor writes it; both are empty for nowhere."""
    found = sorted(_values(row), key=lambda each: each[0][-1] != name)
    texts = [(way, _plain(value)) for way, value in found if not isinstance(value, bool)]
    parts = list(_parts(cursor))
    for way, text in texts:
        if text and text in parts and (text == cursor if way[-1] == name else _may_be_time(text)):
            return way, text
    moments = {moment: part for part in parts if (moment := _moment(part)) is not None}
    for way, text in texts if moments else ():
        moment = _moment(text)
        if moment is not None and moment in moments:
            return way, moments[moment]
    return (), ""


def _parts(cursor: str) -> Iterator[str]:
    """Give the texts that a cursor may say: the cursor, and the values of the parameters of a link."""
    yield cursor
    for pair in cursor.partition("?")[2].split("&"):
        value = pair.partition("=")[2]
        yield from (value, unquote(value), unquote(value.replace("+", " ")))


def _values(row: Row, way: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Give the single values of a row, and of objects in it, by the names that the API has for them."""
    for name, value in _fields(row).items():
        if isinstance(value, str | int | float | Decimal):
            yield (*way, name), value
        elif len(way) + 1 < _LEVELS and (isinstance(value, dict) or hasattr(value, "__struct_fields__")):
            yield from _values(value, (*way, name))


def _fields(row: Row) -> dict[str, object]:
    if isinstance(row, dict):
        return row
    names = getattr(row, "__struct_encode_fields__", ())
    return dict(zip(names, (getattr(row, field) for field in getattr(row, "__struct_fields__", ())), strict=True))


def _value_at(row: Row, way: tuple[str, ...]) -> object:
    value: object = row
    for name in way:
        value = _fields(value).get(name)
    return value


def _plain(value: object) -> str:
    return "" if value is None or value is msgspec.UNSET else str(value)


def _may_be_time(text: str) -> bool:
    whole, _, fraction = text.partition(".")
    is_number = whole.isdecimal() and (fraction.isdecimal() or not fraction)
    return (is_number and len(whole) >= _DIGITS_OF_TIME) or parse_date(text) is not None


def _moment(text: str) -> datetime | None:
    """Return the time that a text or an epoch names; None if it names none."""
    if text.isdecimal():
        return to_instant(Decimal(text), _UNITS[len(text)]) if len(text) in _UNITS else None
    return parse_date(text)


def _like(value: str, spelling: str) -> str:
    """Return a value in the way in which the cursor is written: as an epoch, if that is one."""
    unit, moment = _UNITS.get(len(spelling)), None if value.isdecimal() else parse_date(value)
    if not spelling.isdecimal() or unit is None or moment is None:
        return value
    return str(int(to_number(moment, unit)))


def with_other(cursor: str, value: str, other: str) -> str:
    """Return a cursor, or a link with it as a parameter, with another value."""
    if cursor == value:
        return other
    head, mark, query = cursor.partition("?")
    spellings = {value, quote(value, safe=""), quote_plus(value), quote(value, safe=":")}
    pairs = [
        f"{name}={quote(other, safe='')}" if equals and text in spellings else pair
        for pair in query.split("&")
        for name, equals, text in [pair.partition("=")]
    ]
    return f"{head}{mark}{'&'.join(pairs)}"
