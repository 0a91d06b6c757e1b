"""What is declared of a resource: its endpoint, its paginator, what is new in it, its fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.columns import lay_over

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.pagination.paginator import Paginator
    from tap_analytics.resources.columns import Column

Param = str | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incremental:
    """Which rows are new: those whose cursor is not before the bookmark.

    Bounds are numbers, or text; with a `datetime_format`, text is RFC 3339 in UTC, to be written in that format.
    """

    cursor_path: str
    start_param: str | None = None
    end_param: str | None = None
    initial_value: str | float | None = None
    end_value: str | float | None = None
    lag: float = 0
    row_order: str | None = None
    datetime_format: str | None = None


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
    paginator: Paginator[Any] | None = None
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
    def key_properties(self) -> tuple[str, ...]:
        """The fields that a target merges records by."""
        return () if self.write_disposition == "append" else self.primary_key

    def laid_over(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Return a schema with the declared columns on top, and the key never null."""
        properties = lay_over(self.columns, schema.get("properties", {}), keys=self.primary_key)
        return {**schema, "type": "object", "properties": properties}
