"""The words of an endpoint about the body of its requests, and about where a page is asked for in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.http.body_path import leads_into

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def faults(words: Mapping[str, Any], place: str) -> Iterator[str]:
    """Give a sentence for each fault in what an endpoint says of its body."""
    if words.get("json") is not None and words.get("data") is not None:
        yield f"`{place}.json` and `{place}.data` are both set; a request has one body, so remove one of them"
    paginator = words.get("paginator", {})
    if paginator.get("link_without_key"):
        if paginator.get("link_query_only"):
            yield f"`{place}.paginator` has `link_query_only` and `link_without_key`; remove one of them"
        if words.get("json") is not None or words.get("data") is not None:
            yield f"`{place}.paginator.link_without_key` is for requests without a body; a link has none"
    for name in (name for name in paginator if name.endswith("_body_path")):
        yield from _place_faults(words, f"{place}.paginator.{name}", place, str(paginator[name] or ""))


def _place_faults(words: Mapping[str, Any], option: str, place: str, path: str) -> Iterator[str]:
    """Give what is wrong with a place in the body for a page."""
    document = words.get("json", {})
    if not isinstance(words.get("data", {}), dict):
        yield f"`{option}` needs an object to put the page into, but `{place}.data` is none"
    is_object = isinstance(document, dict) or (isinstance(document, list) and path.startswith("["))
    if not is_object:
        yield f"`{option}` needs an object to put the page into, but `{place}.json` is none"
    elif path and not leads_into(document, path):
        yield f"`{option}` leads to no place in `{place}.json`; write it like `page.offset`, or `args[1].offset`"
