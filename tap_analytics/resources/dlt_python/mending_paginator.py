"""A `paginator` as generated pages write it -> as dlt writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.resources.declaration import vocabulary
from tap_analytics.resources.dlt_python.values import Words
from tap_analytics.resources.dlt_shape import generated

if TYPE_CHECKING:
    from tap_analytics.resources.dlt_python.notes import Notes

# The tap reads until there is nothing more, whatever these say.
_HARMLESS = frozenset({"limit", "stop_condition"})


def mend(paginator: Words, place: str, notes: Notes) -> Words:
    """Mend a paginator where it stands; return its page size as parameters, if dlt has no word for it."""
    notes.retype(paginator, generated.PAGINATOR_TYPES, place)
    kind = paginator.get("type")
    if not isinstance(kind, str):
        return Words(line=paginator.line)
    notes.rename(paginator, generated.PAGINATOR.get(kind, {}), place)
    if kind == "cursor":
        kind = _mend_cursor(paginator, place, notes)
    _mend_end(paginator, place, notes)
    params = _size(paginator, kind, place, notes)
    known = vocabulary.PAGINATORS.get(kind, {}).get("properties")
    for key in [key for key in paginator if known is not None and key not in known and key != "type"]:
        notes.unknown(paginator, key, place, loses=key not in _HARMLESS)
    return params


def _mend_cursor(paginator: Words, place: str, notes: Notes) -> str:
    """Return the type of a cursor: a cursor whose value is an address is a link."""
    if "cursor_value" in paginator and (path := generated.path_in(paginator["cursor_value"])):
        line = paginator.line_of("cursor_value")
        if path.startswith("headers.link."):
            paginator.clear()
            paginator.put("type", "header_link", line)
            notes.say(line, f"`{place}` follows the `Link` header: `header_link` in dlt's words")
            return "header_link"
        del paginator["cursor_value"]
        paginator.put("cursor_path", path, line)
        notes.say(line, f"`{place}.cursor_value` is `cursor_path` in dlt's words")
    path = paginator.get("cursor_path", "")
    if "cursor_param" in paginator or not isinstance(path, str) or not generated.is_link(path):
        return "cursor"
    paginator.move("cursor_path", "next_url_path")
    paginator.put("type", "json_link")
    notes.say(paginator.line_of("next_url_path"), f"`{place}` follows a link in the body: `json_link` in dlt's words")
    return "json_link"


def _mend_end(paginator: Words, place: str, notes: Notes) -> None:
    """Drop a condition that only says what the paginator does anyway; write one on a flag as dlt does."""
    path = generated.path_in(paginator.get("stop_condition"))
    if path is None:
        return
    line = paginator.line_of("stop_condition")
    if path in {paginator.get("cursor_path"), paginator.get("next_url_path")}:
        notes.say(line, f"`{place}.stop_condition` says what this paginator does anyway; it is left out")
    elif "more" in path.lower() and "has_more_path" in _options(paginator):
        paginator.put("has_more_path", path, line)
        notes.say(line, f"`{place}.stop_condition` is `has_more_path` in dlt's words")
    else:
        return
    del paginator["stop_condition"]


def _options(paginator: Words) -> frozenset[str]:
    return frozenset(vocabulary.PAGINATORS.get(paginator["type"], {}).get("properties", ()))


def _size(paginator: Words, kind: str, place: str, notes: Notes) -> Words:
    """Return the page size as a parameter, if the paginator of dlt does not send one."""
    params = Words(line=paginator.line)
    if kind == "offset" or "limit_param" not in paginator:
        return params
    line, name = paginator.line_of("limit_param"), paginator.pop("limit_param")
    if isinstance(name, str) and "limit" in paginator:
        params.put(name, paginator.pop("limit"), line)
        notes.say(line, f"`{place}.limit_param` and its size are `params` in dlt's words")
    return params
