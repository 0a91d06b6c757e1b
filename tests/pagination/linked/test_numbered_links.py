"""Links that hold a number are read with the care of numbered pages."""

from __future__ import annotations

from base64 import b64decode, b64encode, urlsafe_b64encode
from operator import itemgetter

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.linked.json_link import JsonLinkPaginator
from tap_analytics.pagination.linked.numbered_links import holds_number, is_place
from tap_analytics.pagination.page import NO_SIGNS, InTurn, NextLink, Page, RowIdentity, Signs
from tap_analytics.report.stats import ListStats
from tests.changing import ChangingList


@pytest.mark.parametrize(
    ("link", "is_number"),
    [
        ("/rows?page=2", True),
        ("https://h/rows?limit=5&offset=10", True),
        ("/rows?page%5Bnumber%5D=3", True),
        ("/rows?$skip=3", True),
        ("/rows?start=20241301", True),
        ("/rows?start=20241201", False),
        ("/rows?from=1704067200", False),
        ("/rows?after=abc", False),
        ("/rows?page=abc", False),
        ("/rows?limit=100", False),
        ("http://[", False),
    ],
)
def test_link_holds_a_number_where_a_usual_parameter_is_one(link: str, *, is_number: bool) -> None:
    assert holds_number(link) == is_number


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        ("offset:20", True),
        ("pos:20", True),
        ("arrayconnection:19", True),
        ('{"page":2}', True),
        ('{"offset": 20}', True),
        ("page=2", True),
        ('{"offset":20,"limit":10}', True),
        ("per_page=10&page=3", True),
        ("limit=10", False),
        ("20", False),
        ("id:20", False),
        ('{"offset":20,"snapshot":"a"}', False),
        ('{"start":"2024-01-01"}', False),
        ('{"start":20240101}', False),
    ],
)
def test_a_cursor_that_is_nothing_but_a_place_is_known_in_any_encoding(content: str, *, is_one: bool) -> None:
    once = b64encode(content.encode())
    encoded = (once.decode(), urlsafe_b64encode(content.encode()).decode().rstrip("="), content.encode().hex())
    for cursor in (*encoded, b64encode(once).decode()):
        assert is_place(cursor) == is_one
        assert holds_number(f"/rows?after={cursor}") == is_one
    assert is_place(content) == is_one


@pytest.mark.parametrize(
    "cursor", ["", "abcd", "deadbeef", "MDAwMDAw" * 9, "id:20", "\u0660offset:\u0661", "/rows?after=abc"]
)
def test_any_other_cursor_is_no_place(cursor: str) -> None:
    assert not is_place(cursor)


def test_a_value_of_the_last_row_is_no_place_whatever_its_parameter_is_called() -> None:
    assert CursorPaginator(cursor_path="next", cursor_param="start").is_numbered(NextLink("20"))
    assert not CursorPaginator(cursor_path="data[-1].id", cursor_param="start").is_numbered(NextLink("20"))


class Api(ChangingList):
    """A list whose pages of ten rows name the next one by its number."""

    def fetch(self, token: NextLink) -> Page:
        number = int((token.value or "?page=0").rpartition("=")[2])
        rows = self.answer(number, 10 * number, 10)
        return Page(offset=0, rows=rows, next=f"/rows?page={number + 1}" if 10 * number + 10 < len(self) else None)


def read(api: Api, *, verify: bool) -> list[int]:
    runs = JsonLinkPaginator().pages(
        InTurn(api.fetch), rows=RowIdentity(key=itemgetter("id")), stats=ListStats(), verify=verify
    )
    return [row["id"] for run in runs for row in run]


@pytest.mark.parametrize("verify", [True, False])
def test_quiet_list_is_read_in_order(*, verify: bool) -> None:
    api = Api(35, order="id up")
    assert read(api, verify=verify) == api.ids


@pytest.mark.parametrize("request_number", range(2, 7))
def test_rows_removed_while_numbered_links_are_followed_lose_none_that_stay(request_number: int) -> None:
    api = Api(60, order="id up")
    api.before(request_number, api.delete, 1, 2, 3)
    assert set(api.ids) <= set(read(api, verify=True))


def test_link_that_is_gone_ends_the_list() -> None:
    api = Api(31, order="id up")
    api.before(5, api.delete, *range(1, 12))
    assert set(api.ids) <= set(read(api, verify=True))


@pytest.mark.parametrize("request_number", range(2, 7))
@pytest.mark.parametrize("word", ["offset", "arrayconnection"])
def test_rows_removed_while_cursors_that_are_places_are_followed_lose_none_that_stay(
    word: str, request_number: int
) -> None:
    api = ChangingList(60, order="id up")
    api.before(request_number, api.delete, 1, 2, 3)

    def fetch(token: NextLink) -> Page:
        offset = int(b64decode(token.value).decode().rpartition(":")[2]) if token.value else 0
        rows = api.answer(offset, offset, 10)
        following = b64encode(f"{word}:{offset + 10}".encode()).decode() if offset + 10 < len(api) else None
        return Page(offset=0, rows=rows, next=following)

    runs = CursorPaginator(cursor_path="next", cursor_param="after").pages(
        InTurn(fetch), rows=RowIdentity(key=itemgetter("id")), stats=ListStats(), verify=True
    )
    assert set(api.ids) <= {row["id"] for run in runs for row in run}


@pytest.mark.parametrize(("signs", "more"), [(Signs(more="has_more"), None), (NO_SIGNS, True)])
def test_a_last_page_that_says_that_there_is_more_and_names_no_link_is_an_error(
    signs: Signs, *, more: bool | None
) -> None:
    def fetch(token: NextLink) -> Page:
        number = int((token.value or "?page=0").rpartition("=")[2])
        link = f"/rows?page={number + 1}" if number < 2 else None
        return Page(offset=0, rows=[{"id": number}], next=link, signs=signs, more=more)

    runs = JsonLinkPaginator().pages(
        InTurn(fetch), rows=RowIdentity(key=itemgetter("id")), stats=ListStats(), verify=True
    )
    with pytest.raises(FatalAPIError, match=r"says that there is more \(`has_more"):
        list(runs)


@pytest.mark.parametrize("word", ["null", "-1"])
def test_a_word_for_nothing_in_place_of_a_number_is_the_end_where_the_api_refuses_it(word: str) -> None:
    def fetch(token: NextLink) -> Page:
        if token.value == word:
            raise FatalAPIError("400")  # noqa: EM101 - what an API says
        number = int((token.value or "offset:0")[7:])
        return Page(
            offset=0, rows=[{"id": number}, {"id": number + 1}], next=f"offset:{number + 2}" if number < 4 else word
        )

    runs = CursorPaginator(cursor_path="next", cursor_param="after").pages(
        InTurn(fetch), rows=RowIdentity(key=itemgetter("id")), stats=ListStats(), verify=True
    )
    assert [row["id"] for run in runs for row in run] == list(range(6))
