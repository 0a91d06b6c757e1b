"""A resource as it is declared: its endpoint, its paginator, what is new in it, its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.records.envelope.empty_when import EmptyWhen
from tap_analytics.records.formats.json_body import DEFAULT_FORMAT
from tap_analytics.records.paths import field_of
from tap_analytics.resources.columns import lay_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_analytics.http.actions import ResponseAction
    from tap_analytics.pagination.paginator import Paginator
    from tap_analytics.reading.declared_job import Job
    from tap_analytics.records.envelope.column_lists import ColumnLists
    from tap_analytics.records.envelope.columns import Columns
    from tap_analytics.records.formats.format import Format
    from tap_analytics.records.steps import Step
    from tap_analytics.resources.columns import Column
    from tap_analytics.state.bounds import Bounds
    from tap_analytics.state.replication import Incremental

Param = str | tuple[str, ...]


class Parent(msgspec.Struct, frozen=True, kw_only=True):
    """A value of the parent's records that each request for the children needs, and the placeholder it goes into."""

    resource: str
    field: str
    placeholder: str


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """One resource as it is declared; None is where the settings of the tap apply.

    `path`, and the values of `params` and `headers`, are templates: fill them with `templates.fill`. A parameter whose
    placeholder has no value is not sent. `json` and `data` are templates of the body; `auth` are the settings of
    credentials of its own, and `job` is what the API has to make first. Without `schema` the fields are to be inferred,
    and `columns` laid over them.
    `is_entity` says that the path names one record, whose response may be an object instead of a list; `empty_when`
    which responses hold no record. `format` is what bodies are. `answer_columns` names cells of rows that are lists;
    `key_fields` are the fields that the keys of an object of records become, `column_lists` the lists of an object
    whose values make them, `outer_fields` those that a record gets from around it, each with its path.
    A resource with `values` has these records, and is not asked for; `below` is the resource whose records this one is
    read for, where no placeholder says so.
    One request asks for the children of so many records of the parent as `parents_per_request` says; where their values
    stand in one text, `parents_separator` parts them.
    `children` says for which records its children are read in a sync that goes on from a bookmark: `changed` or `all`.

    `is_builtin` says whether it is one of the streams that need no declaration, whatever an entry changes of it. Of one
    that `is_detected`, what is not declared of selector and paginator is found out by its first response; settings that
    apply there come first, unless `follows_settings` is false. `is_inferred` says that its fields were
    inferred from a sample, `is_unknown` that there was no record to infer them from.
    """

    name: str
    path: str
    params: Mapping[str, Param] = msgspec.field(default_factory=dict)
    unencoded: tuple[str, ...] = ()
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    method: str = "GET"
    json: Any = None
    data: Any = None
    auth: Mapping[str, Any] | None = None
    actions: tuple[ResponseAction, ...] = ()
    steps: tuple[Step, ...] = ()
    job: Job | None = None
    data_selector: str | None = None
    paginator: Paginator[Any] | None = None
    incremental: Incremental | None = None
    primary_key: tuple[str, ...] = ()
    write_disposition: str = "append"
    schema: dict[str, Any] | None = None
    columns: Mapping[str, Column] = msgspec.field(default_factory=dict)
    selected: bool = True
    children: str = "changed"
    include_from_parent: tuple[str, ...] = ()
    parents_per_request: int = 1
    parents_separator: str = ","
    parents: tuple[Parent, ...] = ()
    below: str | None = None
    values: tuple[Mapping[str, Any], ...] | None = None
    is_entity: bool = False
    empty_when: EmptyWhen = msgspec.field(default_factory=EmptyWhen)
    format: Format = DEFAULT_FORMAT
    answer_columns: Columns | None = None
    key_fields: tuple[str, ...] = ()
    column_lists: ColumnLists | None = None
    outer_fields: Mapping[str, str] = msgspec.field(default_factory=dict)
    is_builtin: bool = False
    is_detected: bool = False
    follows_settings: bool = True
    is_unknown: bool = False
    is_inferred: bool = False

    # The usual one has all fields, and these hold what must not be shown.
    __repr__ = object.__repr__

    @property
    def parent(self) -> str | None:
        """The resource whose records this one is read for, if there is one."""
        return self.below or (self.parents[0].resource if self.parents else None)

    @property
    def benefactor(self) -> str | None:
        """The resource whose fields are taken over: the first that a placeholder names."""
        return self.parents[0].resource if self.parents else None

    @property
    def inherited(self) -> dict[str, str]:
        """The fields taken from the parent, by the names that they have here, which are dlt's: `_companies_id`."""
        return {f"_{self.benefactor}_{name}": name for name in self.include_from_parent} if self.benefactor else {}

    @property
    def many_of_parent(self) -> tuple[str, ...]:
        """The placeholders that one request fills with what several records of the parent say."""
        is_many = self.parents_per_request > 1
        return tuple(each.placeholder for each in self.parents if is_many and each.resource == self.parent)

    def fields_of(self, ancestor: str) -> set[str]:
        """Return the fields of an ancestor's records that requests and records of this resource need."""
        inherited = self.inherited.values() if ancestor == self.benefactor else ()
        return {each.field for each in self.parents if each.resource == ancestor} | set(inherited)

    def context_of(self, record: Mapping[str, Any], ancestor: str) -> dict[str, Any]:
        """Return what a record of an ancestor says for the requests and the records of this resource."""
        needed = {each.placeholder: field_of(record, each.field) for each in self.parents if each.resource == ancestor}
        inherited = self.inherited if ancestor == self.benefactor else {}
        return needed | {name: field_of(record, field) for name, field in inherited.items()}

    def stamps(self, bounds: Bounds) -> dict[str, Any]:
        """Return what each record takes from the window that it is in."""
        return dict(self.incremental.stamp(bounds)) if self.incremental else {}

    def values_for(self, context: Mapping[str, Any] | None, bounds: Bounds) -> dict[str, Any]:
        """Return what each record takes from that of its parent, and from the window that it is in."""
        return {name: (context or {}).get(name) for name in self.inherited} | self.stamps(bounds)

    def lacks(self, context: Mapping[str, Any]) -> str | None:
        """Return the field of the parent's record that a request needs and that has no value; None where all have."""
        return next((each.field for each in self.parents if context.get(each.placeholder) in (None, "", [])), None)

    @property
    def key_properties(self) -> tuple[str, ...]:
        """The fields that a target merges records by."""
        return () if self.write_disposition == "append" else self.primary_key

    def laid_over(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Return a schema with the fields that a window fills, the declared columns on top, and the key never null."""
        stamped = self.incremental.stamp_properties if self.incremental else {}
        properties = lay_over(self.columns, {**stamped, **schema.get("properties", {})}, keys=self.primary_key)
        return {**schema, "type": "object", "properties": properties}


def context_of(record: Mapping[str, Any], ancestor: str, resources: Iterable[Resource]) -> dict[str, Any]:
    """Return what a record says for the requests and the records of all the resources that descend from its own."""
    return {name: value for each in resources for name, value in each.context_of(record, ancestor).items()}
