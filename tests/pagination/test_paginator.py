"""A paginator is made of its fields: its JSON Schema, its words, and what the settings give it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from jsonschema import Draft7Validator
from typing_extensions import override

from tap_analytics.pagination.page import InTurn, NextLink, Page, Row, RowIdentity, Source
from tap_analytics.pagination.paginator import TRUTH, WHOLE, Paginator, Paths, option, value_of
from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, kw_only=True)
class Twice(Paginator[NextLink]):
    """Asks for one page, twice."""

    type: ClassVar = "twice"
    refused_options: ClassVar[Mapping[str, str]] = {"thrice": "twice is enough"}

    size: int | None = field(default=None, metadata=option(WHOLE, "How many rows.", setting="page_size"))
    loud: bool = field(default=False, metadata=option(TRUTH, "Whether it is loud."))
    hidden: str | None = field(default=None, metadata={"setting": "total_path"})

    @property
    @override
    def first(self) -> NextLink:
        return NextLink("first")

    @override
    def pages(
        self, source: Source[NextLink], *, rows: RowIdentity, stats: ListStats, verify: bool
    ) -> Iterable[Sequence[Row]]:
        return [source.take(self.first)[0].rows, source.take(self.first)[0].rows]


def test_schema_has_each_option_with_what_it_says_and_nothing_else() -> None:
    schema = Twice.schema()
    assert schema["properties"]["size"] == {"type": "integer", "minimum": 0, "description": "How many rows."}
    assert list(schema["properties"]) == ["size", "loud", "thrice"]
    assert schema["properties"]["thrice"] == {"not": {}, "description": "twice is enough"}
    Draft7Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("options", "is_valid"),
    [({}, True), ({"size": 5, "loud": True}, True), ({"size": -1}, False), ({"hidden": ""}, False), ({"x": 1}, False)],
)
def test_schema_takes_options_of_the_right_kind_and_no_others(options: Mapping[str, object], *, is_valid: bool) -> None:
    assert Draft7Validator(Twice.schema()).is_valid(options) == is_valid


def test_words_are_the_type_and_the_options_that_have_a_value() -> None:
    assert Twice().words() == {"type": "twice", "loud": False}
    assert Twice(size=0, hidden="no option").words() == {"type": "twice", "size": 0, "loud": False}


def test_settings_apply_where_an_option_is_not_given() -> None:
    config = {"page_size": 100, "total_path": "total", "loud": True}
    assert Twice().under(config) == Twice(size=100, hidden="total")
    assert Twice(size=0, hidden="").under(config) == Twice(size=0, hidden="")


def test_option_without_the_settings_that_fill_it_is_an_error() -> None:
    assert value_of(0) == 0
    with pytest.raises(ValueError, match="call `under` with the settings"):
        value_of(Twice().size)


def test_paginator_that_says_no_more_sends_reads_and_ends_nothing() -> None:
    paginator, page = Twice(), Page(offset=0, rows=[])
    token: Any = paginator.first
    assert paginator.paths == Paths(total="", next="", more="")
    assert (paginator.params(token), paginator.link(token), paginator.position(token)) == ({}, None, 0)
    assert paginator.complete(page, {"Link": '<a>; rel="next"'}) is page
    assert not paginator.is_beyond(token)


def test_place_of_a_link_does_not_show_it() -> None:
    assert Twice().place(NextLink("SECRET")) == "a later page"
    assert Twice().place(Twice().first) == "the first page"


def test_pages_come_from_the_source() -> None:
    source = InTurn[NextLink](lambda token: Page(offset=0, rows=[token.value]))
    assert list(Twice().pages(source, rows=RowIdentity(), stats=ListStats(), verify=True)) == [["first"], ["first"]]


def test_a_path_leads_into_the_body_or_to_a_header() -> None:
    paths = Paths(total="header: X-Rows", next="next", last="header:Last-Page")
    assert paths.in_body == Paths(next="next")
    assert paths.in_headers == Paths(total="X-Rows", last="Last-Page")
    assert Paths(total="total").in_headers is None
