"""The link to the next page in the headers of a response, however it is written."""

from __future__ import annotations

import re

from tap_analytics.pagination.page import NO_PLACE
from tap_analytics.patterns import pattern

# A quoted text may be without its end, where a server has cut the header short.
_QUOTED = r'"(?:[^"\\]|\\.)*(?:"|\\?$)'
_NEXT = pattern(r"next(?![a-z])|next_?(?:page|link|ur[il]|href|cursor|token|offset|start|key|id|marker)", re.IGNORECASE)
_LINK = pattern(rf'<(?P<target>[^>]*)>(?P<parameters>(?:[^,"]|{_QUOTED})*)')
# A link without its brackets, which some servers leave out.
_BARE = pattern(rf'\s*(?P<target>[^\s<>";]+)(?P<parameters>(?:\s*;(?:[^,;"]|{_QUOTED})*)+)')
_PARAMETER = pattern(rf';\s*(?P<name>[^\s=;,"]+)\s*(?:=\s*(?P<value>{_QUOTED}|[^\s;,"]+))?')


def names_link(value: str, relation: str) -> bool:
    """Return whether a `Link` header has a link of a relation, also one that is written so that nobody can read it."""
    written = re.compile(rf"""\brel\s*=\s*["']?[^"',;]*\b{re.escape(relation)}\b""", re.IGNORECASE)
    outside = re.sub(rf";\s*(?!rel\b)[\w*-]+\s*=\s*{_QUOTED}", "", value)
    return header_link(value, relation) is not None or bool(written.search(outside))


def names_next(header: str, value: str) -> bool:
    """Return whether a header names a next page; one such as `X-Nextgen-Cache` just begins so."""
    return _NEXT.search(header) is not None and value.strip().lower() not in NO_PLACE


def header_link(value: str, relation: str) -> str | None:
    """Return the target of the first link of a relation in a `Link` header (RFC 8288), None where it has none.

    The parser of requests cuts targets at `;`, and ends at a text that holds `=`; so it is not used here.
    """
    links = _LINK.finditer(value) if "<" in value else filter(None, map(_BARE.fullmatch, re.split(r",\s+", value)))
    for link in links:
        parameters = {found["name"].lower(): found["value"] or "" for found in _first_of_each(link["parameters"])}
        relations = parameters.get("rel", "").strip("\"'").lower().split()
        if relation.lower() in {*relations, *map(_name_of, relations)}:
            return link["target"].strip()
    return None


def _name_of(relation: str) -> str:
    """Return the last name of a relation that is written as a URL."""
    return re.split(r"[/#:]", relation.rstrip("/"))[-1] if ":" in relation else relation


def _first_of_each(parameters: str) -> list[re.Match[str]]:
    """Return the parameters of a link in reverse, so that the first of a name comes last."""
    return list(_PARAMETER.finditer(parameters))[::-1]
