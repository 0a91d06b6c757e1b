"""Hooks that keep something on their stream from one page to the next, such as the cursor of the last response.

With the SDK that works, since it asks for one page after another, and for none twice. Where a hook does so, this tap
reads the list in the same way.
"""

from __future__ import annotations

from dis import get_instructions
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The hooks that are called for each page.
_PAGE_HOOKS = ("get_url_params", "get_http_request", "http_headers", "parse_response", "validate_response")
# What hooks set on a request.
_OF_REQUEST = frozenset(("url", "method", "params", "headers", "data", "json"))


def keep_state(stream: type, base: type, own: Mapping[str, object]) -> bool:
    """Return whether a hook of a stream sets an attribute.

    Args:
        stream: The class of the stream.
        base: The tap's own class, whose hooks keep nothing.
        own: What was set on the object.
    """
    places = [own, *(vars(each) for each in stream.__mro__ if each not in base.__mro__)]
    hooks = (place[name] for place in places for name in _PAGE_HOOKS if name in place)
    return any(_sets_attribute(code) for hook in hooks for code in _codes_of(hook))


def _codes_of(hook: object) -> Iterator[CodeType]:
    """Give the code of a hook, which may be a function, a method or a property, if it is Python."""
    function = getattr(hook, "fget", None) or getattr(hook, "func", None) or getattr(hook, "__func__", hook)
    while isinstance(wrapped := getattr(function, "__wrapped__", None), FunctionType):
        function = wrapped
    if isinstance(function, FunctionType):
        yield function.__code__


def _sets_attribute(code: CodeType) -> bool:
    """Return whether some code, or a function in it, sets an attribute of anything but a request."""
    if any(each.opname == "STORE_ATTR" and each.argval not in _OF_REQUEST for each in get_instructions(code)):
        return True
    return any(_sets_attribute(each) for each in code.co_consts if isinstance(each, CodeType))
