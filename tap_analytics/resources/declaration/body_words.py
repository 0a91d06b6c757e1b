"""The words of an endpoint about the body of its requests, where a page is asked for in it, and what is not encoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.http.request.body_path import leads_into

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tap_analytics.state.replication import Incremental


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


def unencoded_faults(
    names: Iterable[str], params: Mapping[str, Any], new: Incremental | None, place: str
) -> Iterator[str]:
    """Give a sentence for each parameter that cannot stand in a URL as it is written, or that there is not."""
    bounds = (new.start_param, new.end_param) if new else ()
    for name in names:
        if name not in params and name not in bounds:
            yield f"`{place}.unencoded_params` names `{name}`, which `params` does not have"
        elif any(part in text for text in _texts(params.get(name, "")) for part in "&#+ "):
            yield f"`{place}.params.{name}` has a space, `&`, `#` or `+`; write it percent-encoded, such as `%20`"


def _texts(value: object) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
