"""Samples: some records of a resource as the API gives them, to infer its fields from."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.reading import Reading
from tap_analytics.records.rows import RawRecords
from tap_analytics.records.rules import RowRules
from tap_analytics.records.steps import Steps
from tap_analytics.report.stats import StreamStats
from tap_analytics.resources.listing import Listing
from tap_analytics.state.bounds import Bounds
from tap_analytics.state.replication import ReplicationKey

if TYPE_CHECKING:
    import logging
    from collections.abc import Sequence

    from tap_analytics.http.connection import Connection
    from tap_analytics.resources.detector import Detector
    from tap_analytics.resources.resource import Resource

Record = dict[str, Any]
Context = Mapping[str, Any]

# Records of a parent whose children are looked at for a sample; and how many, where those have none.
SAMPLE_PARENTS = 5
MOST_PARENTS = 100

_ALL = Bounds()


@dataclass(frozen=True, slots=True)
class Sampled:
    """A record of a sample, and what the records of its ancestors say for the requests of other resources."""

    record: Record
    context: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Sampler:
    """Reads samples of resources under the settings of the tap."""

    config: Mapping[str, Any]
    connection: Connection
    detector: Detector
    logger: logging.Logger

    def records(
        self, resource: Resource, size: int, *, parents: Sequence[Context] | None = None, is_wide: bool = False
    ) -> list[Sampled]:
        """Return some records from several pages.

        Args:
            resource: What to read.
            size: The most records.
            parents: What the records of the parent say for the requests, for a resource that has a parent.
            is_wide: Whether it is to come from many parents, where a few have enough.

        Raises:
            FatalAPIError: The list cannot be read.
        """
        enough = MOST_PARENTS if is_wide else SAMPLE_PARENTS
        found: list[Sampled] = []
        for number, context in enumerate(contexts_of(resource, parents), 1):
            records = self._records_of(resource, size - len(found), context)
            found += (Sampled(record, context) for record in records)
            if len(found) >= size or (found and number >= enough) or number >= MOST_PARENTS:
                break
        return found

    def _records_of(self, resource: Resource, size: int, context: Mapping[str, Any]) -> list[Record]:
        """Return some records of one list: what a first sync reads, or any where that is nothing."""
        if resource.values is not None:
            return [dict(record) for record in islice(resource.values, size)]
        bounds = _first_bounds(resource, self.config)
        if not bounds:
            return self._read(self._reading(resource, context, bounds), size)
        if records := self._read(self._reading(resource, context, bounds), size):
            return records
        # A row that has not changed has fields too. An API that wants a bound refuses to give it.
        with contextlib.suppress(FatalAPIError):
            return self._read(self._reading(resource, context, _ALL), size)
        return []

    def _read(self, reading: Reading[Any], size: int) -> list[Record]:
        # Only here: a run that knows its schemas needs no inference.
        from tap_analytics.records.inference import sample  # noqa: PLC0415

        with closing(reading.runs()) as runs:
            return sample(runs, size)

    def _reading(self, resource: Resource, context: Context, bounds: Bounds) -> Reading[Any]:
        """Return a reading of all rows, whatever the bookmark says."""
        listing = Listing(resource=resource, config=self.config, is_incremental=bool(bounds))
        listing = listing.with_job(self.connection, lambda: bounds, context)
        detected = self.detector.find(listing, lambda listing, rows: self.asking(listing, rows, context, bounds))
        codec = RawRecords(detected.listing.envelope)
        inherited = {name: context.get(name) for name in resource.inherited}
        rows = RowRules(
            path=resource.path,
            codec=codec,
            keys=resource.primary_key,
            inherited=inherited,
            empty_when=resource.empty_when,
            steps=Steps.of(resource.steps, codec),
        )
        return replace(self.asking(detected.listing, rows, context, bounds), answered=detected.answered)

    def asking(self, listing: Listing, rows: RowRules, context: Context, bounds: Bounds = _ALL) -> Reading[Any]:
        """Return a reading that takes rows as the rules say: of the list of one parent, or of the only list."""
        template = listing.template(self.connection)
        return Reading(
            name=listing.resource.name,
            connection=listing.connection(self.connection),
            actions=listing.resource.actions,
            request=lambda token: template.fill(token, bounds=bounds, context=context),
            job=listing.job,
            paginator=listing.paginator,
            rows=rows,
            stats=StreamStats(stream=listing.resource.name),
            # A row that moves from page to page while a sample is read does no harm.
            verify=False,
            is_part=bool(context),
            logger=self.logger.getChild(listing.resource.name),
        )


def _first_bounds(resource: Resource, config: Mapping[str, Any]) -> Bounds:
    """Return what the first sync of a resource reads, where its declaration says that."""
    declared = resource.incremental
    if declared is None or (declared.initial_value is None and declared.end_value is None):
        return _ALL
    key = ReplicationKey(schema={}, declared=declared, is_verbatim=not resource.follows_settings)
    return key.bounds(None, is_bookmark=False, settings=config)


def contexts_of(resource: Resource, parents: Sequence[Context] | None) -> list[Context]:
    """Return what the requests for a resource are filled with, for each parent that has it; a list alike only once."""
    if parents is None:
        return [{}]
    contexts: dict[str, Context] = {}
    for context in parents:
        needed = [context.get(parent.placeholder) for parent in resource.parents] or context
        if not resource.lacks(context):
            contexts.setdefault(str(needed), context)
    return list(contexts.values())
