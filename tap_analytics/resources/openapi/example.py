"""Makes an example of a response from its schema, so that a list is examined before any request is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.detection import paging_words as words
from tap_analytics.resources.detection.selection import plain
from tap_analytics.resources.openapi.schemas import items_of, kinds_of, properties_of

if TYPE_CHECKING:
    from tap_analytics.resources.openapi.document import Node

MOST_LEVELS = 6
# The number of rows, and of pages, that an example states: more than one page has.
MANY = 100_000

_LINK = re.compile(r"ur[il]|link|href", re.IGNORECASE)


def example_of(node: Node, path: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return a value that fits a schema; its lists have one item, and it says that there is more."""
    kinds = kinds_of(node)
    if len(path) > MOST_LEVELS or len(set(node.refs)) < len(node.refs):
        return None
    if "object" in kinds:
        return {name: example_of(each, (*path, name)) for name, each in properties_of(node).items()}
    if "array" in kinds:
        item = example_of(items_of(node), (*path, "*"))
        return (
            [item]
            if isinstance(item, dict) and item
            else ([{"-": None}] if kinds_of(items_of(node)) == {"object"} else [])
        )
    return _scalar(node, kinds, path) if path else None


def _scalar(node: Node, kinds: set[str], path: tuple[str, ...]) -> object:
    if "boolean" in kinds:
        return words.flag(path, value=True) is not False
    if kinds & {"integer", "number"}:
        return _number(path)
    if "string" not in kinds:
        return None
    if words.is_next_link(path):
        said = node.text("format") + node.text("description") + plain(path[-1])
        is_link = _LINK.search(said) or not words.is_cursor(path)
        return "/next?a=1" if is_link else "cursor"
    return "text"


def _number(path: tuple[str, ...]) -> int:
    if words.is_page_count(path) or words.is_total(path):
        return MANY
    if words.is_cursor(path):
        return 2
    return 0 if words.is_offset(path) else 1
