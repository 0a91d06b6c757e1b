"""The paginator of a resource that does not say how it is paged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_analytics.pagination.offset import OffsetPaginator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from dataclasses import Field


@dataclass(frozen=True, kw_only=True)
class AutoPaginator(OffsetPaginator):
    """Asks for pages by limit and offset, as the settings of the tap say; it has no options."""

    type: ClassVar = "auto"
    refused_options: ClassVar[Mapping[str, str]] = {}
    next_page: ClassVar = "as `offset`"
    changing_list: ClassVar = "As `offset`."
    dlt_says: ClassVar = "Means `offset`."
    example: ClassVar[Mapping[str, Any]] = {"path": "/v1/orders", "paginator": "auto"}

    @classmethod
    @override
    def options(cls) -> Sequence[Field[Any]]:
        return ()
