"""One of many accounts that one configuration reads: what it is called, and how it differs from the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec
from msgspec.structs import replace
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.http.request.placeholders import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_sdk.singerlib import Catalog, CatalogEntry

    from tap_analytics.resources.discovery import Discovered
    from tap_analytics.resources.resource import Resource

_DESCRIPTION = "The account that the record is of."


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account.

    `settings` are all that apply to it, with their defaults; `params` are sent with each of its requests. Each record
    has the `name` in the field `mark`, which is a part of its key: the ids of two accounts may be equal.
    """

    name: str
    settings: Mapping[str, Any] = field(repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    mark: str = "_account"

    @property
    def marks(self) -> Mapping[str, str]:
        """What each record of the account says of it."""
        return {self.mark: self.name}

    def with_params(self, resource: Resource) -> Resource:
        """Return a resource that is asked for with the parameters of the account."""
        params = {name: escape(value) for name, value in self.params.items()}
        return replace(resource, params={**resource.params, **params}) if params else resource

    def own(self, found: Discovered, catalog: Catalog | None) -> Discovered:
        """Return a resource for this account: its requests have the account's parameters, its records its name.

        Raises:
            ConfigValidationError: The records have a field of the same name, or the catalog lacks the field.
        """
        resource, properties = self.with_params(found.resource), found.schema["properties"]
        entry = catalog.get_stream(resource.name) if catalog else None
        if entry is not None:
            self._check(entry)
        elif self.mark in properties:
            _refuse(f"the records of `{resource.name}` have a field `{self.mark}`; set `account_field` to another")
        marked = {self.mark: {"type": "string", "description": _DESCRIPTION}, **properties}
        key = (self.mark, *resource.primary_key) if resource.primary_key else ()
        schema = {**found.schema, "properties": marked}
        return msgspec.structs.replace(found, resource=replace(resource, primary_key=key), schema=schema)

    def _check(self, entry: CatalogEntry) -> None:
        """Raise ConfigValidationError if the catalog lacks the field of the account, or its key does."""
        key = entry.key_properties or getattr(entry.metadata.get(()), "table_key_properties", None) or ()
        if self.mark not in entry.schema.to_dict()["properties"] or (key and self.mark not in key):
            _refuse(
                f"the catalog tells no accounts apart in `{entry.tap_stream_id}`: the field `{self.mark}` is missing "
                "from the stream or from its key; make the catalog anew with `--discover`"
            )


def _refuse(fault: str) -> NoReturn:
    raise ConfigValidationError(fault, errors=[fault])
