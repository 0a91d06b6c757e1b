"""`maximum_offset` as dlt means it: a page that begins before it is read whole, and the first one always is."""

from __future__ import annotations

from typing import Any


def with_whole_pages(paginator: Any) -> Any:  # noqa: ANN401 - what is no object is told elsewhere
    """Return a paginator by offset with its maximum at the end of the last page that dlt reads."""
    if not isinstance(paginator, dict) or paginator.get("type") != "offset":
        return paginator
    limit, maximum = paginator.get("limit"), paginator.get("maximum_offset")
    offset = paginator.get("offset") or 0
    # What is no number is told where paginators are checked.
    if not (isinstance(limit, int) and isinstance(maximum, int) and isinstance(offset, int)):
        return paginator
    if limit < 1 or maximum < 0 or offset < 0:
        return paginator
    pages = max(1, -((offset - maximum) // limit))
    return paginator | {"maximum_offset": offset + pages * limit}
