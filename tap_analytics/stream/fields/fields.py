"""The fields of a stream: which are read even if they are not selected, and which are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.paths import first_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# A path in a catalog that names a whole field: `properties`, and the name of the field.
_WHOLE_FIELD = 2


class StreamFields(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of one stream.

    `properties` are their schemas, `mask` says which parts of them the catalog selects. `primary_keys` are those that
    a target merges by, `declared_keys` those that the resource names. `cursor` is the replication key. `others` are
    fields that something else needs, such as the requests of a child stream.
    """

    properties: Mapping[str, Any]
    mask: Mapping[tuple[str, ...], bool]
    primary_keys: Sequence[str]
    declared_keys: Sequence[str] = ()
    cursor: str | None = None
    others: Iterable[str] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The fields that identify a record, whether or not a target merges by them."""
        return tuple(self.primary_keys) or tuple(key for key in self.declared_keys if key in self.properties)

    @property
    def needed(self) -> tuple[str, ...]:
        """The fields that are read whether or not they are selected."""
        paths = [*filter(None, [self.cursor]), *sorted(set(self.others))]
        return (*self.keys, *(path if path in self.properties else first_name(path) for path in paths))

    @property
    def omitted(self) -> frozenset[str]:
        """The fields that are left out.

        Raises:
            FatalAPIError: The schema lacks a field that the stream needs.
        """
        if lacking := [name for name in self.needed if name not in self.properties]:
            message = (
                f"the schema in the catalog lacks `{lacking[0]}`, which the stream cannot do without; add it, or make "
                "the catalog anew with `--discover`"
            )
            raise FatalAPIError(message)
        unselected = {name for name in self.properties if not self.is_selected(name)}
        return frozenset(unselected.difference(self.needed))

    @property
    def is_cut_within(self) -> bool:
        """Whether some part of a written field, or a field that the tap itself needs, is not selected."""
        unselected = [crumb for crumb, is_selected in self.mask.items() if not is_selected]
        within = (crumb for crumb in unselected if len(crumb) > _WHOLE_FIELD)
        return any(self.mask.get(crumb[:_WHOLE_FIELD], True) for crumb in within) or any(
            ("properties", name) in unselected for name in self.needed
        )

    @property
    def has_cursor(self) -> bool:
        """Whether records are written with their cursor: the object that it stands in may not be selected."""
        names = [] if self.cursor is None or self.cursor in self.properties else self.cursor.split(".")
        crumb: tuple[str, ...] = ()
        return all(self.mask.get(crumb := (*crumb, "properties", name), True) for name in names)

    def from_parent(self, names: Iterable[str], context: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that each record takes from its parent, for fields that are not left out."""
        return {name: context.get(name) for name in names if self.is_selected(name) or name in self.needed}

    def defaults(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of the context for records without their own, as the SDK does it."""
        return self.from_parent(self.properties.keys() & context.keys(), context)

    def no_fields(self, context: Iterable[str]) -> dict[tuple[str, ...], bool]:
        """Return the mask that leaves a context out of records: the SDK would add all of it."""
        return {("properties", name): False for name in context if name not in self.properties}

    def is_selected(self, name: str) -> bool:
        """Return whether the catalog selects a field."""
        return self.mask.get(("properties", name), True)


def refuse_unknown(names: Sequence[str]) -> None:
    """Raise FatalAPIError for a field of a stream without any known fields: all fields would be left out."""
    message = (
        f"the API sends a field `{names[0]}`, but the sample had no record to infer fields from; sync again, or make "
        "the catalog anew, now that there are records, or declare the `schema` of the resource"
    )
    raise FatalAPIError(message)


def refuse_late(names: Sequence[str]) -> None:
    """Raise FatalAPIError for a field that the sample did not have, if no column can be added any more."""
    message = (
        f"the API sends a field `{names[0]}` that the sample did not have, and the columns are settled; declare it in "
        "the `columns` of the resource, set a larger `sample_size`, or give a catalog: it says what fields are wanted"
    )
    raise FatalAPIError(message)
