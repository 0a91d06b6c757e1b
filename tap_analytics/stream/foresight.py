"""Foresight: what can be predicted of the lists of a stream before they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


class Foresight(NamedTuple):
    """What can be predicted of the lists of a stream before the SDK asks for them; hooks may prevent that.

    `children` says that the rows show which children there are; a hook has to be called once for each record, in their
    order. `lists` says that it is known how a list is read, and from where; `addresses`, that requests and records take
    no more values of a parent than the resource declares; `pages`, that pages may be asked for ahead, and once more.
    """

    children: bool = False
    lists: bool = False
    addresses: bool = False
    pages: bool = False

    @classmethod
    def of(cls, overridden: AbstractSet[str], *, keeps_state: bool = False, has_own_address: bool = False) -> Foresight:
        """Return what can be predicted for a stream that overrides these hooks.

        Args:
            overridden: The hooks.
            keeps_state: Whether one of them keeps something from one page to the next: then it is nothing.
            has_own_address: Whether the class computes the address of a list.
        """
        if keeps_state:
            return cls()
        children = overridden.isdisjoint({"post_process", "generate_child_contexts", "get_child_context"})
        lists = overridden.isdisjoint(
            {"sync", "preprocess_context", "get_records", "request_records", "get_starting_replication_key_value"}
        )
        requests = {"get_http_request", "get_url_params", "http_headers", "parse_response", "validate_response"}
        addresses = children and lists and not has_own_address and overridden.isdisjoint(requests)
        return cls(children, lists, addresses=addresses, pages=True)
