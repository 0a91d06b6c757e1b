"""How a list in a document goes on: its paginator, and the parameter that says how many rows a page has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_analytics.records.envelope.envelope import select
from tap_analytics.resources.detection import paging_words as words
from tap_analytics.resources.detection.detection import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tap_analytics.resources.detection.way import Way
    from tap_analytics.resources.openapi.document import Node
    from tap_analytics.resources.openapi.operation import Operation

Words = dict[str, Any]

# The most rows that are asked for at once, and how many are if the document says nothing.
MOST_ROWS = 1000
USUAL_ROWS = 100


@dataclass(frozen=True, kw_only=True)
class Paging:
    """A paginator and parameters in dlt's words; `unsure` says what the document leaves open."""

    paginator: Words
    params: Words
    unsure: str = ""


def paging_of(operation: Operation) -> Paging:
    """Return how the list of an operation goes on; if the document does not say it, each run finds it out."""
    if "link" in {name.lower() for name, _ in operation.response["headers"].items()}:
        return _with_size(operation, {"type": "header_link"})
    unsure = "how it goes on"
    for way in _ways(operation):
        declared, unsure = _declare(operation, way)
        if not unsure:
            return _with_size(operation, declared)
    return Paging(
        paginator={"type": "auto"}, params={}, unsure=f"The document does not say {unsure}: each run finds it out."
    )


def _ways(operation: Operation) -> Iterator[Way]:
    """Give the ways to the next page that the body and the parameters of an operation show."""
    rows = select(operation.example, operation.selector)
    answer = Answer(document=operation.example, selector=operation.selector, rows=rows)
    for way in answer.ways:
        if not way.parameter or way.parameter in operation.query:
            yield way
    for name in operation.query:
        if name in words.ALL_PARAMS and name not in ("from", "first", "start", "begin", "before"):
            yield answer.by_offset(name) if name in words.STARTS else answer.by_number(name)


def _declare(operation: Operation, way: Way) -> tuple[Words, str]:
    """Return a paginator, or what the document does not say about it."""
    usual = type(way.paginator)().words()
    said = {word: value for word, value in way.paginator.words().items() if word == "type" or usual.get(word) != value}
    finish = _FINISHES.get(said["type"])
    return finish(operation, way, said) if finish else (said, "")


def _by_number(operation: Operation, way: Way, said: Words) -> tuple[Words, str]:
    """Return a paginator by page numbers with the number of the first page, or what is not said."""
    first = _first(operation.query[way.parameter])
    return said | {"base_page": first}, "" if first in (
        0,
        1,
    ) else f"which number the first page has (`{way.parameter}`)"


def _by_offset(operation: Operation, way: Way, said: Words) -> tuple[Words, str]:
    """Return a paginator by offsets with its limit, its total and its first offset, or what is not said."""
    size = _size_param(operation, way.parameter)
    total = said.get("total_path", "")
    is_sure = words.is_total(tuple(total.split(".")), surely=True)
    said |= {"limit": _size(operation, size), "limit_param": size, "total_path": total if is_sure else ""}
    first = _first(operation.query[way.parameter])
    said |= {"offset": 1} if first == 1 else {}
    is_plain = first in (0, 1) or way.parameter in ("offset", "skip", "$skip", "page[offset]")
    unsaid = "" if is_plain else f"which number the first row has (`{way.parameter}`)"
    return said, unsaid if size else "how many rows a page has"


# What completes a paginator, by its type; the other types need nothing but their parameter.
_FINISHES: Mapping[str, Callable[[Operation, Way, Words], tuple[Words, str]]] = {
    "page_number": _by_number,
    "offset": _by_offset,
}


def _with_size(operation: Operation, paginator: Words) -> Paging:
    """Return a paginator with the parameter that asks for as many rows as the document allows."""
    if paginator["type"] == "offset":
        return Paging(paginator=paginator, params={})
    size = _size_param(operation, str(paginator.get("page_param", "page")))
    has_most = bool(size) and _whole(operation.query[size], "maximum") is not None
    return Paging(paginator=paginator, params={size: str(_size(operation, size))} if has_most else {})


def _size_param(operation: Operation, place: str) -> str:
    """Return the parameter that says how many rows a page has; empty where there is none."""
    names = (*words.size_params(place), *words.partners(place), *words.PAGE_SIZES)
    return next((name for name in names if name in operation.query), "")


def _size(operation: Operation, name: str) -> int:
    schema = operation.query[name] if name else None
    if schema is None:
        return USUAL_ROWS
    return min(_whole(schema, "maximum") or _whole(schema, "default") or USUAL_ROWS, MOST_ROWS)


def _first(schema: Node) -> int | None:
    """Return the number of the first page, or row, that a schema says."""
    default = _whole(schema, "default")
    return default if default is not None else _whole(schema, "minimum")


def _whole(schema: Node, name: str) -> int | None:
    value: Mapping[str, Any] | object = schema[name].value
    return value if isinstance(value, int) and not isinstance(value, bool) else None
