"""The link to the next page in the headers of a response, however it is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.pagination.page import NO_PLACE
from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

# A quoted text may lack its closing quote, if a server cuts the header short.
_QUOTED = r'"(?:[^"\\]|\\.)*(?:"|\\?$)'
_NEXT = pattern(r"next(?![a-z])|next_?(?:page|link|ur[il]|href|cursor|token|offset|start|key|id|marker)", re.IGNORECASE)
_LINK = pattern(rf'<(?P<target>[^>]*)>(?P<parameters>(?:[^,"]|{_QUOTED})*)')
# A link without its brackets, which some servers leave out.
_BARE = pattern(rf'\s*(?P<target>[^\s<>";]+)(?P<parameters>(?:\s*;(?:[^,;"]|{_QUOTED})*)+)')
_PARAMETER = pattern(rf';\s*(?P<name>[^\s=;,"]+)\s*(?:=\s*(?P<value>{_QUOTED}|[^\s;,"]+))?')
# Some servers always name a next page, and say of it whether there is one.
_EMPTY = pattern(r""";\s*results\s*=\s*["']?false\b""", re.IGNORECASE)
# What of a header names no relation: where links lead, and what they are called.
_TARGET = pattern(r"""<(?![^<>]*\brel\b)[^<>]*>|(?:[a-z][a-z+.-]*:/)?/[^\s;,"'<>]*""", re.IGNORECASE)
_TITLE = pattern(rf";\s*(?!rel\b)[\w*-]+\s*=\s*{_QUOTED}")
# The archive of a feed is another relation (RFC 5005).
_NO_OTHER_WORD = r"(?!-archive)(?![a-z])"
# A relation without a place is none.
_NO_NOTHING = r"""(?!["']?\s*[:=]\s*(?:null|none|nil|false|undefined|""|''|$|[,;}]))"""
_TARGETS = ("href", "url", "uri", "link", "target")
_RELATIONS = ("rel", "relation", "name", "type")


def names_link(value: str, relation: str) -> bool:
    """Return whether a `Link` header has a link of a relation, even one that is malformed."""
    if header_link(value, relation) is not None or _json(value) is not None:
        return header_link(value, relation) is not None
    outside = _TARGET.sub("<>", _TITLE.sub("", _LINK.sub(_unless_empty, value)))
    named = rf"(?<![\w-]){re.escape(relation)}(?:[-_]?(?:page|link|url|href))?{_NO_OTHER_WORD}{_NO_NOTHING}"
    return bool(re.search(named, outside, re.IGNORECASE))


def lacks_relations(value: str) -> bool:
    """Return whether a `Link` header leads to a place with parameters, and no link in it says what for."""
    return "?" in value and bool(value.strip()) and not re.search(r"\brel\b", _TITLE.sub("", value), re.IGNORECASE)


def names_next(header: str, value: str) -> bool:
    """Return whether a header names a next page; `X-Nextgen-Cache`, for example, does not."""
    return _NEXT.search(header) is not None and value.strip().lower() not in NO_PLACE


def header_link(value: str, relation: str) -> str | None:
    """Return the target of the first link of a relation in a `Link` header (RFC 8288), or None.

    Some servers write the links as JSON. The parser of requests cuts targets at `;`, and ends at a text that holds `=`;
    so it is not used here.
    """
    if value.lstrip()[:1] in {"[", "{"}:
        return next((target for named, target in _links_in(_json(value)) if _means(named, relation)), None)
    value = _LINK.sub(_unless_empty, value)
    links = _LINK.finditer(value) if "<" in value else filter(None, map(_BARE.fullmatch, re.split(r",\s+", value)))
    for link in links:
        parameters = {found["name"].lower(): found["value"] or "" for found in _first_of_each(link["parameters"])}
        relations = parameters.get("rel", "").strip("\"'").lower().split()
        if any(_means(each, relation) for each in (*relations, *map(_name_of, relations))):
            return link["target"].strip()
    return None


def _unless_empty(link: re.Match[str]) -> str:
    """Return a link as it is written; nothing for one that says itself that there are no results behind it."""
    return "" if _EMPTY.search(link["parameters"]) else link[0]


def _means(named: str, relation: str) -> bool:
    """Return whether a relation is the one that is looked for, or says the same of a page: `nextPage`."""
    named, relation = (re.sub("[-_]", "", each.strip().lower()) for each in (named, relation))
    return named in {relation, f"{relation}page", f"{relation}link", f"{relation}url"}


def _json(text: str) -> object:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _links_in(found: Any, *, depth: int = 2) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON may be anything
    """Give the links in JSON, each with its relation: a list of links, or an object of links by their relations."""
    for link in found if isinstance(found, list) else [found]:
        if not isinstance(link, dict):
            continue
        target = _first_text(link, _TARGETS)
        relation = _first_text(link, _RELATIONS)
        if target and relation:
            yield relation, target
        for name, within in link.items():
            if isinstance(within, str):
                yield name, within
            elif isinstance(within, dict) and (inner := _first_text(within, _TARGETS)):
                yield name, inner
            elif depth:
                yield from _links_in(within, depth=depth - 1)


def _first_text(link: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((value for name in names if isinstance(value := link.get(name), str) and value.strip()), "")


def _name_of(relation: str) -> str:
    """Return the name of a relation, which is the last part if it is written as a URL."""
    return re.split(r"[/#:]", relation.rstrip("/"))[-1] if ":" in relation else relation


def _first_of_each(parameters: str) -> list[re.Match[str]]:
    """Return the parameters of a link in reverse, so that of two with one name the first comes last."""
    return list(_PARAMETER.finditer(parameters))[::-1]
