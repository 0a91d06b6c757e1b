"""Tells of a list with records beside the empty one that is taken for the list: nothing shows which of them it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.resources.detection.selection import BESIDE_LISTS, lists_in, plain

if TYPE_CHECKING:
    from tap_analytics.resources.detection.selection import Selection

# Names of lists that stand beside the records of any kind: what is told to people, and what explains the records.
_ASIDE = BESIDE_LISTS | {
    *("actions", "ads", "alerts", "announcements", "banners", "buckets", "categories", "choices", "currencies"),
    *("definitions", "dimensions", "fields", "groups", "hints", "labels", "languages", "legend", "metrics", "notes"),
    *("notifications", "options", "permissions", "promotions", "queries", "recommendations", "related", "schema"),
    *("scopes", "series", "shards", "states", "statuses", "tabs", "tags", "tips", "types", "units"),
}


def remark_on(document: object, selector: str, selection: Selection) -> str:
    """Return what is to be said of another list with records, where the one that was found is empty, and not called so.

    Args:
        document: The body.
        selector: The path of the list that was found.
        selection: Knows what the list is called.
    """
    lists = lists_in(document) if isinstance(document, dict) and not selection.is_called(selector) else []
    if not any(each.selector == selector and each.value == [] for each in lists):
        return ""
    for each in lists:
        if each.holds_records and plain(each.path[-1]) not in _ASIDE:
            return (
                f"`{selector}`, which is taken for the records, has none, but `{each.selector}` has {len(each.value)}; "
                "set `data_selector` to the one that they are"
            )
    return ""
