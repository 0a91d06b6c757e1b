"""JSON in a wrapping that keeps browsers from running it, or lets them: a prefix such as `)]}'`, or a call (JSONP)."""

from __future__ import annotations

from tap_analytics.patterns import pattern

# What APIs put before JSON, so that a page of another site cannot load it as a script.
_PREFIX = pattern(
    rb"\s*(?:\)\]\}'?,?|while\s*\(\s*(?:1|true)\s*\)\s*;|for\s*\(\s*;\s*;\s*\)\s*;|&&&START&&&|\{\}\s*&&"
    rb"|throw\s+1\s*;(?:\s*<[^>\n]{0,40}>)?)"
)
# The name of the function that is called with the JSON: `callback(...)`, `window.api.on_1(...)`.
_CALL = pattern(rb"\s*(?:/\*\*/)?\s*[A-Za-z_$][\w$.]{0,99}\s*\((?=\s*[\[{])")
_END = pattern(rb"\)\s*;?\s*\Z")


def without_wrapping(body: bytes) -> bytes | None:
    """Return the JSON in a body without its wrapping; None for a body without one, or whose wrapping has no end."""
    if prefix := _PREFIX.match(body):
        return body[prefix.end() :]
    call = _CALL.match(body)
    end = _END.search(body, max(len(body) - 20, 0)) if call else None
    return body[call.end() : end.start()] if call and end else None
