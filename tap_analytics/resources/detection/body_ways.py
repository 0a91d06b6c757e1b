"""Ways to the next page of a list that is asked for by POST: the number of the page may stand in the body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tap_analytics.pagination.paginators import paginator_of
from tap_analytics.records.signs.signs import whole_number
from tap_analytics.resources.detection import paging_words as words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.resources.detection.detection import Answer
    from tap_analytics.resources.detection.way import Way

# The name in the body of the option for each parameter.
_PLACES = {
    "offset_param": "offset_body_path",
    "limit_param": "limit_body_path",
    "page_param": "page_body_path",
    "cursor_param": "cursor_body_path",
}


def body_ways(answer: Answer, json: object) -> Iterator[Way]:
    """Give ways through the body of a request: those that a response names, those by its fields, then usual ones.

    Args:
        answer: The first response.
        json: The body of its request.
    """
    yield from filter(None, map(_into_body, answer.ways))
    body = json if isinstance(json, dict) else {}
    size = next((name for name in body if name in words.SIZES or name in words.PAGE_SIZES), "")
    partner = words.START_OF.get(size, "offset")
    for name in dict.fromkeys((*body, partner, "offset", "page")):
        way = None
        if name in words.STARTS:
            way = answer.by_offset(name, size=size)
        elif name in words.ALL_PARAMS and name not in words.KEYS_BEFORE:
            way = answer.by_number(name, base=whole_number(body.get(name)))
        if way and (moved := _into_body(way)):
            yield moved


def _into_body(way: Way) -> Way | None:
    """Return a way with its parameters in the body; None for a way without parameters."""
    said = way.paginator.words()
    places = {place: said[param] for param, place in _PLACES.items() if said.get(param)}
    if not places or said["type"] == "header_cursor":
        return None
    return replace(way, paginator=paginator_of(said | places))
