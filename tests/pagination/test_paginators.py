"""The registry has each paginator once, and each of them can be declared, written and read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator

from tap_analytics.pagination.paginators import PAGINATORS, REFUSED_PAGINATORS, paginator_of

if TYPE_CHECKING:
    from tap_analytics.pagination.paginator import Paginator

CONFIG = {"page_size": 100, "limit_param": "limit", "offset_param": "offset", "total_path": "total"}

each_paginator = pytest.mark.parametrize("kind", PAGINATORS, ids=lambda kind: kind.type)


def test_no_two_paginators_have_one_name() -> None:
    names = [kind.type for kind in PAGINATORS]
    assert names == sorted({*names})
    assert not REFUSED_PAGINATORS.keys() & {*names}


@each_paginator
def test_paginator_comes_back_from_its_own_words(kind: type[Paginator[Any]]) -> None:
    assert paginator_of(kind().words()) == kind()


@each_paginator
def test_default_of_each_option_is_of_its_kind(kind: type[Paginator[Any]]) -> None:
    options = {name: value for name, value in kind().words().items() if name != "type"}
    Draft7Validator(kind.schema()).validate(options)
    assert not options.keys() & kind.refused_options.keys()


@each_paginator
def test_first_page_can_be_asked_for_under_the_settings(kind: type[Paginator[Any]]) -> None:
    paginator = kind().under(CONFIG)
    assert isinstance(paginator.params(paginator.first), dict)
    assert paginator.link(paginator.first) is None
    assert not paginator.is_beyond(paginator.first)


@each_paginator
def test_documentation_has_its_sentences_and_its_example(kind: type[Paginator[Any]]) -> None:
    declared = kind.example["paginator"]
    assert (declared if isinstance(declared, str) else declared["type"]) == kind.type
    assert kind.next_page
    assert [field.name for field in kind.options() if not field.metadata["description"].endswith(".")] == []
    assert kind.changing_list.endswith(".")
    assert kind.dlt_says.endswith(".")
