"""The paginator of a resource that does not say how it is paged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_analytics.pagination.offset.offset import OffsetPaginator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from dataclasses import Field


@dataclass(frozen=True, kw_only=True)
class AutoPaginator(OffsetPaginator):
    """Stands for the paginator that the first response shows; by limit and offset, if the settings say so."""

    type: ClassVar = "auto"
    reads_body: ClassVar = True
    is_detected: ClassVar = True
    refused_options: ClassVar[Mapping[str, str]] = {}
    next_page: ClassVar = "as the first response shows"
    changing_list: ClassVar = "As the paginator that is found."
    dlt_says: ClassVar = "As in dlt, and proved by a second page."
    example: ClassVar[Mapping[str, Any]] = {"path": "/v1/orders", "paginator": "auto"}

    @classmethod
    @override
    def options(cls) -> Sequence[Field[Any]]:
        return ()
