"""What is declared of a resource: its endpoint, the way from page to page, what is new in it, its fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tap_analytics.records.paths import field_of
from tap_analytics.resources.columns import lay_over

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.resources.columns import Column
    from tap_analytics.state.replication import Incremental

Param = str | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """Pages by `limit` and `offset`; None is where the settings of the tap apply, an empty `total_path` is no total."""

    limit: int | None = None
    offset: int = 0
    offset_param: str | None = None
    limit_param: str | None = None
    total_path: str | None = None
    maximum_offset: int | None = None
    stop_after_empty_page: bool = True
    has_more_path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNumber:
    """Pages by their number; `total_path` is where the number of pages stands, empty for none."""

    base_page: int = 0
    page: int | None = None
    page_param: str = "page"
    total_path: str = "total"
    maximum_page: int | None = None
    stop_after_empty_page: bool = True
    has_more_path: str | None = None

    @property
    def first(self) -> int:
        """The number of the first page to ask for."""
        return self.base_page if self.page is None else self.page


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Each page names the cursor of the next one."""

    cursor_path: str = "cursors.next"
    cursor_param: str = "cursor"
    stop_after_empty_page: bool = False
    has_more_path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLink:
    """The body of each page holds the link to the next one."""

    next_url_path: str = "next"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderLink:
    """The `Link` header of each page holds the link to the next one."""

    links_next_key: str = "next"


@dataclass(frozen=True, slots=True)
class SinglePage:
    """One page is all."""


@dataclass(frozen=True, slots=True)
class Auto:
    """The first response is to show how the resource is paged."""


Paginator = Offset | PageNumber | Cursor | JsonLink | HeaderLink | SinglePage | Auto


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """A value of the parent's records that each request for the children needs, and the placeholder it goes into."""

    resource: str
    field: str
    placeholder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource as it is declared; None is where the settings of the tap apply.

    `path`, and the values of `params` and `headers`, are templates: fill them with `templates.fill`. A parameter whose
    placeholder has no value is not sent. Without `schema` the fields are to be inferred, and `columns` laid over them.
    """

    name: str
    path: str
    params: Mapping[str, Param] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    data_selector: str | None = None
    paginator: Paginator | None = None
    incremental: Incremental | None = None
    primary_key: tuple[str, ...] = ()
    write_disposition: str = "append"
    schema: dict[str, Any] | None = None
    columns: Mapping[str, Column] = field(default_factory=dict)
    selected: bool = True
    include_from_parent: tuple[str, ...] = ()
    parents: tuple[Parent, ...] = ()

    @property
    def parent(self) -> str | None:
        """The resource whose records this one is read for, if there is one."""
        return self.parents[0].resource if self.parents else None

    @property
    def inherited(self) -> dict[str, str]:
        """The fields taken from the parent, by the names that they have here, which are dlt's: `_companies_id`."""
        return {f"_{self.parent}_{name}": name for name in self.include_from_parent} if self.parent else {}

    @property
    def parent_fields(self) -> set[str]:
        """The fields of the parent's records that requests and records of this resource need."""
        return {parent.field for parent in self.parents} | set(self.inherited.values())

    def context_of(self, parent: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a record of the parent says for the requests and the records of this resource."""
        needed = {each.placeholder: field_of(parent, each.field) for each in self.parents}
        return needed | {name: field_of(parent, field) for name, field in self.inherited.items()}

    @property
    def key_properties(self) -> tuple[str, ...]:
        """The fields that a target merges records by."""
        return () if self.write_disposition == "append" else self.primary_key

    def laid_over(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Return a schema with the declared columns on top, and the key never null."""
        properties = lay_over(self.columns, schema.get("properties", {}), keys=self.primary_key)
        return {**schema, "type": "object", "properties": properties}
