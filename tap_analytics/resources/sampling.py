"""Samples: some records of a resource as the API gives them, to infer its fields from."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tap_analytics.reading import Reading
from tap_analytics.records.rows import RawRecords
from tap_analytics.records.rules import RowRules
from tap_analytics.records.steps import Steps
from tap_analytics.report.stats import StreamStats
from tap_analytics.resources.listing import Listing
from tap_analytics.state.bounds import Bounds

if TYPE_CHECKING:
    import logging
    from collections.abc import Mapping, Sequence

    from tap_analytics.http.connection import Connection
    from tap_analytics.resources.resource import Resource

Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Sampler:
    """Reads samples of resources under the settings of the tap."""

    config: Mapping[str, Any]
    connection: Connection
    logger: logging.Logger

    def records(self, resource: Resource, size: int, *, parents: Sequence[Record] | None = None) -> list[Record]:
        """Return some records from several pages.

        Args:
            resource: What to read.
            size: The most records.
            parents: Records of the parent, for a resource that has one.

        Raises:
            FatalAPIError: The list cannot be read.
        """
        # Only here: a run that knows its schemas needs no inference.
        from tap_analytics.records.inference import sample  # noqa: PLC0415

        contexts = [{}] if parents is None else [resource.context_of(parent) for parent in parents]
        records: list[Record] = []
        for context in contexts:
            if resource.lacks(context):
                continue
            with closing(self._reading(resource, context).runs()) as runs:
                records += sample(runs, size - len(records))
            if len(records) >= size:
                break
        return records

    def _reading(self, resource: Resource, context: Mapping[str, Any]) -> Reading[Any]:
        """Return a reading of all rows, whatever the bookmark says: a row that has not changed has fields too."""
        listing = Listing(resource=replace(resource, incremental=None), config=self.config)
        codec = RawRecords(listing.envelope)
        template = listing.template(self.connection)
        inherited = {name: context.get(name) for name in resource.inherited}
        return Reading(
            name=resource.name,
            connection=listing.connection(self.connection),
            actions=resource.actions,
            request=lambda token: template.fill(token, bounds=Bounds(), context=context),
            paginator=listing.paginator,
            rows=RowRules(
                path=resource.path,
                codec=codec,
                keys=resource.primary_key,
                inherited=inherited,
                empty_when=resource.empty_when,
                steps=Steps.of(resource.steps, codec),
            ),
            stats=StreamStats(stream=resource.name),
            # A row that moves from page to page while a sample is read does no harm.
            verify=False,
            is_part=bool(context),
            logger=self.logger.getChild(resource.name),
        )
