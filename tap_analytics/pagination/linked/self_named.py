"""An empty page whose cursor leads to itself: whether the API names a next page wherever it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.endings.named_next import FAR
from tap_analytics.pagination.linked.numbered_links import is_number
from tap_analytics.pagination.page import NextLink
from tap_analytics.patterns import pattern
from tap_analytics.report.stats import Ending

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from tap_analytics.pagination.page import Page
    from tap_analytics.report.stats import ListStats

_PARAMETER = pattern(r"(?<=[?&])(?P<name>[^=&#]+)=(?P<value>[0-9]{1,15})(?![^&#])")


def check_self_named(
    token: NextLink, fetch: Callable[[NextLink], Page], *, stats: ListStats, is_full: bool = False
) -> None:
    """Check the end of a list that ended with an empty page which names itself as next.

    Some APIs name a next page always, as feeds do. Others name one only where there is more. A page far behind the end
    tells which of them it is, where cursors are numbers. Else a remark says so if the list ended with a full page.

    Args:
        token: What the page was asked for with.
        fetch: Asks for a page.
        stats: The figures of the list, which take the remark.
        is_full: Whether the last page with rows was full.

    Raises:
        FatalAPIError: The API names no next page far behind the end.
    """
    far = far_from(token)
    if far is None:
        if is_full and not stats.is_told:
            stats.remarks.append(ends_full(stats.rows))
        return
    try:
        page = fetch(far)
    except FatalAPIError:
        return
    if not page.rows and not page.missing and not page.next:
        stats.ending = Ending.UNPROVED
        raise FatalAPIError(named_here(stats.rows))


def far_from(token: NextLink) -> NextLink | None:
    """Return a cursor or a link that leads far behind another one; None where it holds no number."""
    value = token.value or ""
    if value.isdecimal():
        return NextLink(_far(value), is_json=token.is_json)
    if "?" not in value or not any(is_number(found["name"], found["value"]) for found in _PARAMETER.finditer(value)):
        return None
    return NextLink(_PARAMETER.sub(_far_parameter, value))


def _far_parameter(found: re.Match[str]) -> str:
    name, value = found["name"], found["value"]
    return f"{name}={_far(value) if is_number(name, value) else value}"


def _far(value: str) -> str:
    times, least = FAR[0]
    return str(int(value) * times + least)


def named_here(rows: int) -> str:
    """Return the message for a list that ends where the API names a next page, as it does not further on."""
    return (
        f"the API gave {rows} rows, and then an empty page that names itself as next, as no page does far behind the "
        "end; it may limit how far a list can be read. If that is all, set `stop_after_empty_page` to true"
    )


def ends_full(rows: int) -> str:
    """Return the remark on a list that ends behind a full page, where no response says that this is its end."""
    return (
        f"The API gave {rows} rows, the last page full, and then an empty page that names itself as next; if there are "
        "more, it limits how far a list can be read. What counts the list shows it: `total_path`, `has_more_path`"
    )
