"""Lists in ascending order that are not read to their end: the state says where each was begun, beside its bookmark.

A bookmark that moves in the middle of a list is right as long as all rows behind it are later. Where the rest of the
list shows that they are not, in this sync or a later one, it goes back to where the list was begun.
"""

from __future__ import annotations

from typing import Any

State = dict[str, Any]

# The key of the state: the bookmark with which the list was begun, empty where there was none.
KEY = "unfinished_list"

# What of a state is the bookmark.
_BOOKMARK = ("replication_key", "replication_key_value")


def begin(state: State) -> None:
    """Note where a list was begun whose bookmark moves from now on; one that goes on was begun earlier."""
    state.setdefault(KEY, {name: state[name] for name in _BOOKMARK if name in state})


def is_begun(state: State) -> bool:
    """Return whether the bookmark of a list has moved, and the list was not read to its end."""
    return isinstance(state.get(KEY), dict)


def go_back(state: State) -> None:
    """Put the bookmark of a list that was begun back to where that was."""
    before = state.pop(KEY, None)
    if not isinstance(before, dict):
        return
    for name in _BOOKMARK:
        state.pop(name, None)
    state |= {name: before[name] for name in _BOOKMARK if name in before}


def finish(state: State) -> None:
    """Forget where a list was begun: it is read to its end."""
    state.pop(KEY, None)
